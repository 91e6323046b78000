import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
} from 'graphql';
import { latLngToCell } from 'h3-js';
import { createECDH, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Reviewed } from '../src/incidents/review/reviewed.service.js';
import { QUEUES } from '../src/platform/queues.js';
import { Crew } from './support/crew.js';
import { connectSocket, type SocketFamily } from './support/family.js';
import { ask, type GraphqlError } from './support/graphql.js';
import { SUBSCRIBE } from './support/operations.js';
import { reportInput } from './support/staff.js';
import { everyDetail } from './support/details.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'RATE_LIMITED',
  'TRAINING_EXPIRED',
]);
/** What no answer may hold: frames, files, SQL, and the names of what the service is made of. */
const INSIDES =
  /node_modules|\n\s+at |\.[cm]?[jt]s:\d|\/(src|dist|home|usr|tmp|root)\/|\b(SELECT|INSERT|UPDATE|DELETE) .*\b(FROM|INTO|SET)\b|relation "|column "|input syntax|QueryFailed|TypeError|RangeError|postgres|undefined/i;

/** Cold, warm, compiled, and hot twice: the server answers each of them on another path. */
const TIMES = 5;
/** Of many faults of one test, so many are printed. */
const SHOWN = 15;

/** A refusal says what is wrong, not a hundred times. */
const MAX_ANSWER = 8_000;

/** What is garbage is collected now, so that what is left is what is kept. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

interface Answer {
  status: number;
  text: string;
}

interface Expected {
  code?: string;
  /** Of `extensions.fields`, as the client wrote it. */
  field?: string;
}

/** One bad request, as it is sent. */
interface Attack {
  name: string;
  send: () => Promise<Answer>;
  expected?: Expected;
}

