import { cellToChildren, cellToParent, latLngToCell } from 'h3-js';
import { createECDH, randomBytes } from 'node:crypto';
import { PushService, type PushDevice } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { channelOf, connectSocket, subscribePush } from './support/family.js';
import { ask, send, type GraphqlAnswer } from './support/graphql.js';
import { SUBSCRIBE } from './support/operations.js';
import { startService, trust, type TestService } from './support/test-service.js';

const FIELDS = '{ id locale push areaCount renewPush }';
const MINE = `{ mySubscription ${FIELDS} }`;
const UPDATE = `mutation ($input: UpdateSubscriptionInput!) {
  updateSubscription(input: $input) ${FIELDS}
}`;
const UNSUBSCRIBE = 'mutation { unsubscribe }';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const SCHOOL = { schoolId: '120147000913' };
const HERE = latLngToCell(28.2919, -81.4076, 7);
const CELL = { cell: { h3: HERE, radiusKm: 5 } };

describe('subscriptions', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  type Channel = ReturnType<typeof channelOf>;
  // Unless a test says otherwise, families follow where no alert of this file is.
  const channel = (): Channel => channelOf(push.createDevice());
  const sendSubscribe = (change: object = {}) =>
    send(service.url, SUBSCRIBE, {
      input: { push: channel(), locale: 'en', areas: [ORANGE], ...change },
    });
  /** Subscribes and answers the token with what the family sees. */
  const subscribe = async (change: object = {}) => {
    const { data, errors } = await sendSubscribe(change);
    if (errors) throw new Error(JSON.stringify(errors));
    const { token, subscription } = data!.subscribe;
    return { token: token as string, id: subscription.id as string };
  };
  const update = (token: string | undefined, input: object) =>
    send(service.url, UPDATE, { input }, token);
  const mine = async (token: string) => (await ask(service.url, MINE, {}, token)).mySubscription;
  const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code;
  const named = ({ errors }: GraphqlAnswer) =>
    (errors?.[0]?.extensions.fields ?? []).map(({ field }) => field);
  const opens = async (token: string) => !(await send(service.url, MINE, {}, token)).errors;
  const rows = <T = Record<string, unknown>>(sql: string, values: unknown[] = []) =>
    service.database.query<T>(sql, values);
  const count = async () =>
    (
      await rows<{ subscriptions: number; areas: number }>(
        `SELECT (SELECT count(*)::int FROM subscription) AS subscriptions,
           (SELECT count(*)::int FROM subscription_area) AS areas`,
      )
    )[0]!;
  const stored = async (id: string) =>
    (
      await rows<Record<string, string>>(
        'SELECT row_to_json(s)::text AS row FROM subscription s WHERE id = $1',
        [id],
      )
    )[0]?.row;
  const tags = async (id: string) =>
    (
      await rows<{ tag: string }>(
        `SELECT encode(tag, 'hex') AS tag FROM subscription_area WHERE subscription_id = $1 ORDER BY 1`,
        [id],
      )
    ).map(({ tag }) => tag);

  describe('subscribing', () => {
    it('gives a random id, a token, and what the family sees of itself', async () => {
      const { data } = await sendSubscribe({ locale: 'es', areas: [OSCEOLA, SCHOOL, CELL] });
      const { token, subscription } = data!.subscribe;
      expect(token).toMatch(/^family_[\w-]{43}$/);
      expect(subscription).toEqual({
        id: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
        ...{ locale: 'es', push: true, areaCount: 3, renewPush: false },
      });
      expect(await mine(token)).toEqual(subscription);
    });

    it('without push is for a socket, and each is one of its own', async () => {
      const one = await subscribe({ push: null });
      const two = await subscribe({ push: undefined });
      expect(one.id).not.toBe(two.id);
      expect(await mine(one.token)).toMatchObject({ push: false, renewPush: false });
      const socket = await connectSocket(service.url, { token: two.token });
      expect(await socket.watch({})).toMatchObject({ watching: 1 });
      socket.close();
    });

    it('counts an area that is named twice once', async () => {
      const { token } = await subscribe({ areas: [OSCEOLA, SCHOOL, OSCEOLA, CELL, CELL] });
      expect((await mine(token)).areaCount).toBe(3);
    });

    it('keeps no time but the Monday of the week', async () => {
      const { id } = await subscribe();
      const [row] = await rows<{ monday: boolean; week: string; now: string }>(
        `SELECT extract(isodow FROM last_seen_week) = 1 AS monday, last_seen_week::text AS week,
           date_trunc('week', now() AT TIME ZONE 'UTC')::date::text AS now
         FROM subscription WHERE id = $1`,
        [id],
      );
      expect(row).toEqual({ monday: true, week: row!.now, now: row!.now });
    });

    it.each([
      ['es-MX', 'es-MX'],
      ['ES-mx', 'es-MX'],
      ['zh-hant-tw', 'zh-Hant-TW'],
      ['en-US-u-ca-buddhist', 'en-US'],
      ['ht', 'ht'],
    ])('keeps the locale %s as %s, and nothing rarer', async (given, kept) => {
      const { token } = await subscribe({ locale: given });
      expect((await mine(token)).locale).toBe(kept);
    });

    it.each([
      '',
      ' ',
      'x',
      'english',
      'Marianne',
      'es_MX',
      '12',
      'en-',
      '-',
      'es; DROP',
      'a'.repeat(36),
      '🇲🇽',
    ])('refuses %j for a locale', async (locale) => {
      const before = await count();
      const answer = await sendSubscribe({ locale });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(named(answer)).toEqual(['locale']);
      expect(await count()).toEqual(before);
    });
  });

  /** What is refused, whether one subscribes with it or turns to it later. */
  describe('what is followed and where it is sent', () => {
    const fine = (resolution: number) =>
      resolution < 7
        ? cellToParent(HERE, resolution)
        : resolution === 7
          ? HERE
          : cellToChildren(HERE, resolution === 8 ? 8 : 9)[0]!;
    const finest = latLngToCell(28.2919, -81.4076, 15);
    const at = (h3: unknown, radiusKm: unknown = 5) => [{ cell: { h3, radiusKm } }];
    const sixSchools = Array.from({ length: 6 }, (_, index) => ({
      schoolId: `12014700091${index}`,
    }));

    const areas: [string, object[], string[]][] = [
      ['no areas', [], ['areas']],
      ['six areas', sixSchools, ['areas']],
      ['the same area six times', Array(6).fill(OSCEOLA), ['areas']],
      ['a school there is not', [OSCEOLA, { schoolId: '999999999999' }], ['areas.1.schoolId']],
      ['a district there is not', [{ districtId: '9999999' }, OSCEOLA], ['areas.0.districtId']],
      [
        'a school and a district there are not',
        [{ schoolId: '999999999999' }, OSCEOLA, { districtId: '9999999' }],
        ['areas.0.schoolId', 'areas.2.districtId'],
      ],
      ['a district for a school', [{ schoolId: '1201470' }], ['areas.0.schoolId']],
      ['a school with a blank', [{ schoolId: ' 120147000913' }], ['areas.0.schoolId']],
      ['a cell of resolution 8', at(fine(8)), ['areas.0.cell.h3']],
      ['a cell of resolution 9', at(fine(9)), ['areas.0.cell.h3']],
      ['a cell of resolution 15', [OSCEOLA, ...at(finest)], ['areas.1.cell.h3']],
      ['a cell in capitals', at(HERE.toUpperCase()), ['areas.0.cell.h3']],
      ['no cell', at('zz'), ['areas.0.cell.h3']],
      ['a cell of zeros', at('0'.repeat(15)), ['areas.0.cell.h3']],
      ['an edge of cells', at(`1${HERE.slice(1)}`), ['areas.0.cell.h3']],
      ['a radius of 3', at(HERE, 3), ['areas.0.cell.radiusKm']],
      ['a radius of 0', at(HERE, 0), ['areas.0.cell.radiusKm']],
      ['a radius of -5', [OSCEOLA, ...at(HERE, -5)], ['areas.1.cell.radiusKm']],
    ];
    const endpoints = [
      'http://fcm.googleapis.com/fcm/send/x',
      'https://evil.example/push',
      'https://fcm.googleapis.com.evil.example/push',
      'https://user:secret@fcm.googleapis.com/push',
      'https://fcm.googleapis.com@evil.example/push',
      'https://169.254.169.254/a.google.com/',
      'https://10.0.0.1/push',
      `https://fcm.googleapis.com/${'x'.repeat(2_048)}`,
      'javascript:alert(1)',
      '',
    ];
    const badChannels: [string, Partial<Channel>, string[]][] = [
      ...endpoints.map((endpoint): [string, Partial<Channel>, string[]] => [
        `the endpoint ${endpoint.slice(0, 50)}`,
        { endpoint },
        ['push.endpoint'],
      ]),
      ['a key off the curve', { p256dh: offCurve() }, ['push.p256dh']],
      ['a key of 64 bytes', { p256dh: randomBytes(64).toString('base64url') }, ['push.p256dh']],
      ['a compressed key', { p256dh: compressed() }, ['push.p256dh']],
      ['a secret of 15 bytes', { auth: randomBytes(15).toString('base64url') }, ['push.auth']],
      ['a secret of 17 bytes', { auth: randomBytes(17).toString('base64url') }, ['push.auth']],
      ['a secret that is no base64', { auth: '!'.repeat(22) }, ['push.auth']],
      [
        'nothing right',
        { endpoint: 'x', p256dh: 'x', auth: 'x' },
        ['push.endpoint', 'push.p256dh', 'push.auth'],
      ],
    ];
    const bad: [string, () => object, string[]][] = [
      ...areas.map(([name, list, fields]): [string, () => object, string[]] => [
        name,
        () => ({ areas: list }),
        fields,
      ]),
      ...badChannels.map(([name, change, fields]): [string, () => object, string[]] => [
        name,
        () => ({ push: { ...channel(), ...change } }),
        fields,
      ]),
    ];

    it.each(bad)('is refused with %s, named, and nothing is written', async (_, change, fields) => {
      const family = await subscribe();
      const before = [await count(), await stored(family.id), await tags(family.id)];
      const answers = [await sendSubscribe(change()), await update(family.token, change())];
      for (const answer of answers) {
        expect(codeOf(answer)).toBe('BAD_USER_INPUT');
        expect(named(answer)).toEqual(fields);
      }
      expect([await count(), await stored(family.id), await tags(family.id)]).toEqual(before);
    });

    it.each([0, 1, 2, 3, 4, 5, 6, 7])('may be a cell of resolution %i', async (resolution) => {
      const { token } = await subscribe({ areas: at(fine(resolution)) });
      expect((await mine(token)).areaCount).toBe(1);
    });

    it.each([2, 5, 10])('may be %i km around', async (radiusKm) => {
      const { token } = await subscribe({ areas: at(HERE, radiusKm) });
      expect((await mine(token)).areaCount).toBe(1);
    });

    it('is exactly one thing each', async () => {
      for (const area of [
        {},
        { schoolId: null },
        { ...OSCEOLA, ...SCHOOL },
        { ...OSCEOLA, ...CELL },
      ])
        expect(codeOf(await sendSubscribe({ areas: [area] }))).toBe('BAD_USER_INPUT');
    });
  });

  describe('subscribing the same endpoint again', () => {
    it('with its secret replaces: same id, new token, new keys, locale and areas', async () => {
      const device = push.createDevice();
      const first = await subscribe({ push: channelOf(device), areas: [OSCEOLA, SCHOOL] });
      const before = {
        row: await stored(first.id),
        tags: await tags(first.id),
        ...(await count()),
      };
      const { auth, endpoint } = device;
      const again = { endpoint, auth, p256dh: push.createDevice().p256dh };
      const second = await subscribe({ push: again, areas: [ORANGE], locale: 'es' });
      expect(second.id).toBe(first.id);
      expect(second.token).not.toBe(first.token);
      expect(await opens(first.token)).toBe(false);
      expect(await mine(second.token)).toMatchObject({ id: first.id, locale: 'es', areaCount: 1 });
      expect(await tags(first.id)).not.toContain(before.tags[0]);
      expect(await stored(first.id)).not.toBe(before.row);
      const { subscriptions } = await count();
      expect(subscriptions).toBe(before.subscriptions);
    });

    it('however the endpoint is spelled', async () => {
      const { endpoint, ...keys } = channel();
      const first = await subscribe({ push: { endpoint, ...keys } });
      const spelled = endpoint
        .replace('https://localhost', 'HTTPS://LOCALHOST')
        .replace('/push/', '/./push/');
      expect(spelled).not.toBe(endpoint);
      const second = await subscribe({ push: { endpoint: spelled, ...keys } });
      expect(second.id).toBe(first.id);
    });

    it('keeps its place among those who were told: the end still reaches it', async () => {
      const device = push.createDevice();
      const first = await subscribe({ push: channelOf(device), areas: [OSCEOLA] });
      const { incidentId, alertId } = await crew.alert();
      await crew.complete(push, alertId);
      expect(told(device)).toEqual([alertId]);
      const second = await subscribe({ push: channelOf(device), areas: [ORANGE], locale: 'es' });
      expect(second.id).toBe(first.id);
      const clearId = await crew.clear(incidentId);
      await crew.complete(push, clearId);
      expect(told(device)).toEqual([alertId, clearId]);
      expect(device.received.map(({ json }) => json.locale)).toEqual(['en', 'es']);
    });

    it.each([
      ['a random secret', () => randomBytes(16).toString('base64url')],
      ['a secret of zeros', () => Buffer.alloc(16).toString('base64url')],
    ])('with %s is a conflict, and changes nothing', async (_, auth) => {
      const given = channel();
      const family = await subscribe({ push: given, areas: [OSCEOLA, SCHOOL] });
      const before = [await stored(family.id), await tags(family.id), await count()];
      const answer = await sendSubscribe({ push: { ...given, auth: auth() }, areas: [ORANGE] });
      expect(codeOf(answer)).toBe('CONFLICT');
      expect(answer.data).toBeNull();
      expect(await opens(family.token)).toBe(true);
      await mine(family.token);
      expect([await stored(family.id), await tags(family.id), await count()]).toEqual(before);
    });

    it('fifty times at once leaves one row, and one token that opens it', async () => {
      const given = channel();
      const before = await count();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          sendSubscribe({ push: given, areas: index % 2 ? [OSCEOLA] : [OSCEOLA, SCHOOL] }),
        ),
      );
      expect(answers.filter(({ errors }) => errors)).toEqual([]);
      expect(new Set(answers.map(({ data }) => data!.subscribe.subscription.id)).size).toBe(1);
      const after = await count();
      expect(after.subscriptions).toBe(before.subscriptions + 1);
      const tokens = answers.map(({ data }) => data!.subscribe.token as string);
      const opening: string[] = [];
      for (const token of tokens) if (await opens(token)) opening.push(token);
      expect(opening).toHaveLength(1);
      expect((await mine(opening[0]!)).areaCount).toBe(after.areas - before.areas);
    });

    it('fifty times at once with as many secrets gives it to one of them', async () => {
      const given = channel();
      const before = await count();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          sendSubscribe({ push: { ...given, auth: randomBytes(16).toString('base64url') } }),
        ),
      );
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
      expect(new Set(answers.flatMap((answer) => codeOf(answer) ?? []))).toEqual(
        new Set(['CONFLICT']),
      );
      expect((await count()).subscriptions).toBe(before.subscriptions + 1);
    });

    it('while it is being deleted either lasts or is gone, and never half', async () => {
      const given = channel();
      for (let round = 0; round < 10; round++) {
        const { token } = await subscribe({ push: given });
        const [again, gone] = await Promise.all([
          sendSubscribe({ push: given }),
          send(service.url, UNSUBSCRIBE, {}, token),
        ]);
        expect(codeOf(again)).toBeUndefined();
        expect(codeOf(gone) ?? 'UNAUTHENTICATED').toBe('UNAUTHENTICATED');
        expect(await opens(again.data!.subscribe.token)).toBe(true);
      }
    });
  });

  describe('updating', () => {
    it('changes what is named and keeps the rest', async () => {
      const { token, id } = await subscribe({ areas: [OSCEOLA], locale: 'en' });
      const first = [await stored(id), await tags(id)] as const;
      expect(codeOf(await update(token, {}))).toBeUndefined();
      expect([await stored(id), await tags(id)]).toEqual(first);
      const locale = await update(token, { locale: 'es-MX' });
      expect(locale.data!.updateSubscription).toMatchObject({ id, locale: 'es-MX', areaCount: 1 });
      expect(await tags(id)).toEqual(first[1]);
      const areas = await update(token, { areas: [ORANGE, SCHOOL] });
      expect(areas.data!.updateSubscription).toMatchObject({
        locale: 'es-MX',
        areaCount: 2,
        push: true,
      });
      expect(await tags(id)).not.toContain(first[1][0]);
      const nulls = await update(token, { push: null, locale: null, areas: null });
      expect(nulls.data!.updateSubscription).toMatchObject({
        locale: 'es-MX',
        areaCount: 2,
        push: true,
      });
    });

    it('gives a socket family a phone, and a phone another endpoint', async () => {
      const { token, id } = await subscribe({ push: null, areas: [OSCEOLA] });
      const [old, next] = [push.createDevice(), push.createDevice()];
      const made = await update(token, { push: channelOf(old) });
      expect(made.data!.updateSubscription).toMatchObject({ id, push: true });
      expect(codeOf(await update(token, { push: channelOf(next) }))).toBeUndefined();
      const { incidentId, alertId } = await crew.alert();
      await crew.complete(push, alertId);
      expect(told(next)).toEqual([alertId]);
      expect(told(old)).toEqual([]);
      await crew.clear(incidentId);
      const freed = await subscribe({ push: { ...channelOf(old), auth: channel().auth } });
      expect(freed.id).not.toBe(id);
    });

    it('cannot take over the endpoint of another, whatever it knows of it', async () => {
      const theirs = channel();
      const them = await subscribe({ push: theirs, areas: [ORANGE] });
      const { token, id } = await subscribe({ areas: [OSCEOLA] });
      const before = [await stored(them.id), await tags(them.id), await stored(id), await count()];
      for (const given of [theirs, { ...theirs, auth: channel().auth }]) {
        const answer = await update(token, { push: given, locale: 'es', areas: [ORANGE] });
        expect(codeOf(answer)).toBe('CONFLICT');
      }
      expect([await stored(them.id), await tags(them.id), await stored(id), await count()]).toEqual(
        before,
      );
      expect(await opens(them.token)).toBe(true);
    });

    it('by many to one fresh endpoint at once gives it to one of them', async () => {
      const families = await Promise.all(Array.from({ length: 10 }, () => subscribe()));
      const wanted = channel();
      const answers = await Promise.all(
        families.map(({ token }) => update(token, { push: wanted })),
      );
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
      expect(new Set(answers.flatMap((answer) => codeOf(answer) ?? []))).toEqual(
        new Set(['CONFLICT']),
      );
    });

    it('by two who swap their endpoints ends, and neither has the other’s', async () => {
      const [one, two] = [channel(), channel()];
      const families = [await subscribe({ push: one }), await subscribe({ push: two })] as const;
      const answers = await Promise.all([
        update(families[0].token, { push: two }),
        update(families[1].token, { push: one }),
      ]);
      expect(answers.map(codeOf)).toEqual(['CONFLICT', 'CONFLICT']);
    });

    it.each(['', ' ', 'english', 'es_MX'])('refuses %j for a locale', async (locale) => {
      const { token, id } = await subscribe();
      const before = await stored(id);
      const answer = await update(token, { locale });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(named(answer)).toEqual(['locale']);
      expect(await stored(id)).toBe(before);
    });
  });

  describe('the push key', () => {
    const age = (id: string) =>
      rows(`UPDATE subscription SET vapid_key_id = 'old' WHERE id = $1`, [id]);

    it('that has changed is told, until the browser subscribed anew', async () => {
      const { token, id } = await subscribe();
      expect((await mine(token)).renewPush).toBe(false);
      await age(id);
      expect((await mine(token)).renewPush).toBe(true);
      expect((await update(token, { locale: 'es' })).data!.updateSubscription.renewPush).toBe(true);
      const renewed = await update(token, { push: channel() });
      expect(renewed.data!.updateSubscription).toMatchObject({ id, renewPush: false });
      expect((await mine(token)).renewPush).toBe(false);
    });

    it('stays that of an endpoint that is only given again: it takes no other', async () => {
      const given = channel();
      const { token, id } = await subscribe({ push: given });
      await age(id);
      expect((await update(token, { push: given })).data!.updateSubscription.renewPush).toBe(true);
      const { data } = await sendSubscribe({ push: given });
      expect(data!.subscribe.subscription).toMatchObject({ id, renewPush: true });
      expect((await mine(data!.subscribe.token)).renewPush).toBe(true);
    });

    it('does not matter to a socket family', async () => {
      const { token } = await subscribe({ push: null });
      expect((await mine(token)).renewPush).toBe(false);
    });
  });

  it('is seen anew by its Monday whenever it asks, and not by anything else', async () => {
    const { token, id } = await subscribe();
    const week = async () =>
      (
        await rows<{ week: string; monday: string }>(
          `SELECT last_seen_week::text AS week, date_trunc('week', now() AT TIME ZONE 'UTC')::date::text AS monday
           FROM subscription WHERE id = $1`,
          [id],
        )
      )[0]!;
    const age = () =>
      rows('UPDATE subscription SET last_seen_week = last_seen_week - 21 WHERE id = $1', [id]);
    for (const renew of [
      () => mine(token),
      () => update(token, {}),
      () => update(token, { locale: 'es' }),
    ]) {
      await age();
      expect((await week()).week).not.toBe((await week()).monday);
      await renew();
      const seen = await week();
      expect(seen.week).toBe(seen.monday);
      expect(new Date(`${seen.week}T00:00:00Z`).getUTCDay()).toBe(1);
    }
  });

  describe('unsubscribing', () => {
    it('removes every row, and its token opens nothing any more', async () => {
      const before = await count();
      const { token, id } = await subscribe({ areas: [OSCEOLA, SCHOOL, CELL] });
      expect(await count()).toEqual({
        subscriptions: before.subscriptions + 1,
        areas: before.areas + 3,
      });
      const answer = await send(service.url, UNSUBSCRIBE, {}, token);
      expect(answer.data).toEqual({ unsubscribe: true });
      expect(await count()).toEqual(before);
      expect(await stored(id)).toBeUndefined();
      for (const refused of [
        await send(service.url, MINE, {}, token),
        await update(token, { locale: 'es' }),
        await send(service.url, UNSUBSCRIBE, {}, token),
      ])
        expect(codeOf(refused)).toBe('UNAUTHENTICATED');
      await expect(connectSocket(service.url, { token })).rejects.toMatchObject({
        data: { code: 'UNAUTHENTICATED' },
      });
    });

    it('cuts its socket off the next time it asks', async () => {
      const { token } = await subscribe({ push: null });
      const socket = await connectSocket(service.url, { token });
      await socket.watch({});
      const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve));
      await ask(service.url, UNSUBSCRIBE, {}, token);
      void socket.watch({}).catch(() => undefined);
      expect(await gone).toBe('io server disconnect');
      socket.close();
    });

    it('lets the endpoint be subscribed anew, as somebody new', async () => {
      const given = channel();
      const first = await subscribe({ push: given });
      await ask(service.url, UNSUBSCRIBE, {}, first.token);
      const auth = randomBytes(16).toString('base64url');
      const second = await subscribe({ push: { ...given, auth } });
      expect(second.id).not.toBe(first.id);
    });

    it('in the middle of an incident is the last of it: no correction follows', async () => {
      const stays = await subscribePush(service.url, push, [OSCEOLA]);
      const leaves = await subscribePush(service.url, push, [OSCEOLA]);
      const { incidentId, alertId } = await crew.alert();
      await crew.complete(push, alertId);
      await ask(service.url, UNSUBSCRIBE, {}, leaves.token);
      const clearId = await crew.clear(incidentId);
      await crew.complete(push, clearId);
      expect(told(stays.device)).toEqual([alertId, clearId]);
      expect(told(leaves.device)).toEqual([alertId]);
    });
  });

  it('is for its own token only', async () => {
    const { token } = await subscribe();
    const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    const strangers = [
      ...[undefined, flipped, token.replace('family_', 'staff_'), `family_${'x'.repeat(43)}`],
      ...[token.toUpperCase(), token.slice(0, -1), `${token}x`, service.admin.token],
    ];
    const before = await count();
    for (const stranger of strangers)
      for (const refused of [
        await send(service.url, MINE, {}, stranger),
        await update(stranger, { locale: 'es' }),
        await send(service.url, UNSUBSCRIBE, {}, stranger),
      ])
        expect(codeOf(refused)).toBe('UNAUTHENTICATED');
    expect(await count()).toEqual(before);
    expect(await opens(token)).toBe(true);
  });
});

const told = (device: PushDevice) => device.received.map(({ json }) => json.id);

function offCurve(): string {
  const key = Buffer.from(createECDH('prime256v1').generateKeys());
  key[64]! ^= 1;
  return key.toString('base64url');
}

function compressed(): string {
  return createECDH('prime256v1').generateKeys('base64url', 'compressed');
}
