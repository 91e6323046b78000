import fc from 'fast-check';
import { until } from '../spec-origin.js';
import type { Http2Stream } from './http2-stream.js';
import { accept, frame, SETTINGS, SpecPeer } from './spec-peer.js';

const [DATA, HEADERS, RST_STREAM, SETTINGS_TYPE, PUSH_PROMISE] = [0, 1, 3, 4, 5];
const [PING, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [6, 7, 8, 9];
const [END_STREAM, END_HEADERS, PADDED, PRIORITY] = [0x1, 0x4, 0x8, 0x20];
const STATUS_201 = '4803 323031';
const RETRY_AFTER_7 = '0f26 01 37';

let peer: SpecPeer;
beforeEach(async () => (peer = await SpecPeer.start()));
afterEach(() => peer.stop());

const sent = (type: number) =>
  peer.frames
    .filter((one) => one.type === type)
    .map(({ streamId, flags, payload }) => [streamId, flags, payload.toString('hex')]);

describe('one request', () => {
  test('is one HEADERS and one DATA, and its SETTINGS are acknowledged', async () => {
    peer.request('/1');
    await peer.heard(SETTINGS);
    // :path never indexed, :method of the static table, ttl to be remembered
    const section = `14022f31${'83'}4003${Buffer.from('ttl').toString('hex')}023630`;
    expect(sent(HEADERS)).toEqual([[1, END_HEADERS, section]]);
    expect(sent(DATA)).toEqual([[1, END_STREAM, Buffer.from('body').toString('hex')]]);
    expect(sent(SETTINGS_TYPE)).toEqual([[0, 1, '']]);
  });

  const ANSWER = [
    frame(HEADERS, END_HEADERS, 1, '4803 313033'),
    frame(0xee, 0xff, 0, 'abcd'),
    frame(HEADERS, PADDED | PRIORITY, 1, '02 00000000 10', STATUS_201, '0000'),
    frame(CONTINUATION, 0, 1, '0f26'),
    frame(CONTINUATION, END_HEADERS, 1, '01 37'),
    frame(PING, 0, 0, 1, 2),
    frame(DATA, PADDED, 1, '01 6162 00'),
    frame(DATA, 0, 1, '63'),
    frame(0x2, 0, 1, 0, '10'),
    frame(HEADERS, END_HEADERS | END_STREAM, 1, '0001 6101 62'),
  ];
  const TOLD = ['settings Infinity', '1 201 7', '1 content 2', '1 content 1', '1 closed 0'];

  test('its answer is read, wherever the connection cuts it', async () => {
    const bytes = Buffer.concat([SETTINGS, ...ANSWER]);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 30 }), async (cuts) => {
        const another = await SpecPeer.start();
        another.request('/1');
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        for (const [index, end] of ends.entries()) {
          another.say(bytes.subarray(ends[index - 1] ?? 0, end));
          await new Promise(setImmediate);
        }
        await another.heard();
        expect(another.told).toEqual(TOLD);
        await another.stop();
      }),
      { numRuns: 50 },
    );
  });
});

describe('a stream', () => {
  beforeEach(() => peer.heard(SETTINGS));

  test.each([
    ['content before any fields', [frame(DATA, 0, 1, '61')], 1],
    ['no status', [frame(HEADERS, END_HEADERS, 1, RETRY_AFTER_7)], 1],
    ['a status that is none', [frame(HEADERS, END_HEADERS, 1, '4802 3939')], 1],
    ['an interim answer that is the last', [frame(HEADERS, 0x5, 1, '4803 313030')], 1],
    [
      'trailers that do not end',
      [accept(1).fill(0x4, 4, 5), frame(HEADERS, END_HEADERS, 1, '')],
      1,
    ],
  ])('with %s is reset, and no other', async (_what, said, code) => {
    peer.request('/1');
    peer.request('/2');
    await peer.heard(...said, accept(3));
    expect(sent(RST_STREAM)).toEqual([[1, 0, `0000000${code}`]]);
    expect(peer.told.filter((one) => one.startsWith('1 closed'))).toEqual([`1 closed ${code}`]);
    expect(peer.told.filter((one) => one.startsWith('3'))).toEqual(['3 201', '3 closed 0']);
  });

  test('that was cancelled is heard of no more, and what comes for it does no harm', async () => {
    const stream = peer.request('/1');
    peer.client.cancel(stream);
    peer.client.cancel(stream);
    peer.request('/2');
    const remembered = frame(HEADERS, END_HEADERS, 1, STATUS_201, '75 01 37');
    const window = frame(WINDOW_UPDATE, 0, 1, 1);
    await peer.heard(
      remembered,
      frame(DATA, END_STREAM, 1, '61'),
      window,
      frame(RST_STREAM, 0, 1, 0),
    );
    await peer.heard(frame(HEADERS, 0x5, 3, 'bf be'));
    expect(sent(RST_STREAM)).toEqual([[1, 0, '00000008']]);
    expect(peer.told.slice(1)).toEqual(['1 closed 8', '3 201 7', '3 closed 0']);
  });

  test('that was cancelled has nothing more sent of it', async () => {
    peer.request('/1', Buffer.alloc(65_000));
    const stream = peer.request('/2', Buffer.alloc(1_000));
    peer.client.cancel(stream);
    await peer.heard(frame(WINDOW_UPDATE, 0, 0, 70_000));
    expect(sent(DATA).filter(([id]) => id === 3)).toHaveLength(1);
    expect(stream.sent).toBe(false);
  });

  test('whose fields go on ends with them where HEADERS say so', async () => {
    peer.request('/1');
    const head = frame(HEADERS, END_STREAM, 1, STATUS_201);
    await peer.heard(head, frame(CONTINUATION, END_HEADERS, 1, RETRY_AFTER_7));
    expect(peer.told.slice(1)).toEqual(['1 201 7', '1 closed 0']);
  });

  test('whose answer comes before all of it left is ended', async () => {
    const stream = peer.request('/1', Buffer.alloc(70_000));
    await peer.heard(accept(1), frame(WINDOW_UPDATE, 0, 0, 70_000));
    expect(stream.sent).toBe(false);
    expect(sent(RST_STREAM)).toEqual([[1, 0, '00000000']]);
    expect(sent(DATA).map(([, flags]) => flags)).toEqual([0, 0, 0, 0]);
    expect(peer.told.slice(1)).toEqual(['1 201', '1 closed 0']);
  });
});

