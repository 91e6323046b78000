import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import type { OriginLimits } from './origin-options.js';
import { ORIGIN_LIMITS } from './origin-options.js';
import { answer, answerCounted, SpecOrigin, SpecServer, tally, until } from './spec-origin.js';

const ACCEPTED = { kind: 'accepted' };

let server: SpecServer;
let spec: SpecOrigin;
let handle: (stream: ServerHttp2Stream, path: string) => void;

async function start(limits: Partial<OriginLimits> = {}, streams = 100, window = 65_535) {
  handle = (stream) => answer(stream, 201);
  server = await SpecServer.start(
    { maxConcurrentStreams: streams, initialWindowSize: window },
    (stream, headers) => handle(stream, String(headers[':path'])),
  );
  spec = await SpecOrigin.to(server.origin, limits);
}

afterEach(async () => {
  const closed = spec.origin.close();
  server.cut();
  await closed;
  await server.stop();
});

describe('one long-lived session', () => {
  test('serves many messages, no more at once than the peer wants', async () => {
    await start({}, 7);
    const count = { open: 0, most: 0 };
    handle = (stream) => answerCounted(stream, count);
    expect(tally(await spec.sendMany(300))).toEqual({ accepted: 300 });
    expect(tally(await spec.sendMany(300))).toEqual({ accepted: 300 });
    expect(server.sessions).toHaveLength(1);
    expect(server.paths.length).toBeGreaterThanOrEqual(600);
    expect(count.most).toBeLessThanOrEqual(7);
    expect(spec.answers).toHaveLength(600);
  });

  test('more at once, as soon as the peer wants more', async () => {
    await start({}, 1);
    expect(await spec.send()).toEqual(ACCEPTED);
    const streams: ServerHttp2Stream[] = [];
    handle = (stream) => streams.push(stream);
    const sends = spec.sendMany(5);
    await until(() => streams.length === 1);
    server.sessions[0]!.settings({ maxConcurrentStreams: 5 });
    await until(() => streams.length === 5);
    for (const stream of streams) answer(stream, 201);
    expect(tally(await sends)).toEqual({ accepted: 5 });
  });

  test('no more at once than our own bound', async () => {
    await start({ maxConcurrent: 3 });
    const count = { open: 0, most: 0 };
    handle = (stream) => answerCounted(stream, count);
    expect(tally(await spec.sendMany(50))).toEqual({ accepted: 50 });
    expect(count.most).toBe(3);
  });

  test('is opened again when it was closed between messages', async () => {
    await start();
    expect(await spec.send()).toEqual(ACCEPTED);
    const [session] = server.sessions;
    session!.destroy();
    await until(() => server.connections === 0);
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(2);
  });
});

