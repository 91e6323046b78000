import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { FrameReader } from './frames.js';
import { FrameWriter } from './frame-writer.js';
import { Http2Stream } from './http2-stream.js';
import { SendWindow } from './send-window.js';

const WINDOW = 65_535;
const EVENTS = { headed() {}, content() {}, closed() {} };

/** A window, what went through it by stream, and the streams. */
class Rig {
  readonly #wire = new PassThrough();
  readonly #writer = new FrameWriter(this.#wire);
  readonly #reader = new FrameReader();
  readonly window = new SendWindow(this.#writer);
  readonly streams: Http2Stream[] = [];
  readonly sent = new Map<number, { bytes: Buffer[]; ended: boolean }>();
  total = 0;

  open(body: Buffer): Http2Stream {
    const stream = new Http2Stream(2 * this.streams.length + 1, body, this.window.initial, EVENTS);
    this.streams.push(stream);
    this.sent.set(stream.id, { bytes: [], ended: false });
    this.window.send(stream);
    return stream;
  }

  bytesOf(stream: Http2Stream): Buffer {
    return Buffer.concat(this.read().get(stream.id)!.bytes);
  }

  read(): typeof this.sent {
    this.#writer.flush();
    const chunk = this.#wire.read() as Buffer | null;
    for (const { streamId, flags, payload } of this.#reader.read(chunk ?? Buffer.alloc(0))) {
      const sent = this.sent.get(streamId)!;
      expect(sent.ended).toBe(false);
      sent.bytes.push(Buffer.from(payload));
      sent.ended = (flags & 1) !== 0;
      this.total += payload.length;
    }
    return this.sent;
  }
}

const body = (bytes: number, fill = 1) => Buffer.alloc(bytes, fill);

test('what fits leaves as one frame that ends its stream', () => {
  const rig = new Rig();
  const stream = rig.open(body(4_000));
  expect(stream.sent).toBe(true);
  expect(rig.read().get(1)).toEqual({ bytes: [body(4_000)], ended: true });
  const empty = rig.open(body(0));
  expect(empty.sent).toBe(true);
  expect(rig.read().get(3)).toEqual({ bytes: [body(0)], ended: true });
});

test('no frame is longer than every peer takes', () => {
  const rig = new Rig();
  rig.open(body(40_000));
  expect(
    rig
      .read()
      .get(1)!
      .bytes.map(({ length }) => length),
  ).toEqual([16_384, 16_384, 7_232]);
});

test('whoever waits for room of the connection is served in turn', () => {
  const rig = new Rig();
  const streams = [60_000, 10_000, 10_000].map((bytes) => rig.open(body(bytes)));
  expect(streams.map(({ sent }) => sent)).toEqual([true, false, false]);
  rig.window.connectionGrows(10_000);
  expect(streams.map(({ sent }) => sent)).toEqual([true, true, false]);
  rig.window.forget(streams[2]!);
  rig.window.connectionGrows(100_000);
  expect(streams[2]!.sent).toBe(false);
  expect(rig.bytesOf(streams[1]!)).toEqual(body(10_000));
});

test('room that is taken back is made up for before more is sent', () => {
  const rig = new Rig();
  rig.window.resize(1_000, []);
  const stream = rig.open(body(3_000));
  expect(rig.bytesOf(stream)).toHaveLength(1_000);
  rig.window.resize(400, [stream]);
  rig.window.streamGrows(stream, 600);
  expect(rig.bytesOf(stream)).toHaveLength(1_000);
  rig.window.streamGrows(stream, 1);
  expect(rig.bytesOf(stream)).toHaveLength(1_001);
  rig.window.resize(2_399, [stream]);
  expect(stream.sent).toBe(true);
  expect(rig.bytesOf(stream)).toEqual(body(3_000));
});

test('never more than the peer takes, and all of it in the end', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('open' as const), bytes: fc.nat(30_000) }),
    fc.record({ kind: fc.constant('connection' as const), bytes: fc.nat(40_000) }),
    fc.record({ kind: fc.constant('stream' as const), which: fc.nat(), bytes: fc.nat(20_000) }),
    fc.record({ kind: fc.constant('resize' as const), bytes: fc.nat(30_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const rig = new Rig();
      const bodies: Buffer[] = [];
      const grown: number[] = [];
      let [connection, initial] = [WINDOW, WINDOW];
      const check = () => {
        rig.read();
        expect(rig.total).toBeLessThanOrEqual(connection);
      };
      for (const one of steps) {
        if (one.kind === 'open') {
          bodies.push(body(one.bytes, bodies.length));
          grown.push(0);
          const stream = rig.open(bodies.at(-1)!);
          expect(rig.bytesOf(stream).length).toBeLessThanOrEqual(initial);
        } else if (one.kind === 'connection') {
          rig.window.connectionGrows(one.bytes);
          connection += one.bytes;
        } else if (one.kind === 'resize') {
          rig.window.resize(one.bytes, rig.streams);
          initial = one.bytes;
        } else if (rig.streams.length > 0) {
          rig.window.streamGrows(rig.streams[one.which % rig.streams.length]!, one.bytes);
        }
        check();
      }
      rig.window.resize(2 ** 30, rig.streams);
      rig.window.connectionGrows(2 ** 30);
      for (const [index, stream] of rig.streams.entries()) {
        expect(rig.bytesOf(stream).equals(bodies[index]!)).toBe(true);
        expect(rig.read().get(stream.id)!.ended).toBe(true);
      }
    }),
  );
});

test.each([
  ['of the connection', (rig: Rig) => rig.window.connectionGrows(2 ** 31 - WINDOW)],
  ['of a stream', (rig: Rig) => rig.window.streamGrows(rig.open(body(1)), 2 ** 31 - WINDOW + 1)],
  [
    'of all streams',
    (rig: Rig) => {
      const stream = rig.open(body(0));
      rig.window.streamGrows(stream, 1);
      rig.window.resize(2 ** 31 - 1, [stream]);
    },
  ],
])('room %s that is more than there can be is an error', (_what, grow) => {
  expect(() => grow(new Rig())).toThrow(expect.objectContaining({ code: 3 }));
});