/** Bad input, everywhere: refused clearly, nothing half written, and the process alive. */
describe('bad input', () => {
  let service: TestService;
  let crew: Crew;
  let family: string;
  let incidentId: string;
  let before: Record<string, string>;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    const areas = [{ districtId: '1201440' }];
    const { subscribe } = await ask(service.url, SUBSCRIBE, { input: { locale: 'en', areas } });
    family = subscribe.token;
    const alerted = await crew.alert();
    incidentId = alerted.incidentId;
    await until(async () => (await crew.delivery(alerted.alertId)).complete);
    // Or the minute's job would, in the middle.
    await service.service.app.get(Reviewed).upToDate();
    before = await contents();
  });
  afterAll(() => service.close());
  afterEach(async () => {
    expect(await contents()).toEqual(before);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  /** A digest of every table, so that not one value can change unseen. */
  async function contents(): Promise<Record<string, string>> {
    const tables = await service.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const digests: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await service.database.query<{ digest: string }>(
        `SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest
         FROM "${name}" t`,
      );
      digests[name] = row!.digest;
    }
    const [jobs] = await service.database.query<{ n: string }>(
      'SELECT count(*) AS n FROM pgboss.job WHERE name <> $1',
      [QUEUES.reviewed.name],
    );
    return { ...digests, jobs: jobs!.n };
  }

  async function http(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(service.url + path, init);
    return { status: response.status, text: await response.text() };
  }
  const post = (body: string, headers: Record<string, string> = {}) =>
    http('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const graphql = (query: unknown, variables?: unknown, more: object = {}, token?: string) =>
    post(
      JSON.stringify({ query, variables, ...more }),
      token ? { authorization: `Bearer ${token}` } : {},
    );

  /** What is wrong with how an answer refuses; undefined: nothing. */
  function fault({ status, text }: Answer, { code = 'BAD_USER_INPUT', field }: Expected = {}) {
    const shown = `${status} ${text.slice(0, 300)}`;
    if (INSIDES.test(text)) return `shows its insides: ${shown}`;
    if (text.length > MAX_ANSWER) return `answers ${text.length} characters: ${shown}`;
    let errors: GraphqlError[];
    try {
      ({ errors } = JSON.parse(text));
    } catch {
      return `no JSON: ${shown}`;
    }
    if (status >= 500 || !Array.isArray(errors) || errors.length === 0)
      return `not refused: ${shown}`;
    if (errors.some(({ message }) => typeof message !== 'string' || message === ''))
      return `an error without a message: ${shown}`;
    if (errors.some(({ extensions }) => !CODES.has(extensions?.code)))
      return `a code of no list: ${shown}`;
    if (errors[0]!.extensions.code !== code) return `not ${code}: ${shown}`;
    const named = errors.flatMap(({ extensions }) => extensions.fields ?? []);
    if (field !== undefined && !named.some((one) => isNamed(one.field, field)))
      return `does not name ${field}: ${shown}`;
    return undefined;
  }

  /** `input.areas[0].cell` and, without the argument's name, `areas.0.cell` are one field. */
  function isNamed(written: string, field: string): boolean {
    const plain = written.replace(/\[(\d+)\]/g, '.$1');
    return plain === field || plain === field.replace(/^\w+\./, '');
  }

  /** Sends every attack, cold to hot, and says of each what was wrong. */
  async function faults(attacks: Attack[], times = TIMES): Promise<string[]> {
    const found: string[] = [];
    const queue = [...attacks];
    const worker = async () => {
      for (let attack = queue.shift(); attack; attack = queue.shift()) {
        const wrong: string[] = [];
        for (let time = 1; time <= times; time++) {
          const one = fault(await attack.send(), attack.expected);
          if (one) wrong.push(`use ${time}: ${one}`);
        }
        if (wrong.length > 0) found.push(`${attack.name}, ${wrong.length}×, ${wrong[0]}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    const more = found.length - SHOWN;
    return more > 0 ? [...found.slice(0, SHOWN), `and ${more} more`] : found;
  }

  describe('a request', () => {
    const KEY = '{ pushPublicKey }';
    const good = JSON.stringify({ query: KEY });

    it.each([
      ['cut off', '{"query":'],
      ['empty', ''],
      ['an empty object', '{}'],
      ['null', 'null'],
      ['a number', '5'],
      ['a string', '"{ pushPublicKey }"'],
      ['a batch', `[${good}]`],
      ['a batch of none', '[]'],
      ['a query of another type', '{"query":{"a":1}}'],
      ['a list of queries', '{"query":["{ pushPublicKey }","{ pushPublicKey }"]}'],
      ['variables of another type', '{"query":"{ pushPublicKey }","variables":[1]}'],
      ['variables as text', '{"query":"{ pushPublicKey }","variables":"{}"}'],
      ['an operation name of another type', '{"query":"{ pushPublicKey }","operationName":{}}'],
      ['a poisoned prototype', '{"query":"{ pushPublicKey }","__proto__":{"a":1}}'],
      ['a poisoned constructor', '{"query":"{ pushPublicKey }","constructor":{"prototype":{}}}'],
      ['bytes that are no text', '\u0000\u0001\u0002'],
    ])('is refused when its body is %s', async (name, body) => {
      expect(await faults([{ name, send: () => post(body) }])).toEqual([]);
    });

    it.each([
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/json-patch',
      'nonsense',
    ])('is refused as %s', async (type) => {
      const send = () => post(good, { 'content-type': type });
      expect(await faults([{ name: type, send }])).toEqual([]);
    });

    it('is refused from one byte over 1 MiB on', async () => {
      const sized = (bytes: number) => {
        const frame = JSON.stringify({ query: KEY, extensions: { x: '' } });
        return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
      };
      expect((await post(sized(1024 * 1024))).status).toBe(200);
      const over = { name: 'over', send: () => post(sized(1024 * 1024 + 1)) };
      expect((await over.send()).status).toBe(413);
      expect(await faults([over])).toEqual([]);
    });

    it('by GET changes nothing', async () => {
      const get = (query: string, more = '') =>
        http(`/graphql?query=${encodeURIComponent(query)}${more}`);
      const attacks: Attack[] = [
        { name: 'a mutation', send: () => get('mutation { unsubscribe }') },
        { name: 'no query', send: () => http('/graphql') },
        { name: 'two queries', send: () => http('/graphql?query=a&query=b') },
        { name: 'bad variables', send: () => get(KEY, '&variables={') },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it('by GET is never another operation of its document, however hot that is', async () => {
      const document = 'query Read { pushPublicKey } mutation Write { unsubscribe }';
      for (let time = 1; time <= TIMES; time++)
        await graphql(document, {}, { operationName: 'Write' });
      const query = encodeURIComponent(document);
      const { text } = await http(`/graphql?operationName=Read&query=${query}`);
      expect(text).not.toContain('unsubscribe');
    });

    it('runs the operation it names, or is refused', async () => {
      const document = 'query One { pushPublicKey } query Two { __typename }';
      const said = async (operationName: string) => {
        const { text } = await graphql(document, {}, { operationName });
        return JSON.parse(text) as { data: object | null; errors?: GraphqlError[] };
      };
      for (let time = 1; time <= TIMES; time++) {
        const [one, two] = [await said('One'), await said('Two')];
        if (!one.errors) expect(Object.keys(one.data!)).toEqual(['pushPublicKey']);
        if (!two.errors) expect(Object.keys(two.data!)).toEqual(['__typename']);
      }
    });

    it('is refused when it names an operation that is not there', async () => {
      const query = '{ key: pushPublicKey }';
      const attacks: Attack[] = [
        { name: 'POST', send: () => graphql(query, undefined, { operationName: 'Nope' }) },
        { name: 'POST, variables', send: () => graphql(query, {}, { operationName: 'Nope' }) },
        {
          name: 'GET',
          send: () => http(`/graphql?operationName=Nope&query=${encodeURIComponent(query)}`),
        },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it('to no route of ours is refused in our own words', async () => {
      for (const path of ['/nothing', '/%61dmin', '/alerts/%00', '/alerts/x', '/graphql/x'])
        expect(await http(path)).toMatchObject({ status: 404 });
      const secret = 'canary'.repeat(50);
      for (const path of ['/invite/%zz', `/invite/${secret}`, `/alerts/${secret}`]) {
        const { status, text } = await http(path);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(JSON.parse(text)).toEqual({
          error: {
            code: expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT)$/),
            message: expect.any(String),
          },
        });
        expect(text).not.toMatch(/canary|zz/);
      }
    });

    it.each([
      ['nothing', ''],
      ['no token', 'Bearer'],
      ['another scheme', 'Basic eDp5'],
      ['a long one', `Bearer ${'x'.repeat(8_000)}`],
      ['SQL', `Bearer ' OR 1=1 --`],
      ['a family for staff', 'family'],
    ])('with %s for a token opens nothing', async (_, authorization) => {
      const header = authorization === 'family' ? `Bearer ${family}` : authorization;
      const send = () =>
        post(JSON.stringify({ query: '{ viewer { id } }' }), { authorization: header });
      const expected = { code: 'UNAUTHENTICATED' };
      expect(await faults([{ name: 'viewer', send, expected }])).toEqual([]);
    });
  });

  describe('a document', () => {
    const school = (inner: string) => `{ school(id: "120147000913") { ${inner} } }`;
    const repeat = (count: number, each: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => each(index)).join(' ');

    it.each([
      ['blank', ' '],
      ['a comment only', '# nothing'],
      ['cut off', '{ pushPublicKey'],
      ['garbage', '}{'],
      ['a type of its own', 'type Query { x: Int }'],
      ['a fragment only', 'fragment A on Query { pushPublicKey }'],
      ['a subscription', 'subscription { alert { id } }'],
      ['an unknown field', '{ schoolz }'],
      ['an unknown field of a field', school('id nope')],
      ['an unknown argument', '{ school(id: "120147000913", x: 1) { id } }'],
      ['a missing argument', '{ school { id } }'],
      ['an unknown type', 'query ($a: Nope) { pushPublicKey }'],
      ['an unknown type of a fragment', '{ ... on Nope { id } }'],
      ['an unknown directive', '{ pushPublicKey @nope }'],
      ['an unknown fragment', '{ ...Nope }'],
      ['an unknown variable', '{ school(id: $nope) { id } }'],
      ['an unused variable', 'query ($a: Int) { pushPublicKey }'],
      ['a variable of another type', 'query ($a: Int) { school(id: $a) { id } }'],
      [
        'a default of another type',
        'query ($a: Int = "x") { schools(first: $a) { edges { cursor } } }',
      ],
      ['an object without selection', '{ school(id: "120147000913") }'],
      ['a selection of no object', '{ pushPublicKey { x } }'],
      ['two fields of one name', school('a: id a: name')],
      ['one operation twice', 'query A { pushPublicKey } query A { pushPublicKey }'],
      ['two operations and no name', '{ pushPublicKey } { __typename }'],
      ['an unused fragment', '{ pushPublicKey } fragment A on Query { pushPublicKey }'],
      ['a fragment in itself', '{ ...A } fragment A on Query { ...A }'],
      [
        'fragments in a circle',
        '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
      ],
      [
        'fragments in an unused circle',
        '{ pushPublicKey } fragment A on Query { ...B } fragment B on Query { ...A }',
      ],
      [
        'a circle through a field',
        `${school('...A')} fragment A on School { district { ...B } } fragment B on District { ...B }`,
      ],
      ['a lone surrogate in a literal', '{ school(id: "\\ud800") { id } }'],
      ['a lone surrogate as it is', '{ school(id: "\ud800") { id } }'],
      ['a lone surrogate in a block', '{ school(id: """\ud800""") { id } }'],
      ['a lone surrogate in a name', '{ pushPublicKey\udfff }'],
      ['a NUL in a literal', '{ schools(search: "x\\u0000") { edges { cursor } } }'],
      ['a NUL as it is', '{ school(id: "\0") { id } }'],
      ['a NUL in a default', 'query ($a: ID! = "\\u{0}") { school(id: $a) { id } }'],
      ['an escape that is none', '{ school(id: "\\x") { id } }'],
      ['an endless string', `{ school(id: "${'x'.repeat(10_000)}) { id } }`],
    ])('is refused when it is %s', async (name, query) => {
      const attacks = [
        { name, send: () => graphql(query) },
        { name: `${name}, with variables`, send: () => graphql(query, {}) },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it.each([
      ['101 aliases', `{ ${repeat(101, (n) => `a${n}: pushPublicKey`)} }`],
      ['101 aliases of __typename', `{ ${repeat(101, (n) => `a${n}: __typename`)} }`],
      ['101 aliases below', school(repeat(101, (n) => `a${n}: id`))],
      ['101 aliases of __typename below', school(repeat(101, (n) => `a${n}: __typename`))],
      [
        '101 aliases in fragments',
        `{ ${repeat(11, (n) => `...F${n}`)} } ${repeat(11, (n) => `fragment F${n} on Query { ${repeat(10, (m) => `a${n}x${m}: __typename`)} }`)}`,
      ],
      ['101 aliases in inline fragments', `{ ${repeat(101, (n) => `... { a${n}: __typename }`)} }`],
      ['a thousand repeats', `{ ${repeat(1_000, () => 'pushPublicKey')} }`],
      ['depth 20', `{ __schema { types { ${'ofType { '.repeat(17)} name ${'}'.repeat(17)} } } }`],
      [
        'depth 20 in fragments',
        `{ __schema { types { ...F0 } } } ${repeat(17, (n) => `fragment F${n} on __Type { ofType { ${n < 16 ? `...F${n + 1}` : 'name'} } }`)}`,
      ],
      [
        'depth 600',
        `{ __schema { types { ${'ofType { '.repeat(600)} name ${'}'.repeat(600)} } } }`,
      ],
      ['10,000 tokens', school(repeat(10_000, () => 'id'))],
      ['280 directives', `{ pushPublicKey ${'@skip(if: false) '.repeat(280)} }`],
      ['900 unknown directives', `{ pushPublicKey ${'@x '.repeat(900)} }`],
      ['480 objects to be merged', school(repeat(480, () => 'district { id }'))],
    ])('is refused with %s', async (name, query) => {
      expect(await faults([{ name, send: () => graphql(query) }])).toEqual([]);
    });

    it('is refused when `first` is too much in a variable, a default or a fragment', async () => {
      const page = '{ edges { cursor } }';
      const asked = (value: string) => `query ($n: Int = ${value}) { schools(first: $n) ${page} }`;
      const fragment = `query ($n: Int) { ...F } fragment F on Query { schools(first: $n) ${page} }`;
      const expected = { field: 'first' };
      const attacks = [-1, 0, 101, 1_000_000, 2 ** 31 - 1].flatMap((n): Attack[] => [
        { name: `default ${n}`, send: () => graphql(asked(String(n))), expected },
        { name: `variable ${n}`, send: () => graphql(asked('5'), { n }), expected },
        { name: `fragment ${n}`, send: () => graphql(`${fragment} # ${n}`, { n }), expected },
        { name: `literal ${n}`, send: () => graphql(`{ schools(first: ${n}) ${page} }`), expected },
      ]);
      expect(await faults(attacks)).toEqual([]);
    });

    it('is refused when its fragments double and double again', async () => {
      const bomb = (type: string, leaf: string, count: number) =>
        `${repeat(count, (n) => `fragment F${n} on ${type} { ${leaf} ...F${n + 1} ...F${n + 1} }`)} fragment F${count} on ${type} { ${leaf} }`;
      const attacks = [
        {
          name: 'at the root',
          send: () =>
            graphql(`
              {
                ...F0
              }
              ${bomb('Query', 'pushPublicKey', 150)}
            `),
        },
        {
          name: 'below',
          send: () =>
            graphql(`
              ${school('...F0')}
              ${bomb('School', 'district { id }', 14)}
            `),
        },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it('is refused when fragments hide how much it asks for at the root', async () => {
      const query = `{ ...F } fragment F on Query { ${repeat(30, (n) => `a${n}: district(id: "1201470") { id }`)} }`;
      expect(await faults([{ name: 'fragment', send: () => graphql(query) }])).toEqual([]);
    });

    it('is refused when it is long without having tokens, since documents are kept', async () => {
      const filler = 'x'.repeat(500_000);
      const attacks = [
        { name: 'a comment', send: () => graphql(`{ pushPublicKey } # ${filler}`) },
        {
          name: 'a blank',
          send: () =>
            graphql(`
              {
                pushPublicKey
              }
              ${' '.repeat(500_000)}
            `),
        },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it('leaves nothing of it in memory when it is long and wrong', async () => {
      const used = () => {
        collectGarbage();
        return process.memoryUsage().heapUsed;
      };
      const wrong = (n: number) => `{ nope${n} } # ${String(n).repeat(900_000 / String(n).length)}`;
      for (let n = 0; n < 5; n++) await graphql(wrong(n));
      const start = used();
      for (let n = 100; n < 125; n++) expect((await graphql(wrong(n))).status).toBe(400);
      expect(used() - start).toBeLessThan(12 * 900_000);
    });

    it('is refused at once when the error would quote a long text', async () => {
      const query = `{ a } "b" "${'Value '.repeat(30_000)}"`;
      const attacks = [{ name: 'a quotation', send: () => graphql(query) }];
      expect(await faults(attacks, 1)).toEqual([]);
    }, 5_000);

    it('is text: a syntax tree, or any other JSON, is no document', async () => {
      const field = { kind: 'Field', name: { kind: 'Name', value: 'pushPublicKey' } };
      const operation = {
        ...{ kind: 'OperationDefinition', operation: 'query' },
        selectionSet: { kind: 'SelectionSet', selections: [field] },
      };
      const trees = [
        ...[{}, [], 1, true, null, 'x', { kind: 'Document' }],
        { kind: 'Document', definitions: [null] },
        { kind: 'Document', definitions: [{ kind: 'OperationDefinition', operation: 'query' }] },
        { kind: 'Document', definitions: [operation] },
        { kind: 'Document', definitions: [operation], loc: { source: { body: '{ x }' } } },
        { kind: 'Document', definitions: [operation], loc: {} },
      ].map((tree) => JSON.stringify(tree));
      const attacks: Attack[] = trees.map((tree) => ({ name: tree, send: () => graphql(tree) }));
      for (const query of [5, true]) attacks.push({ name: `${query}`, send: () => graphql(query) });
      expect(await faults(attacks)).toEqual([]);
    });
  });

  /** Every argument of every root field, with values that pass: each is then made wrong in turn. */
  const BASE: Record<string, () => Record<string, unknown>> = {
    school: () => ({ id: SCHOOL }),
    schools: () => ({
      ...{ search: 'elementary', near: POINT, withinMeters: 5_000, districtId: DISTRICT },
      ...{ state: 'FL', first: 5, after: CURSOR },
    }),
    district: () => ({ id: DISTRICT }),
    activeAlerts: () => ({ areas: AREAS, first: 5, after: CURSOR }),
    alert: () => ({ id: NOBODY }),
    delivery: () => ({ alertId: NOBODY }),
    incident: () => ({ id: NOBODY }),
    report: () => ({ id: NOBODY }),
    incidents: () => ({
      ...{ filter: FILTER(), orderBy: 'OBSERVED_LAST_FIRST', first: 5, after: CURSOR },
    }),
    writeNote: () => ({ input: { incidentId: NOBODY, text: 'x' } }),
    withdrawNote: () => ({ input: { noteId: NOBODY } }),
    saveIncidentView: () => ({
      input: { name: 'x', shared: false, orderBy: 'OBSERVED_LAST_FIRST', filter: { text: 'xy' } },
    }),
    changeIncidentView: () => ({
      input: {
        ...{ viewId: NOBODY, name: 'x', shared: false, orderBy: 'OBSERVED_LAST_FIRST' },
        filter: { text: 'xy' },
      },
    }),
    deleteIncidentView: () => ({ input: { viewId: NOBODY } }),
    staff: () => ({ role: 'RESPONDER', first: 5, after: CURSOR }),
    audiencePreview: () => ({ incidentId, radiusMeters: 500 }),
    acceptInvite: () => ({ input: { token: `invite_${'x'.repeat(43)}`, displayName: 'Nobody' } }),
    inviteStaff: () => ({
      input: {
        ...{ role: 'RESPONDER', organization: 'Nowhere', displayName: 'Nobody' },
        certifiedUntil: '2030-01-01',
      },
    }),
    updateStaff: () => ({
      input: { staffId: NOBODY, role: 'ANALYST', certifiedUntil: '2030-01-01', suspended: true },
    }),
    fileReport: () => ({
      input: {
        ...reportInput({ id: NOBODY, observedAt: new Date().toISOString() }),
        ...{ location: POINT, equipment: ['DOG'], campus: 'NEARBY', authority: 'UNKNOWN' },
        ...{ schoolPolice: 'UNKNOWN', narrative: 'x', drill: false },
      },
    }),
    verifyIncident: () => ({
      input: { incidentId: NOBODY, radiusMeters: 500, expiresInMinutes: 5 },
    }),
    updateIncident: () => ({
      input: { incidentId: NOBODY, change: 'DETAIL', expiresInMinutes: 5 },
    }),
    clearIncident: () => ({ input: { incidentId: NOBODY } }),
    retractIncident: () => ({ input: { incidentId: NOBODY } }),
    dismissIncident: () => ({ input: { incidentId: NOBODY, outcome: 'UNFOUNDED' } }),
    recordIncident: () => ({ input: { incidentId: NOBODY } }),
    approveIncident: () => ({ input: { incidentId: NOBODY, proposalId: NOBODY } }),
    rejectIncident: () => ({ input: { incidentId: NOBODY, proposalId: NOBODY } }),
    mergeIncidents: () => ({ input: { fromId: NOBODY, intoId: SOMEBODY } }),
    splitIncident: () => ({ input: { incidentId: NOBODY, reportIds: [SOMEBODY] } }),
    recordDetails: () => ({ input: { incidentId: NOBODY, ...everyDetail() } }),
    policyHistory: () => ({ policyId: NOBODY }),
    recordPolicy: () => ({
      input: {
        ...{ districtId: '9999999', kind: 'AGREEMENT_287G', effectiveFrom: '2026-01-01' },
        ...{ effectiveUntil: '2026-12-31', sourceUrl: SOURCE_URL, sourceSha256: 'a'.repeat(64) },
      },
    }),
    amendPolicy: () => ({
      input: {
        ...{ policyId: NOBODY, effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' },
        ...{ sourceUrl: SOURCE_URL, sourceSha256: 'a'.repeat(64) },
      },
    }),
    withdrawPolicy: () => ({ input: { policyId: NOBODY } }),
    coverEvidence: () => ({
      input: {
        ...{ evidenceId: NOBODY, version: 1 },
        regions: [{ page: 1, left: 0, top: 0, width: 10, height: 10, what: 'FACE' }],
      },
    }),
    clearEvidence: () => ({
      input: { evidenceId: NOBODY, version: 1, faces: 'COVERED', plates: 'NONE_THERE' },
    }),
    withdrawEvidence: () => ({ input: { evidenceId: NOBODY, reason: 'DUPLICATE' } }),
    resources: () => ({
      ...{ audience: 'FAMILIES', locale: 'es', districtId: DISTRICT, state: 'FL' },
      on: '2026-01-01',
    }),
    resourceHistory: () => ({ resourceId: NOBODY }),
    addResource: () => ({
      input: {
        ...{ topic: 'at-the-door', audience: 'FAMILIES', locale: 'es', state: 'FL' },
        ...{ districtId: '9999999', rank: 1, ...RESOURCE },
      },
    }),
    reviseResource: () => ({ input: { resourceId: NOBODY, rank: 1, ...RESOURCE } }),
    withdrawResource: () => ({ input: { resourceId: NOBODY } }),
    trainings: () => ({ first: 5, after: CURSOR }),
    trainingAttendance: () => ({ trainingId: NOBODY }),
    lapsingCertifications: () => ({ withinDays: 30, first: 5, after: CURSOR }),
    scheduleTraining: () => ({
      input: {
        ...{ title: 'x', kind: 'SESSION', startsAt: '2026-01-01T00:00:00Z', minutes: 60 },
        ...{ trainerId: NOBODY, trainerOrganization: 'x', capacity: 5 },
      },
    }),
    amendTraining: () => ({
      input: {
        ...{ trainingId: NOBODY, title: 'x', startsAt: '2026-01-01T00:00:00Z', minutes: 60 },
        ...{ trainerId: NOBODY, trainerOrganization: 'x', capacity: 5 },
      },
    }),
    cancelTraining: () => ({ input: { trainingId: NOBODY } }),
    recordAttendance: () => ({ input: { trainingId: NOBODY, staffIds: [SOMEBODY] } }),
    correctAttendance: () => ({
      input: { trainingId: NOBODY, staffId: SOMEBODY, reason: 'WRONG_PERSON' },
    }),
    dispatchQueue: () => ({ first: 5, drills: false }),
    myReports: () => ({ first: 5, after: CURSOR }),
    alertQuality: () => ({
      ...{ since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', districtId: DISTRICT },
    }),
    exportJob: () => ({ id: NOBODY }),
    identityReleases: () => ({ first: 5, after: CURSOR }),
    startExport: () => ({
      input: {
        ...{ format: 'CSV', filter: { districtId: '9999999' }, viewId: NOBODY, hxl: false },
        releaseId: NOBODY,
      },
    }),
    askIdentityRelease: () => ({ input: { reason: 'x', filter: { districtId: '9999999' } } }),
    answerIdentityRelease: () => ({ input: { releaseId: NOBODY, approve: true } }),
    incidentStatistics: () => ({
      ...{ groupBy: ['MONTH', 'AGENCY'], measure: 'INCIDENTS' },
      filter: { states: ['ACTIVE'], districtId: DISTRICT, since: '2026-01-01T00:00:00Z' },
    }),
    beforeAndAfterPolicy: () => ({
      ...{ policyId: NOBODY, days: 5, weekdaysOnly: true, filter: { activities: ['OTHER'] } },
    }),
    publishedFigures: () => ({ usState: 'FL', first: 5, before: '2026-01-01T00:00:00Z' }),
    figuresPreview: () => ({ input: { ...TABLE, period: 'QUARTER' } }),
    publishFigures: () => ({ input: { ...TABLE, from: '2025-07-02' } }),
    correctFigures: () => ({ id: NOBODY }),
    drill: () => ({ id: NOBODY }),
    drills: () => ({ first: 5, after: CURSOR }),
    startDrill: () => ({ input: { schoolId: '999999999999', minutes: 5 } }),
    endDrill: () => ({ input: { drillId: NOBODY } }),
    ledgerProof: () => ({ entry: 1 }),
    ledgerConsistency: () => ({ size: 0 }),
    redactEntry: () => ({ input: { entry: 2 ** 31 - 1, reason: 'COURT_ORDER' } }),
    approveRedaction: () => ({ input: { redactionId: NOBODY } }),
    rejectRedaction: () => ({ input: { redactionId: NOBODY } }),
    setLegalHold: () => ({ input: { incidentId: NOBODY, reason: 'LITIGATION' } }),
    liftLegalHold: () => ({ input: { incidentId: NOBODY } }),
    subscribe: () => ({ input: { push: CHANNEL, locale: 'en', areas: AREAS, drills: false } }),
    updateSubscription: () => ({
      input: { push: CHANNEL, locale: 'en', areas: AREAS, drills: false },
    }),
  };
  const TABLE = { usState: 'FL', span: 'QUARTER', from: '2025-07-01', period: 'MONTH' };
  const FILTER = () => ({
    ...{ states: ['ACTIVE'], outcomes: ['CLEARED'], schoolId: SCHOOL, districtId: DISTRICT },
    ...{ since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', drills: false },
    ...{ observedSince: '2026-01-01T00:00:00Z', observedUntil: '2026-01-02T00:00:00Z' },
    ...{ usStates: ['FL'], districtIds: [DISTRICT], schoolIds: [SCHOOL], schoolLevels: ['High'] },
    ...{ agencies: ['ICE'], activities: ['ARREST'], authorities: ['NONE'], text: 'two vans' },
    ...{ policies: ['AGREEMENT_287G'], withoutPolicies: ['JUDICIAL_WARRANT_RULE'] },
    ...{ departures: ['POLICE_ASSISTED'], departed: true, cell: CELL.h3, synthetic: false },
    ...{ box: { south: 28, west: -82, north: 29, east: -81 }, withinMeters: 500, beyondMeters: 5 },
  });
  const RESOURCE = {
    ...{ title: 'x', body: 'x', url: 'https://www.example.org/', publisher: 'x' },
    ...{ sourceUrl: 'https://www.example.org/', sourceSha256: 'a'.repeat(64) },
    ...{ sourceDate: '2026-01-01', counselReviewed: false },
    ...{ effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' },
  };
  const SOURCE_URL = 'https://board.example.org/policy.pdf';
  const NOBODY = '00000000-0000-4000-8000-000000000000';
  const SOMEBODY = '00000000-0000-4000-8000-000000000001';
  const SCHOOL = '120147000913';
  const DISTRICT = '1201470';
  const CURSOR: string | null = null;
  const POINT = { latitude: 28.2919, longitude: -81.4076, accuracyMeters: 5 };
  const CELL = { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 };
  const AREAS = [{ schoolId: SCHOOL }, { districtId: DISTRICT }, { cell: CELL }];
  const ecdh = createECDH('prime256v1');
  const CHANNEL = {
    endpoint: 'https://fcm.googleapis.com/fcm/send/x',
    p256dh: ecdh.generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
  };

  /** One value in the arguments of a root field. */
  interface Place {
    root: Root;
    path: (string | number)[];
    type: GraphQLLeafType;
    /** The input type and field it belongs to, to know that none is left out. */
    owner: string;
  }
  interface Root {
    kind: 'query' | 'mutation';
    field: GraphQLField<unknown, unknown>;
    base: Record<string, unknown>;
    token: string | undefined;
  }

  function roots(): Root[] {
    const { schema } = service.service.app.get(GraphQLSchemaHost);
    const of = (kind: Root['kind'], fields: Record<string, GraphQLField<unknown, unknown>>) =>
      Object.values(fields).flatMap((field): Root[] => {
        if (field.args.length === 0) return [];
        const base = BASE[field.name];
        if (!base) throw new Error(`say in BASE how ${field.name} is called`);
        return [{ kind, field, base: base(), token: tokenFor(field) }];
      });
    return [
      ...of('query', schema.getQueryType()!.getFields()),
      ...of('mutation', schema.getMutationType()!.getFields()),
    ];
  }

  function tokenFor({ extensions }: GraphQLField<unknown, unknown>): string | undefined {
    const access = (extensions as { access: string[] }).access;
    if (access.includes('PUBLIC')) return undefined;
    return access.includes('SUBSCRIBER') ? family : service.admin.token;
  }

  function places(): Place[] {
    return roots().flatMap((root) =>
      root.field.args.flatMap(({ name, type }) =>
        leaves(type, root.base[name], [name], `${root.field.name}(${name})`).map((leaf) => ({
          root,
          ...leaf,
        })),
      ),
    );
  }

  type Leaf = Omit<Place, 'root'>;
  function leaves(
    given: GraphQLInputType,
    value: unknown,
    path: Leaf['path'],
    owner: string,
  ): Leaf[] {
    const type = getNullableType(given);
    if (isListType(type))
      return (value as unknown[]).flatMap((each, index) =>
        leaves(type.ofType, each, [...path, index], owner),
      );
    if (isInputObjectType(type))
      return Object.values(type.getFields()).flatMap((field) => {
        const inner = (value as Record<string, unknown>)[field.name];
        if (inner === undefined) return [];
        return leaves(field.type, inner, [...path, field.name], `${type.name}.${field.name}`);
      });
    return [{ path, type: type as GraphQLLeafType, owner }];
  }

  let operations = 0;
  /** The operation of a root field with one variable per argument; its text is used only here. */
  function operationOf({ kind, field }: Root): string {
    const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
    const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';
    return `${kind} N${++operations}(${declared}) { ${field.name}(${passed})${selection} }`;
  }

  function withValue(base: unknown, [step, ...rest]: Leaf['path'], value: unknown): unknown {
    if (step === undefined) return value;
    const copy = (Array.isArray(base) ? [...base] : { ...(base as object) }) as Record<
      string,
      unknown
    >;
    copy[step] = withValue(copy[step], rest, value);
    return copy;
  }

  const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 40);
  const attack = (place: Place, value: unknown, expected: Expected = {}): Attack => {
    const { root, path } = place;
    const query = operationOf(root);
    const variables = withValue(root.base, path, value);
    return {
      name: `${root.field.name} ${path.join('.')} = ${shown(value)}`,
      send: () => graphql(query, variables, {}, root.token),
      expected: { field: path.join('.'), ...expected },
    };
  };

  const WRONG: Record<string, unknown[]> = {
    String: [5, true, {}, ['x']],
    ID: [1.5, true, {}, ['x']],
    Int: [1.5, 2 ** 31, '5', true, {}],
    Float: ['1', true, {}, null],
    Boolean: ['true', 1, {}],
    DateTime: [
      ...['yesterday', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z'],
      ...[5, {}, ''],
    ],
    Date: ['2026-02-30', '2026-1-1', '2026-01-01T00:00:00Z', 5, {}, ''],
    enum: ['NOPE', '', 5, true, {}],
  };

  describe('a value', () => {
    it('is looked at here wherever the schema takes one', () => {
      const { schema } = service.service.app.get(GraphQLSchemaHost);
      const covered = new Set(places().map(({ owner }) => owner));
      const all = Object.values(schema.getTypeMap())
        .filter(isInputObjectType)
        .flatMap((type) =>
          Object.values(type.getFields())
            .filter((field) => isLeafType(getNamedType(field.type)))
            .map((field) => `${type.name}.${field.name}`),
        );
      expect(all.filter((field) => !covered.has(field))).toEqual([]);
    });

    it('of another type is refused, naming it, in every variable there is', async () => {
      const attacks = places().flatMap((place) =>
        WRONG[isEnumType(place.type) ? 'enum' : place.type.name]!.map((value) =>
          attack(place, value),
        ),
      );
      expect(await faults(attacks, 4)).toEqual([]);
    });

    it('that is no object, or has what the schema does not know, is refused', async () => {
      const attacks = roots().flatMap((root) =>
        root.field.args
          .filter(({ type }) => isInputObjectType(getNamedType(type)))
          .flatMap(({ name, type }) => {
            const place = { root, path: [name], type: undefined as never, owner: '' };
            const object = Array.isArray(root.base[name]) ? { ...AREAS[0] } : root.base[name];
            const values = [5, 'x', true, [5], { ...(object as object), nope: 1 }];
            return (isListType(getNullableType(type)) ? values : [...values, [[]]]).map((value) =>
              attack(place, value, { field: undefined }),
            );
          }),
      );
      expect(await faults(attacks, 4)).toEqual([]);
    });

    it.each([
      ['a NUL', 'a\0b'],
      ['a high surrogate alone', 'a\ud800'],
      ['a low surrogate alone', '\udfffb'],
      ['surrogates in the wrong order', '\udc00\ud800'],
    ])('with %s is refused, naming it, in every text there is', async (_, text) => {
      const attacks = places()
        .filter(({ type }) => type.name === 'String' || type.name === 'ID')
        .map((place) => attack(place, text));
      expect(await faults(attacks, 3)).toEqual([]);
    });

    it.each([
      ['letters', 'x'.repeat(10_000)],
      ['pairs', '😀'.repeat(5_000)],
      ['blanks', ' '.repeat(10_000)],
      ['marks on one letter', `e${'\u0301'.repeat(9_999)}`],
      ['SQL', `'; DROP TABLE subscription; --`.repeat(350)],
    ])('of 10,000 %s is refused, naming it, in every text there is', async (_, text) => {
      const attacks = places()
        .filter(({ type }) => type.name === 'String' || type.name === 'ID')
        .map((place) => attack(place, text));
      expect(await faults(attacks, 3)).toEqual([]);
    });

    it('in a literal is named too', async () => {
      const asked = (args: string) => `{ schools(${args}) { edges { cursor } } }`;
      const cases: [string, string][] = [
        ['first', asked('first: 1.5')],
        ['first', asked('first: "5"')],
        ['search', asked('search: 5')],
        ['near.latitude', asked('near: { latitude: "x", longitude: 1 }')],
        ['near.nope', asked('near: { latitude: 1, longitude: 1, nope: 1 }')],
        ['id', '{ school(id: "\\u0000") { id } }'],
        [
          'areas.1.schoolId',
          '{ activeAlerts(areas: [{ districtId: "1201470" }, { schoolId: 1.5 }]) { edges { cursor } } }',
        ],
      ];
      const attacks = cases.map(([field, query]) => ({
        ...{ name: query, send: () => graphql(query) },
        expected: { field },
      }));
      expect(await faults(attacks)).toEqual([]);
    });

    it('of a kind that can be chosen is exactly one', async () => {
      const page = '{ edges { cursor } }';
      const literals = [
        '{}',
        '{ schoolId: null }',
        `{ schoolId: "${SCHOOL}", districtId: "${DISTRICT}" }`,
      ];
      const attacks: Attack[] = literals.map((area) => {
        const query = `{ activeAlerts(areas: [${area}]) ${page} }`;
        return { name: area, send: () => graphql(query) };
      });
      const both = { schoolId: SCHOOL, districtId: DISTRICT };
      for (const area of [{}, { schoolId: null }, both, { ...both, cell: CELL }]) {
        const query = `query N${++operations}($areas: [AreaInput!]) { activeAlerts(areas: $areas) ${page} }`;
        attacks.push({ name: shown(area)!, send: () => graphql(query, { areas: [area] }) });
      }
      const inner = `query ($id: ID) { activeAlerts(areas: [{ schoolId: $id }]) ${page} }`;
      attacks.push({ name: 'a nullable variable', send: () => graphql(inner, { id: null }) });
      expect(await faults(attacks)).toEqual([]);
    });

    it('deep in variables that nobody asked for is refused', async () => {
      const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
      const body = (query: string) =>
        `{"query":${JSON.stringify(query)},"variables":{"areas":${deep}}}`;
      const declared =
        'query ($areas: [AreaInput!]) { activeAlerts(areas: $areas) { edges { cursor } } }';
      const attacks = [
        { name: 'not declared', send: () => post(body('{ deep: pushPublicKey }')) },
        { name: 'declared', send: () => post(body(declared)) },
      ];
      expect(await faults(attacks)).toEqual([]);
    });

    it('out of bounds is refused, naming it', async () => {
      const bounds: [string, string, unknown[]][] = [
        ['schools', 'near.latitude', [90.000001, -91, 1e308, -1e308]],
        ['schools', 'near.longitude', [180.000001, -181, 1e308]],
        ['schools', 'near.accuracyMeters', [-1, 100_001]],
        ['schools', 'withinMeters', [-1, 0, 100_001]],
        ['schools', 'state', ['', 'F', 'FLA', '12', '%%']],
        ['schools', 'search', ['', ' ', '\t\n']],
        ['schools', 'first', [-1, 0, 101, 1_000_000]],
        ['staff', 'first', [-1, 0, 101, 1_000_000]],
        ['incidents', 'first', [-1, 0, 101, 1_000_000]],
        ['incidents', 'filter.schoolId', ['', '1', '000000000000', '1201470014680']],
        ['incidents', 'filter.districtId', ['', '1', '0000000']],
        ['incidents', 'filter.usStates.0', ['', 'fl', 'ZZ', '12']],
        ['incidents', 'filter.box.south', [-91, 1e308]],
        ['incidents', 'filter.box.north', [28, 27, 91]],
        ['incidents', 'filter.box.east', [-82, -83, 181]],
        ['incidents', 'filter.cell', ['', 'x', CELL.h3.toUpperCase(), `${CELL.h3}0`]],
        ['incidents', 'filter.withinMeters', [-1, 100_001]],
        ['incidents', 'filter.beyondMeters', [-1, 500, 100_001]],
        ['incidents', 'filter.text', ['', ' ', '-', 'x'.repeat(201)]],
        ['incidents', 'filter.until', ['2025-01-01T00:00:00Z']],
        ['incidents', 'filter.observedUntil', ['2025-01-01T00:00:00Z']],
        ['writeNote', 'text', ['', ' ', 'x'.repeat(4_001)]],
        ['saveIncidentView', 'name', ['', ' ', 'x'.repeat(81)]],
        ['activeAlerts', 'first', [-1, 0, 101, 1_000_000]],
        ['trainings', 'first', [-1, 0, 101, 1_000_000]],
        ['lapsingCertifications', 'withinDays', [-1, 367, 2 ** 31 - 1]],
        ['scheduleTraining', 'minutes', [-1, 0, 9, 1_441]],
        ['scheduleTraining', 'capacity', [-1, 0, 10_001]],
        ['scheduleTraining', 'title', ['', ' ', 'a\nb']],
        ['addResource', 'rank', [-1, 0, 100]],
        ['addResource', 'title', ['', ' ', 'a\nb', 'x'.repeat(121)]],
        ['addResource', 'url', ['', 'http://a.example/', 'https://a.example/?utm_id=1']],
        ['addResource', 'topic', ['', 'a b', 'Ä']],
        ['addResource', 'state', ['F', 'ZZ', '12']],
        ['resources', 'state', ['', 'F', 'FLA', 'ZZ', 'TX']],
        ['resources', 'locale', ['', ' ', '?', 'english']],
        ['audiencePreview', 'radiusMeters', [-1, 0, 499, 5_001]],
        ['fileReport', 'location.latitude', [91]],
        ['fileReport', 'location.longitude', [-181]],
        ['fileReport', 'size.agents', [-1, 1_000, 2 ** 31 - 1]],
        ['fileReport', 'size.vehicles', [-1, 1_000]],
        ['fileReport', 'observedAt', ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z']],
        ['subscribe', 'areas.2.cell.radiusKm', [-1, 0, 3, 11, 2 ** 31 - 1]],
        ['subscribe', 'areas.2.cell.h3', ['', '872681', CELL.h3.toUpperCase(), `${CELL.h3}0`]],
        ['inviteStaff', 'organization', ['', ' ', '\u00a0']],
        ['acceptInvite', 'displayName', ['', ' ']],
        ['redactEntry', 'entry', [0, -1]],
        ['ledgerConsistency', 'size', [-1, 2 ** 31 - 1]],
      ];
      const all = places();
      const attacks = bounds.flatMap(([root, path, values]) => {
        const written = (place: Place) => place.path.join('.').replace(/^input\./, '');
        const place = all.find((one) => one.root.field.name === root && written(one) === path);
        if (!place) throw new Error(`there is no ${root} ${path}`);
        return values.map((value) => attack(place, value));
      });
      expect(await faults(attacks, 4)).toEqual([]);
    });

    it('at the edge of what a scalar can be is no fault of ours', async () => {
      const days = ['0000-01-01', '0000-02-29'];
      const attacks = places()
        .filter(({ type }) => type.name === 'Date')
        .flatMap((place) => days.map((day) => attack(place, day)));
      expect(await faults(attacks, 4)).toEqual([]);
      const filter =
        'query ($filter: IncidentFilter) { incidents(filter: $filter) { edges { cursor } } }';
      for (const moment of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59']) {
        const variables = { filter: { since: moment, until: moment } };
        const { text } = await graphql(filter, variables, {}, service.admin.token);
        expect(JSON.parse(text).errors).toBeUndefined();
      }
      const near = 'query ($near: PointInput) { schools(near: $near) { edges { cursor } } }';
      for (const latitude of [90, -90, 0, 5e-324])
        for (const longitude of [180, -180, -0]) {
          const { text } = await graphql(near, { near: { latitude, longitude } });
          expect(JSON.parse(text).errors).toBeUndefined();
        }
    });
  });

  describe('a cursor', () => {
    const encode = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
    const SQL = `x'); DROP TABLE staff; --`;
    const now = new Date().toISOString();
    const NO_CURSOR = [
      ...['', ' ', 'x', '====', 'bnVsbA', SQL, '\u{1f600}', '../../etc/passwd'],
      ...[null, true, 5, 'x', {}, [], [1], [[]], [null, null], [{}, {}], ['', '']].map(encode),
      ...[encode(Array(100).fill(1)), 'A'.repeat(501), encode({ length: 2, 0: now, 1: NOBODY })],
    ];
    const IN_TIME = [
      ...[
        ['x', 'y'],
        [now, 'y'],
        ['x', NOBODY],
        [SQL, NOBODY],
        [now, SQL],
      ],
      ...[
        ['', ''],
        ['now', 'x'],
        ['\0', NOBODY],
        [now, '\0'],
        ['2026-02-30T00:00:00Z', NOBODY],
      ],
      ...[
        ['0', NOBODY],
        [`${now}${' '.repeat(100)}x`, NOBODY],
      ],
    ].map(encode);
    const RANKED = [
      ...[
        ['0', 'x', 'y'],
        [0, 'x'],
        [1e300, 'x', 'y'],
        [1.5, 'x', 'y'],
        [2 ** 31, 'x', 'y'],
      ],
      ...[
        [0, '\0', 'y'],
        [0, 'x', '\0'],
        [0, 1, 2],
        [null, 'x', 'y'],
      ],
    ].map(encode);
    const NEAREST = [
      ['x', 'y'],
      [0, 1],
      [null, 'x'],
    ].map(encode);
    const TIMED: [string, string, string][] = [
      ['incidents', '', 'ADMIN'],
      ['staff', '', 'ADMIN'],
      ['trainings', '', 'ADMIN'],
      ['lapsingCertifications', '', 'ADMIN'],
      ['activeAlerts', '', ''],
    ];

    const page = (field: string, args: string, after: string, who: string): Attack => {
      const query = `query N${++operations}($after: String) { ${field}(${args} after: $after) { edges { cursor } } }`;
      const token = who ? service.admin.token : undefined;
      return {
        name: `${field}(${args}) ${Buffer.from(after, 'base64url').toString().slice(0, 40)} (${after.slice(0, 20)})`,
        send: () => graphql(query, { after }, {}, token),
        expected: { field: 'after' },
      };
    };

    it('that is none is refused by every connection', async () => {
      const connections: [string, string, string][] = [
        ...TIMED,
        ['schools', '', ''],
        ['schools', 'search: "elementary"', ''],
        ['schools', 'near: { latitude: 28.3, longitude: -81.4 }', ''],
      ];
      const attacks = connections.flatMap(([field, args, who]) =>
        NO_CURSOR.map((after) => page(field, args, after, who)),
      );
      expect(await faults(attacks, 3)).toEqual([]);
    });

    it('whose parts are not what the connection is sorted by is refused', async () => {
      const near = 'near: { latitude: 28.3, longitude: -81.4 }';
      const attacks = [
        ...TIMED.flatMap(([field, args, who]) =>
          IN_TIME.map((after) => page(field, args, after, who)),
        ),
        ...['', 'search: "elementary"'].flatMap((args) =>
          RANKED.map((after) => page('schools', args, after, '')),
        ),
        ...NEAREST.map((after) => page('schools', near, after, '')),
      ];
      expect(await faults(attacks, 3)).toEqual([]);
    });

    it('of another connection is refused or leads to a page, and is never our fault', async () => {
      const near = 'near: { latitude: 28.3, longitude: -81.4 }';
      const cursors = [encode([now, NOBODY]), encode([0, 'x', 'y']), encode([5.5, SCHOOL])];
      for (const [field, args] of [...TIMED, ['schools', ''], ['schools', near]] as string[][])
        for (const after of cursors) {
          const { text } = await page(field!, args!, after, 'ADMIN').send();
          const { errors } = JSON.parse(text) as { errors?: GraphqlError[] };
          if (errors) expect(errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
    });

    it('with SQL in a text it may hold is a text', async () => {
      const { text } = await page('schools', '', encode([0, SQL, SQL]), '').send();
      expect(JSON.parse(text).errors).toBeUndefined();
    });
  });

  describe('a socket', () => {
    const OSCEOLA = { districtId: DISTRICT };
    const open: SocketFamily[] = [];
    let logged: number;
    beforeEach(() => {
      logged = service.log.length;
    });
    afterEach(() => {
      for (const socket of open.splice(0)) socket.close();
      const unexpected = service.log.slice(logged).filter((line) => line.includes('unexpected'));
      expect(unexpected).toEqual([]);
    });
    const join = async (auth: object = {}) => {
      const socket = await connectSocket(service.url, auth);
      open.push(socket);
      return socket;
    };
    const watching = async (socket: SocketFamily) =>
      expect(await socket.watch({ areas: [OSCEOLA] })).toMatchObject({ watching: 1 });

    it('stays up whatever it is told, with and without an acknowledgement', async () => {
      const { socket } = await join();
      const gone: string[] = [];
      socket.on('disconnect', (reason) => gone.push(reason));
      const events = [
        'nope',
        '',
        'constructor',
        '__proto__',
        'toString',
        'watch\0',
        'x'.repeat(5_000),
      ];
      for (const event of events) socket.emit(event, { areas: [OSCEOLA] });
      const requests = [
        [],
        [null],
        [5],
        ['x'],
        [{}, {}, {}],
        [{ areas: [OSCEOLA] }],
        [[]],
        [new Uint8Array(10)],
      ];
      for (const request of requests) socket.emit('watch', ...request);
      const answer = await socket.timeout(5_000).emitWithAck('watch', 'x');
      expect(answer.error.code).toMatch(/BAD_USER_INPUT|RATE_LIMITED/);
      expect(gone).toEqual([]);
      await watching(await join());
    });

    const refusals: [unknown, string][] = [
      [[], 'watch'],
      [5, 'watch'],
      ['x'.repeat(10_000), 'watch'],
      [new Uint8Array(10), 'areas'],
      [{ areas: {} }, 'areas'],
      [{ areas: [[]] }, 'areas.0'],
      [{ areas: [{}] }, 'areas.0.schoolId'],
      [{ areas: [{ schoolId: {} }] }, 'areas.0.schoolId'],
      [{ areas: [{ schoolId: ['120147000913', 'x'] }] }, 'areas.0.schoolId'],
      [{ areas: [{ schoolId: 'x'.repeat(10_000) }] }, 'areas.0.schoolId'],
      [{ areas: [{ schoolId: '12014700154\0' }] }, 'areas.0.schoolId'],
      [{ areas: [{ districtId: '120147\ud800' }] }, 'areas.0.districtId'],
      [{ areas: [{ ...OSCEOLA, schoolId: SCHOOL }] }, 'areas.0.schoolId'],
      [{ areas: [{ cell: 5 }] }, 'areas.0.cell'],
      [{ areas: [{ cell: { h3: 5, radiusKm: 2 } }] }, 'areas.0.cell.h3'],
      [{ areas: [{ cell: { ...CELL, radiusKm: 'x' } }] }, 'areas.0.cell.radiusKm'],
      [{ areas: [OSCEOLA], since: 5 }, 'since'],
      [{ areas: [OSCEOLA], since: '2026-13-01' }, 'since'],
      [{ areas: [OSCEOLA], locale: 5 }, 'locale'],
      [{ areas: [OSCEOLA], locale: 'x'.repeat(36) }, 'locale'],
      [{ areas: [OSCEOLA], locale: 'en\0' }, 'locale'],
      [{ areas: [OSCEOLA], incidents: 'x' }, 'incidents'],
      [{ areas: [OSCEOLA], incidents: [5] }, 'incidents'],
      [{ areas: [OSCEOLA], incidents: Array(51).fill(NOBODY) }, 'incidents'],
      [{ areas: [{ schoolId: { toString: 1, valueOf: 1 } }] }, 'areas.0.schoolId'],
      [
        { areas: [{ cell: { ...CELL, radiusKm: { toString: 1, valueOf: 1 } } }] },
        'areas.0.cell.radiusKm',
      ],
    ];
    it.each(refusals)('is refused %j', async (request, field) => {
      const socket = await join();
      const { error } = await socket.watch(request as object);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(error.fields.map((one: { field: string }) => one.field)).toContain(field);
      expect(JSON.stringify(error)).not.toMatch(INSIDES);
      await watching(socket);
    });

    it.each([
      '-271821-04-20T00:00:00Z',
      '+275760-09-13',
      '0000-01-01',
      '1970',
      '9999-12-31T23:59:59Z',
    ])('may have last heard in %s', async (since) => {
      const socket = await join();
      expect(await socket.watch({ areas: [OSCEOLA], since })).toMatchObject({ watching: 1 });
    });

    it.each(['--', 'x-', 'zz', 'en-', '00', 'i-klingon', 'toString', 'constructor', '__'])(
      'that wants %s gets a language there is, or a refusal',
      async (locale) => {
        const socket = await join();
        const answer = await socket.watch({ areas: [OSCEOLA], locale });
        expect(answer.error?.code ?? 'BAD_USER_INPUT').toBe('BAD_USER_INPUT');
      },
    );

    it.each<unknown>([{}, 7, '', [], 'x'.repeat(4_000), '\0', { toString: 1 }, true])(
      'with %j for a token is not let in',
      async (token) => {
        await expect(join({ token })).rejects.toMatchObject({
          data: { code: 'UNAUTHENTICATED' },
        });
      },
    );

    it('that speaks no socket.io is cut off, and nobody else', async () => {
      const frames = [
        ...[
          '40/alerts,null',
          '40/alerts,5',
          '40/alerts,[]',
          '40/nope,',
          '40/dispatch,',
          '4',
          '9',
          '',
        ],
        ...['42/alerts,["watch"]', '42/alerts,', '42/alerts,{}', '42["watch",{}]', '43/alerts,1[]'],
        ...[
          '45/alerts,9-["watch",{"_placeholder":true,"num":0}]',
          '451-/alerts,["watch"]',
          '40',
          '41',
        ],
        `42/alerts,${'['.repeat(5_000)}`,
        `40/alerts,{"token":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
      ];
      await Promise.all(
        frames.map(async (frame) => {
          const socket = new WebSocket(
            `${service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
          );
          const open = new Promise((resolve) =>
            socket.addEventListener('open', resolve, { once: true }),
          );
          const closed = new Promise((resolve) =>
            socket.addEventListener('close', resolve, { once: true }),
          );
          await open;
          socket.send(frame);
          socket.send(new Uint8Array([1, 2, 3]));
          socket.send('2probe');
          socket.close();
          await closed;
        }),
      );
      await watching(await join());
    });

    it.each([
      '/socket.io/?EIO=4&transport=polling&sid=nope',
      '/socket.io/?EIO=99&transport=polling',
      '/socket.io/?EIO=4&transport=nope',
      '/socket.io/',
    ])('that asks for %s is refused', async (path) => {
      const { status, text } = await http(path);
      expect(status).toBe(400);
      expect(text).not.toMatch(INSIDES);
    });
  });

  it('that is not even HTTP is answered or cut off', async () => {
    const { hostname, port } = new URL(service.url);
    const said = (bytes: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.end(bytes));
        socket.on('data', (chunk) => (answer += String(chunk)));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(answer));
      });
    const answers = await Promise.all([
      said('\0\0\0\0\r\n\r\n'),
      said('GET\r\n\r\n'),
      said('GET / HTTP/1.1\r\nno header\r\n\r\n'),
      said(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
      said('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'),
      said('POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    ]);
    for (const answer of answers) {
      expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
      expect(answer).not.toMatch(INSIDES);
    }
  });

  it('shows nothing of the schema in production, and the same refusals', async () => {
    const { database, secrets } = service;
    const environment = { NODE_ENV: 'production', PUSH_ALLOW_PRIVATE: '0', ROLE: 'api' };
    const production = await startService({ environment, database, secrets });
    const at = async (query: string) => {
      const response = await fetch(`${production.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return { status: response.status, text: await response.text() };
    };
    const attacks = [
      { name: '__schema', send: () => at('{ __schema { types { name } } }') },
      { name: '__type', send: () => at('{ __type(name: "Query") { fields { name } } }') },
      { name: 'aliases', send: () => at(`{ ${'a: __typename '.repeat(31)} }`) },
    ];
    expect(await faults(attacks)).toEqual([]);
    for (const path of ['/graphiql', '/playground', '/graphql/schema'])
      expect((await fetch(production.url + path)).status).toBe(404);
    await production.close();
  });
});
