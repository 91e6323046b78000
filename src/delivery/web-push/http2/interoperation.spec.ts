import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Field } from './hpack-table.js';
import { Http2Client } from './http2-client.js';

const PSEUDO: Field[] = [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':authority', 'push.test'],
];

/** What nghttp2 heard: the fields, and the body. */
type Heard = { headers: IncomingHttpHeaders; body: Buffer };

/** A client, and a server that is nghttp2's. */
async function start(
  settings: Settings,
  answer: (stream: ServerHttp2Stream, heard: Heard) => void,
) {
  const server = createServer({ settings });
  server.on('stream', (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => answer(stream, { headers, body: Buffer.concat(parts) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  const ready = Promise.withResolvers<void>();
  const client = new Http2Client(socket, ['retry-after', 'location', 'x-any'], {
    settings: () => ready.resolve(),
    leaving: () => {},
  });
  await ready.promise;
  const ask = (path: string, fields: readonly Field[], body: Buffer) =>
    new Promise<{ fields: Map<string, string>; bytes: number; code: number | undefined }>(
      (resolve) => {
        const heard = { fields: new Map<string, string>(), bytes: 0 };
        client.request(path, fields, body, {
          headed: (headed) => (heard.fields = new Map(headed)),
          content: (bytes) => (heard.bytes += bytes),
          closed: (code) => resolve({ ...heard, code }),
        });
      },
    );
  const stop = async () => {
    client.close();
    await new Promise((closed) => server.close(closed));
  };
  return { ask, stop };
}

const aText = fc.string({
  unit: fc.constantFrom(...'abcxyz0189-_.~:/?&=+%"{}\\^|<>'),
  minLength: 1,
  maxLength: 200,
});
const aFieldSet = fc.record({ authorization: aText, topic: aText, ttl: fc.nat().map(String) });
const aRequest = fc.record({
  path: aText.map((text) => `/${text}`),
  which: fc.nat(2),
  bytes: fc.nat(5_000),
});

test.each([4_096, 150, 0])(
  'nghttp2 hears what was said, with a table of %d bytes',
  async (headerTableSize) => {
    const heard: Heard[] = [];
    const { ask, stop } = await start({ headerTableSize }, (stream, one) => {
      heard.push(one);
      stream.respond({ ':status': 201 }, { endStream: true });
    });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(aFieldSet, aFieldSet, aFieldSet),
        fc.array(aRequest),
        async (sets, requests) => {
          heard.length = 0;
          const commons = sets.map((set) => [...PSEUDO, ...Object.entries(set)]);
          const bodies = requests.map(({ bytes }, index) => Buffer.alloc(bytes, index));
          const answers = requests.map(({ path, which }, index) =>
            ask(path, commons[which]!, bodies[index]!),
          );
          for (const { code } of await Promise.all(answers)) expect(code).toBe(0);
          expect(heard.map(({ body }) => body)).toEqual(bodies);
          for (const [index, { path, which }] of requests.entries())
            expect(heard[index]!.headers).toMatchObject({
              ':path': path,
              ':method': 'POST',
              ...sets[which],
            });
        },
      ),
      { numRuns: 20 },
    );
    await stop();
  },
);

test('what nghttp2 answers is heard, in whatever code it chooses', async () => {
  const answers: { headers: Record<string, string>; bytes: number }[] = [];
  const { ask, stop } = await start({}, (stream) => {
    const { headers, bytes } = answers.shift()!;
    stream.respond({ ':status': 429, 'x-other': 'other', ...headers });
    stream.end(Buffer.alloc(bytes));
  });
  const anyByte = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((byte) => String.fromCharCode(byte)),
    minLength: 1,
    maxLength: 3_000,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ 'retry-after': anyByte, location: aText, 'x-any': anyByte }),
      fc.nat(12_000),
      async (headers, bytes) => {
        answers.push({ headers, bytes });
        const heard = await ask('/', PSEUDO, Buffer.from('body'));
        expect(Object.fromEntries(heard.fields)).toEqual({ ':status': '429', ...headers });
        expect(heard).toMatchObject({ bytes, code: 0 });
      },
    ),
  );
  await stop();
});