test('room that SETTINGS give is used once they are acknowledged', async () => {
  await peer.heard(SETTINGS, frame(WINDOW_UPDATE, 0, 0, 70_000));
  peer.request('/1', Buffer.alloc(70_000));
  await peer.heard(frame(SETTINGS_TYPE, 0, 0, '0004', 80_000));
  const types = peer.frames.map(({ type }) => type);
  expect(types.slice(-3)).toEqual([DATA, SETTINGS_TYPE, DATA]);
});

test('what comes is taken for as long as it comes', async () => {
  await peer.heard(SETTINGS);
  for (let id = 1; id < 30; id += 2) {
    peer.request('/1');
    await peer.heard(accept(id).fill(0x4, 4, 5), frame(DATA, END_STREAM, id, Buffer.alloc(16_000)));
  }
  const grown = sent(WINDOW_UPDATE).map(([id, , bytes]) => [id, parseInt(String(bytes), 16)]);
  expect(grown).toEqual(Array(5).fill([0, 48_000]));
});

test('what comes for whom nobody waits any more, and padding, makes room too', async () => {
  await peer.heard(SETTINGS);
  peer.client.cancel(peer.request('/1'));
  const padded = frame(DATA, PADDED, 1, 'ff', Buffer.alloc(16_000));
  await peer.heard(padded, padded, padded);
  expect(sent(WINDOW_UPDATE)).toEqual([[0, 0, (3 * 16_001).toString(16).padStart(8, '0')]]);
});

describe('GOAWAY', () => {
  let first: Http2Stream;
  beforeEach(async () => {
    await peer.heard(SETTINGS);
    first = peer.request('/1');
    for (const path of ['/2', '/3']) peer.request(path);
    await peer.heard();
  });

  test('gives back what comes after the last, lets the others end, and then all is closed', async () => {
    await peer.heard(frame(GOAWAY, 0, 0, 2 ** 31 - 1, 0));
    expect(peer.told.slice(1)).toEqual(['leaving']);
    expect(peer.client.isLeaving).toBe(true);
    await peer.heard(frame(GOAWAY, 0, 0, 3, 0), accept(3));
    expect(peer.told.slice(2)).toEqual(['5 closed 7', '3 201', '3 closed 0']);
    peer.say(accept(1));
    await until(() => peer.isClosed);
    expect(peer.told.slice(5)).toEqual(['1 201', '1 closed 0']);
    expect(sent(GOAWAY)).toEqual([[0, 0, '0000000000000000']]);
  });

  test('has all closed once what is left is cancelled', async () => {
    await peer.heard(frame(GOAWAY, 0, 0, 1, 0));
    peer.client.cancel(first);
    await until(() => peer.isClosed);
    expect(sent(RST_STREAM)).toEqual([[1, 0, '00000008']]);
    expect(peer.told.slice(-1)).toEqual(['1 closed 8']);
  });

  test('for an error ends the others too, and whatever is said after it is not heard', async () => {
    peer.say(frame(GOAWAY, 0, 0, 1, 11), SETTINGS);
    await until(() => peer.isClosed);
    const told = ['leaving', '3 closed 7', '5 closed 7', '1 closed undefined'];
    expect(peer.told.slice(1)).toEqual(told);
  });
});