describe('what was not processed is sent again at once', () => {
  test.each([
    ['graceful', constants.NGHTTP2_NO_ERROR],
    ['after an error', constants.NGHTTP2_ENHANCE_YOUR_CALM],
  ])('GOAWAY, %s: streams above the last one', async (_name, code) => {
    await start();
    const processed: string[] = [];
    let first: ServerHttp2Stream | undefined;
    handle = (stream, path) => {
      stream.on('end', () => {
        if (server.sessions.length > 1) {
          processed.push(path);
          return answer(stream, 201);
        }
        if (first === undefined) {
          first = stream;
          processed.push(path);
          answer(stream, 201);
        } else if (path === '/push/9') {
          stream.session!.goaway(code, first.id);
        }
      });
    };
    expect(tally(await spec.sendMany(10))).toEqual({ accepted: 10 });
    expect(processed).toHaveLength(10);
    expect(new Set(processed).size).toBe(10);
    expect(server.sessions).toHaveLength(2);
  });

  test('GOAWAY: those below the last one may have been taken', async () => {
    await start();
    handle = (stream) => {
      stream.on('end', () => {
        stream.session!.goaway(constants.NGHTTP2_INTERNAL_ERROR, stream.id);
      });
    };
    expect(tally([await spec.send()])).toEqual({ 'retry uncertain': 1 });
    expect(server.paths).toHaveLength(1);
  });

  test('a refused stream', async () => {
    await start();
    let refused = 0;
    handle = (stream) => {
      if (refused >= 20) return answer(stream, 201);
      refused += 1;
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    };
    expect(tally(await spec.sendMany(20))).toEqual({ accepted: 20 });
    expect(server.paths).toHaveLength(40);
  });

  test('but only twice', async () => {
    await start();
    handle = (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
    expect(await spec.send('/push/1', { attempt: 2 })).toEqual({
      kind: 'retry',
      afterMs: 2000,
      uncertain: false,
    });
    expect(server.paths).toHaveLength(3);
  });

  test('sessions that end before any answer, over and over, are given up', async () => {
    await start();
    // it says that it may have processed the one that it was looking at
    handle = ({ session }) => {
      session?.goaway(constants.NGHTTP2_NO_ERROR);
      setImmediate(() => session?.destroy());
    };
    expect(tally(await spec.sendMany(30))).toEqual({ retry: 27, 'retry uncertain': 3 });
    expect(server.sessions).toHaveLength(3);
    expect(await spec.send()).toMatchObject({ kind: 'retry', uncertain: false });
    expect(server.sessions).toHaveLength(3);
  });
});

test('what left in part only is sent again at once when the connection is cut', async () => {
  await start({}, 100, 1_000);
  await spec.send();
  handle = (stream) => stream.pause();
  const sends = spec.sendMany(3);
  await until(() => server.paths.length === 4);
  handle = (stream) => answer(stream, 201);
  server.cut();
  expect(tally(await sends)).toEqual({ accepted: 3 });
  expect(server.sessions).toHaveLength(2);
});

describe('uncertain', () => {
  test('a stream that is reset after all of it was sent', async () => {
    await start();
    handle = (stream) => {
      stream.on('end', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    };
    expect(await spec.send()).toEqual({ kind: 'retry', afterMs: 500, uncertain: true });
    expect(server.paths).toHaveLength(1);
  });

  test('a connection that is cut, and the next message has another', async () => {
    await start();
    let ended = 0;
    handle = (stream) => {
      stream.on('end', () => {
        ended += 1;
        if (ended === 5) server.cut();
      });
    };
    expect(tally(await spec.sendMany(5))).toEqual({ 'retry uncertain': 5 });
    handle = (stream) => answer(stream, 201);
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(2);
  });

  test('not a message of which only a part could leave', async () => {
    await start({}, 100, 1_000);
    await spec.send();
    handle = (stream) => stream.pause();
    const sends = spec.sendMany(3);
    await until(() => server.paths.length === 4);
    spec.now += ORIGIN_LIMITS.stallMs;
    expect(tally(await sends)).toEqual({ retry: 3 });
  });
});

describe('an answer', () => {
  test.each([301, 307, 308])('%d is not followed', async (status) => {
    await start();
    handle = (stream) => {
      stream.respond({ ':status': status, location: `${server.origin}/moved` });
      stream.end();
    };
    expect(await spec.send()).toEqual({ kind: 'fault', status });
    expect(server.paths).toEqual(['/push/1']);
  });

  test('that is too long is cut', async () => {
    await start();
    const code = new Promise((resolve) => {
      handle = (stream) => {
        stream.on('close', () => resolve(stream.rstCode));
        stream.respond({ ':status': 410 });
        stream.write(Buffer.alloc(40_000));
      };
    });
    expect(await spec.send()).toEqual({ kind: 'gone' });
    expect(await code).toBe(constants.NGHTTP2_CANCEL);
    handle = (stream) => answer(stream, 201);
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(1);
  });

  test('that does not end is ended, and its place is free again', async () => {
    await start({ maxConcurrent: 1, timeoutMs: 50 });
    const code = new Promise((resolve) => {
      handle = (stream, path) => {
        if (path === '/push/2') return answer(stream, 201);
        stream.on('close', () => resolve(stream.rstCode));
        stream.respond({ ':status': 201 });
        stream.write('.');
      };
    });
    expect(await spec.send('/push/1')).toEqual(ACCEPTED);
    spec.now += 50;
    expect(await code).toBe(constants.NGHTTP2_CANCEL);
    expect(await spec.send('/push/2')).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(1);
  });
});

test.each([
  ['ours', { maxConcurrent: 1 }, 100],
  ['of the peer', {}, 1],
])('a message whose time is over while it waits for a place, %s, is not sent', async (...test) => {
  const [, limits, streams] = test;
  await start(limits, streams);
  await spec.send('/push/0');
  handle = (stream) => {
    spec.now += 1_500;
    answer(stream, 201);
  };
  const outcomes = await Promise.all([
    spec.send('/push/1', { lifeMs: 2_000 }),
    spec.send('/push/2', { lifeMs: 2_000 }),
  ]);
  expect(outcomes).toEqual([ACCEPTED, { kind: 'expired' }]);
  expect(server.paths).toEqual(['/push/0', '/push/1']);
});
