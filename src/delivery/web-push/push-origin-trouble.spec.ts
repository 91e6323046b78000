import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { BREAKER_LIMITS } from './breaker.js';
import type { OriginLimits } from './origin-options.js';
import { ORIGIN_LIMITS } from './origin-options.js';
import {
  answer,
  answerCounted,
  heldFor,
  SpecOrigin,
  SpecServer,
  tally,
  until,
} from './spec-origin.js';

const ACCEPTED = { kind: 'accepted' };
const { stallMs, timeoutMs } = ORIGIN_LIMITS;
const { faultMs, faultsToOpen, silenceMs, trialMs } = BREAKER_LIMITS;

let server: SpecServer;
let spec: SpecOrigin;
let handle: (stream: ServerHttp2Stream, path: string, key: string) => void;

async function start(limits: Partial<OriginLimits> = {}) {
  handle = (stream) => answer(stream, 201);
  server = await SpecServer.start({}, (stream, headers) =>
    handle(stream, String(headers[':path']), String(headers.authorization).split('k=')[1]!),
  );
  spec = await SpecOrigin.to(server.origin, limits);
}

async function stop() {
  const closed = spec.origin.close();
  server.cut();
  await closed;
  await server.stop();
}

async function hangAll(count: number) {
  handle = () => {};
  const before = server.paths.length;
  const sends = spec.sendMany(count);
  await until(() => server.paths.length === before + count);
  spec.now += stallMs;
  return sends;
}

describe('a host that hangs', () => {
  beforeEach(() => start({ maxConcurrent: 10 }));
  afterEach(stop);

  test('fails all that is under way, puts off what waits, and is left alone', async () => {
    handle = () => {};
    const sends = spec.sendMany(15);
    await until(() => server.paths.length === 10);
    spec.now += stallMs;
    const outcomes = await sends;
    expect(tally(outcomes)).toEqual({ 'retry uncertain': 10, retry: 5 });
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ afterMs: expect.any(Number) });
      expect((outcome as { afterMs: number }).afterMs).toBeGreaterThanOrEqual(silenceMs);
    }
    expect(await spec.send()).toEqual(heldFor(silenceMs));
    expect(server.paths).toHaveLength(10);
  });

  test('gets one trial, on a new connection, and is served when that is answered', async () => {
    await hangAll(2);
    spec.now += silenceMs;
    const streams: ServerHttp2Stream[] = [];
    handle = (stream) => streams.push(stream);
    const trial = spec.send('/push/trial');
    await until(() => streams.length === 1);
    expect(await spec.send()).toEqual(heldFor(trialMs));
    handle = (stream) => answer(stream, 201);
    answer(streams[0]!, 201);
    expect(await trial).toEqual(ACCEPTED);
    expect(tally(await spec.sendMany(20))).toEqual({ accepted: 20 });
    expect(server.sessions).toHaveLength(2);
  });

  test('is left alone for longer when the trial hangs too', async () => {
    await hangAll(2);
    spec.now += silenceMs;
    expect(tally(await hangAll(1))).toEqual({ 'retry uncertain': 1 });
    expect(await spec.send()).toEqual(heldFor(2 * silenceMs));
    spec.now += 2 * silenceMs;
    expect(tally(await hangAll(1))).toEqual({ 'retry uncertain': 1 });
    expect(await spec.send()).toEqual(heldFor(4 * silenceMs));
  });

  test('is left alone for longer when the trial is reset', async () => {
    await hangAll(1);
    spec.now += silenceMs;
    handle = (stream) => stream.on('end', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    expect(tally([await spec.send()])).toEqual({ 'retry uncertain': 1 });
    expect(await spec.send()).toEqual(heldFor(2 * silenceMs));
  });

  test('a trial that was not processed is sent again', async () => {
    await hangAll(1);
    spec.now += silenceMs;
    handle = (stream) => {
      handle = (next) => answer(next, 201);
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    };
    expect(await spec.send()).toEqual(ACCEPTED);
  });

  test('a trial whose time is over before it is sent leaves room for another', async () => {
    await hangAll(1);
    spec.now += silenceMs;
    handle = (stream) => answer(stream, 201);
    expect(await spec.send('/push/1', { lifeMs: 500 })).toEqual({ kind: 'expired' });
    expect(await spec.send()).toEqual(ACCEPTED);
  });

  test.each([
    ['at once', 0],
    ['after it was refused, and sent again,', 1],
  ])('one that hangs %s among others that answer costs only itself', async (_when, refusals) => {
    let refused = 0;
    handle = (stream, path) => {
      if (path !== '/push/0') return answer(stream, 201);
      if (refused < refusals) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      refused += 1;
    };
    const hung = spec.send('/push/0');
    await until(() => refused > refusals);
    for (let waited = 0; waited < timeoutMs; waited += 1_000) {
      expect(await spec.send('/push/1')).toEqual(ACCEPTED);
      spec.now += 1_000;
    }
    expect(tally([await hung])).toEqual({ 'retry uncertain': 1 });
    expect(await spec.send('/push/1')).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(1);
  });
});

describe('429', () => {
  beforeEach(() => start({ maxConcurrent: 1 }));
  afterEach(stop);

  test('pauses the host for as long as it asks, then it is served', async () => {
    handle = (stream) => answer(stream, 429, '7');
    const outcomes = await spec.sendMany(3);
    const asked = { kind: 'retry', afterMs: 7_000, uncertain: false };
    expect(outcomes).toEqual([asked, heldFor(7_000), heldFor(7_000)]);
    expect(server.paths).toHaveLength(1);
    spec.now += 6_999;
    expect(await spec.send()).toEqual(heldFor(1));
    spec.now += 1;
    handle = (stream) => answer(stream, 201);
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(server.sessions).toHaveLength(1);
    expect(spec.faults).toEqual([]);
  });
});