describe('whoever breaks the protocol is told, and left', () => {
  const update = (value: number) => frame(WINDOW_UPDATE, 0, 0, value);
  const set = (identifier: string, value: number) => frame(SETTINGS_TYPE, 0, 0, identifier, value);

  test.each([
    ['no SETTINGS first', 1, [frame(PING, 0, 0, 1, 2)]],
    ['a frame that is too long', 6, [SETTINGS, frame(0xee, 0, 0, Buffer.alloc(16_385))]],
    [
      'fields without end',
      1,
      [SETTINGS, frame(HEADERS, 0, 1, STATUS_201), frame(PING, 0, 0, 1, 2)],
    ],
    ['fields that go on elsewhere', 1, [SETTINGS, frame(HEADERS, 0, 1), frame(CONTINUATION, 4, 3)]],
    ['fields that did not begin', 1, [SETTINGS, frame(CONTINUATION, END_HEADERS, 1)]],
    [
      'fields that are too long',
      11,
      [
        SETTINGS,
        frame(HEADERS, 0, 1),
        ...Array(5).fill(frame(CONTINUATION, 0, 1, Buffer.alloc(16_384))),
      ],
    ],
    [
      'fields in many pieces',
      11,
      [SETTINGS, frame(HEADERS, 0, 1), ...Array(1_000).fill(frame(CONTINUATION, 0, 1))],
    ],
    ['fields that cannot be read', 9, [SETTINGS, frame(HEADERS, 0x5, 1, '80')]],
    ['padding alone', 1, [SETTINGS, frame(DATA, PADDED, 1, '05 61')]],
    ['a stream that nobody opened', 1, [SETTINGS, accept(5)]],
    ['a stream of its own', 1, [SETTINGS, frame(RST_STREAM, 0, 2, 0)]],
    ['no stream at all', 1, [SETTINGS, frame(DATA, 0, 0, '61')]],
    ['a reset that is cut', 6, [SETTINGS, frame(RST_STREAM, 0, 1, '00')]],
    ['SETTINGS of a stream', 1, [frame(SETTINGS_TYPE, 0, 1)]],
    ['SETTINGS that are cut', 6, [frame(SETTINGS_TYPE, 0, 0, '0004 0000')]],
    [
      'an acknowledgement that says something',
      6,
      [SETTINGS, frame(SETTINGS_TYPE, 1, 0, '0004', 0)],
    ],
    ['a window that is too large', 3, [set('0004', 2 ** 31)]],
    ['frames that are too short', 1, [set('0005', 16_383)]],
    ['frames that are too long', 1, [set('0005', 2 ** 24)]],
    ['a push', 1, [SETTINGS, frame(PUSH_PROMISE, END_HEADERS, 1, 2, STATUS_201)]],
    ['a PING that is cut', 6, [SETTINGS, frame(PING, 0, 0, 1)]],
    ['a GOAWAY that is cut', 6, [SETTINGS, frame(GOAWAY, 0, 0, 1)]],
    ['a window that grows by nothing', 1, [SETTINGS, update(0)]],
    ['windows that grow too large', 3, [SETTINGS, update(2 ** 31 - 1)]],
    [
      'a stream’s window that grows too large',
      3,
      [SETTINGS, frame(WINDOW_UPDATE, 0, 1, 2 ** 31 - 1)],
    ],
  ] as [string, number, Buffer[]][])('%s: %d', async (_what, code, said) => {
    peer.request('/1');
    peer.request('/2');
    peer.say(...said);
    await until(() => peer.isClosed);
    expect(sent(GOAWAY)).toEqual([[0, 0, code.toString(16).padStart(16, '0')]]);
    expect(peer.told.slice(-3)).toEqual(['leaving', '1 closed undefined', '3 closed undefined']);
    expect(peer.client.isLeaving).toBe(true);
  });

  test('one that has us answer without end, and does not read', async () => {
    peer.request('/1');
    peer.deafen();
    await until(() => {
      peer.say(SETTINGS, ...Array(1_000).fill(frame(PING, 0, 0, 1, 2)));
      return peer.client.isLeaving;
    });
    expect(peer.told.slice(-2)).toEqual(['leaving', '1 closed undefined']);
  });
});

test('whatever comes, each request ends once, and nothing comes after', async () => {
  const aFrame = fc
    .record({
      type: fc.nat(10),
      flags: fc.constantFrom(0, 0x1, 0x4, 0x5, 0x8, 0xd, 0x25),
      streamId: fc.constantFrom(0, 1, 1, 3, 3, 5, 7, 2),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc
          .constantFrom('4803323031', '0000000000000007', '00000001', '', '000400000003')
          .map((hex) => Buffer.from(hex, 'hex')),
      ),
    })
    .map(({ type, flags, streamId, payload }) => frame(type, flags, streamId, payload));
  await fc.assert(
    fc.asyncProperty(fc.array(aFrame, { maxLength: 12 }), async (said) => {
      const another = await SpecPeer.start();
      for (const path of ['/1', '/2', '/3']) another.request(path);
      await another.heard(SETTINGS, ...said);
      await another.stop();
      for (const id of [1, 3, 5]) {
        const told = another.told.filter((one) => one.startsWith(`${id} `));
        const ends = told.filter((one) => one.includes('closed'));
        expect(ends).toEqual(told.slice(-1));
      }
      expect(another.told.filter((one) => one === 'leaving')).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});