test('after a 429 half as many are under way at once, and one more for each such window', async () => {
  await start({ maxConcurrent: 16 });
  const most = async (count: number) => {
    const counted = { open: 0, most: 0 };
    handle = (stream) => answerCounted(stream, counted);
    expect(tally(await spec.sendMany(count))).toEqual({ accepted: count });
    return counted.most;
  };
  expect(await most(64)).toBe(16);
  handle = (stream) => answer(stream, 429, '1');
  await spec.sendMany(64);
  spec.now += 1_000;
  expect(await most(8)).toBe(8);
  expect(await most(80)).toBeGreaterThan(9);
  await stop();
});

describe.each([400, 401, 403])('%d', (status) => {
  beforeEach(() => start());
  afterEach(stop);

  test('over and over: left alone for long, the operator is told once', async () => {
    handle = (stream) => answer(stream, status);
    const outcomes = await spec.sendMany(20);
    expect(outcomes).toEqual(Array(20).fill({ kind: 'fault', status }));
    expect(spec.faults).toEqual([{ host: 'localhost', status, keyId: 'new' }]);
    expect(await spec.send()).toEqual(heldFor(faultMs));
    expect(server.paths).toHaveLength(20);
    spec.now += faultMs;
    expect(await spec.send()).toEqual({ kind: 'fault', status });
    expect(spec.faults).toHaveLength(2);
    expect(await spec.send()).toEqual(heldFor(faultMs));
  });

  test('for one device among others costs nobody else anything', async () => {
    handle = (stream, path) => answer(stream, path === '/push/bad' ? status : 201);
    for (let i = 0; i < 3 * faultsToOpen; i += 1) {
      expect(await spec.send('/push/bad')).toEqual({ kind: 'fault', status });
      expect(await spec.send('/push/good')).toEqual(ACCEPTED);
    }
    expect(spec.faults).toEqual([]);
  });
});

describe('a key that is refused', () => {
  beforeEach(() => start({ maxConcurrent: 4 }));
  afterEach(stop);

  const refuseOld = () => {
    handle = (stream, _path, key) => answer(stream, key === 'old' ? 403 : 201);
  };

  test('holds back its own messages, and none of another key', async () => {
    refuseOld();
    const [old, current] = await Promise.all([spec.sendMany(30, 'old'), spec.sendMany(30)]);
    expect(tally(current)).toEqual({ accepted: 30 });
    expect(Object.keys(tally(old)).sort()).toEqual(['fault', 'retry']);
    expect(spec.faults).toEqual([{ host: 'localhost', status: 403, keyId: 'old' }]);
    expect(await spec.send('/push/1', { keyId: 'old' })).toEqual(heldFor(faultMs));
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(spec.origin.isIdle(spec.now)).toBe(false);
    expect(server.sessions).toHaveLength(1);
  });

  test('is tried again by itself, whatever is accepted with another', async () => {
    refuseOld();
    await spec.sendMany(faultsToOpen, 'old');
    spec.now += faultMs;
    expect(await spec.send()).toEqual(ACCEPTED);
    expect(await spec.send('/push/1', { keyId: 'old' })).toEqual({ kind: 'fault', status: 403 });
    expect(await spec.send('/push/1', { keyId: 'old' })).toEqual(heldFor(faultMs));
    spec.now += faultMs;
    handle = (stream) => answer(stream, 201);
    expect(tally(await spec.sendMany(1, 'old'))).toEqual({ accepted: 1 });
    expect(tally(await spec.sendMany(5, 'old'))).toEqual({ accepted: 5 });
  });

  test('does not keep a host from being left alone by all when it hangs or asks for it', async () => {
    refuseOld();
    await spec.sendMany(faultsToOpen, 'old');
    handle = (stream) => answer(stream, 429, '7');
    await spec.send();
    expect(await spec.send()).toEqual(heldFor(7_000));
    spec.now += faultMs;
    expect(tally(await hangAll(2))).toEqual({ 'retry uncertain': 2 });
    for (const keyId of ['old', 'new'])
      expect(await spec.send('/push/1', { keyId })).toEqual(heldFor(silenceMs));
  });
});

test('413 and 500 are no reason to leave a host alone', async () => {
  await start();
  for (const status of [413, 500, 404, 410]) {
    handle = (stream) => answer(stream, status);
    await spec.sendMany(10);
  }
  handle = (stream) => answer(stream, 201);
  expect(await spec.send()).toEqual(ACCEPTED);
  expect(spec.faults).toEqual([]);
  await stop();
});

describe('close', () => {
  beforeEach(() => start({ maxConcurrent: 1 }));

  test('lets what is under way settle, puts off the rest, and leaves nothing open', async () => {
    const streams: ServerHttp2Stream[] = [];
    handle = (stream) => streams.push(stream);
    const sends = spec.sendMany(3);
    await until(() => streams.length === 1);
    const closed = spec.origin.close();
    answer(streams[0]!, 201);
    expect(await sends).toEqual([ACCEPTED, heldFor(0), heldFor(0)]);
    await closed;
    await until(() => server.connections === 0);
    expect(await spec.send()).toEqual(heldFor(0));
    await server.stop();
  });

  test('does not wait for an answer that does not end', async () => {
    handle = (stream) => {
      stream.respond({ ':status': 201 });
      stream.write('.');
    };
    expect(await spec.send()).toEqual(ACCEPTED);
    await spec.origin.close();
    await until(() => server.connections === 0);
    await server.stop();
  });
});
