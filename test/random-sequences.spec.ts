import fc from 'fast-check';
import { anAct, someActs, type Act, type Deed } from '../src/incidents/random-acts.fixture.js';
import { PushService } from './push-service/push-service.js';
import { Lane, type Cast, type Spot } from './support/lane.js';
import { Neighborhood } from './support/neighborhood.js';
import { Outbox } from './support/outbox.js';
import { NetworkRecord, type Member } from './support/record.js';
import { hire, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

/** For a long run: RANDOM_SEQUENCES=10000, and another RANDOM_SEED for others. */
const SEQUENCES = Number(process.env.RANDOM_SEQUENCES ?? 40);
const SEED = Number(process.env.RANDOM_SEED ?? 20_261_124);
const LONGEST = 25;
/** How a sequence begins, whoever does it: of nothing, nothing is decided. */
const OPENINGS: Deed[][] = [
  ['FILE', 'FILE', 'VERIFY', 'APPROVE'],
  // Twice, for the first may be refused; then two that are on become one.
  ['FILE', 'VERIFY', 'VERIFY', 'FILE', 'VERIFY', 'VERIFY', 'MERGE'],
  ['START_DRILL', 'FILE', 'FILE', 'VERIFY'],
];
const SEVEN = { minLength: 7, maxLength: 7 };
/** Sequences of one network: then its record is read, and the next one begins with nothing. */
const PER_NETWORK = 120;
/** Played at the same time, side by side. */
const LANES = 6;
/** Generous: a long run takes minutes. */
const PATIENCE_MS = 180_000 + SEQUENCES * 5_000;

describe('random sequences of acts by random staff, one beside the other', () => {
  let push: PushService;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
  });
  afterAll(() => push.stop());

  const sequence = fc
    .tuple(fc.constantFrom(...OPENINGS), fc.array(anAct, SEVEN), someActs(LONGEST))
    .map(([opening, first, acts]) => [
      ...opening.map((deed, index): Act => ({ ...first[index]!, deed })),
      ...acts,
    ]);
  const sequences = fc.sample(sequence, { numRuns: SEQUENCES, seed: SEED });
  const networks = Array.from({ length: Math.ceil(SEQUENCES / PER_NETWORK) }, (_, n) =>
    sequences.slice(n * PER_NETWORK, (n + 1) * PER_NETWORK),
  );

  it(
    `keep every promise (seed ${SEED})`,
    async () => {
      const issued: string[] = [];
      for (const [n, sequences] of networks.entries()) {
        const record = await played(sequences);
        expect({ network: n, broken: record.broken() }).toEqual({ network: n, broken: [] });
        issued.push(...record.messages.map(({ kind, status }) => `${kind} ${status}`));
      }
      // Else it would say little.
      const times = (what: string) => issued.filter((one) => one.startsWith(what)).length;
      expect(times('ALERT')).toBeGreaterThan(SEQUENCES / 5);
      expect(times('ALL_CLEAR') + times('RETRACTION')).toBeGreaterThan(SEQUENCES / 10);
    },
    PATIENCE_MS,
  );

  async function played(sequences: Act[][]): Promise<NetworkRecord> {
    const environment = { CORROBORATION_REPORTS: '2' };
    const service = await startService({ environment });
    try {
      const { cast, members } = await people(service);
      const families = await Neighborhood.of(service.url, push);
      const lanes = await spots(service);
      const everywhere = new Set<string>();
      const waiting = [...sequences];
      await Promise.all(
        lanes.map(async (pair) => {
          const lane = new Lane(service, cast, families, pair, everywhere);
          for (let acts = waiting.shift(); acts; acts = waiting.shift()) await lane.play(acts);
        }),
      );
      await Lane.end(service, cast);
      await new Outbox(service.database).delivered(60_000);
      return await NetworkRecord.read(service.database, members, families);
    } finally {
      await service.close();
    }
  }
});

/** Three organizations and a few people apart, by whom they were brought in. */
async function people(service: TestService): Promise<{ cast: Cast; members: Member[] }> {
  const { url, admin } = service;
  const members: Member[] = [
    { id: admin.id, organization: '', invitedBy: null, invitedByAdmin: false },
  ];
  const admins = [admin];
  const join = async (role: Parameters<typeof hire>[2], organization: string, by = admin) => {
    const person = await hire(url, by, role, organization);
    const invitedByAdmin = admins.includes(by);
    members.push({ id: person.id, organization, invitedBy: by.id, invitedByAdmin });
    return person;
  };
  const second = await join('ADMIN', 'Zero');
  admins.push(second);
  const dispatchers: Person[] = [...admins];
  const everybody: Person[] = [...admins];
  for (const [organization, by] of [
    ['One', admin],
    ['Two', second],
    ['Three', admin],
  ] as const) {
    const dispatcher = await join('DISPATCHER', organization, by);
    dispatchers.push(dispatcher);
    const responders = [
      await join('RESPONDER', organization, dispatcher),
      await join('RESPONDER', organization, by),
      await join('RESPONDER', `${organization} apart`, by),
    ];
    everybody.push(dispatcher, ...responders);
  }
  return { cast: { admins, dispatchers, everybody }, members };
}

/** Pairs of spots 1.2 km apart, the pairs farther from one another, in both districts. */
async function spots({ database }: TestService): Promise<Spot[][]> {
  const places = Array.from({ length: LANES }, (_, lane) => ({
    latitude: (lane % 2 === 0 ? 28.27 : 28.5) + 0.04 * Math.floor(lane / 2),
    longitude: -81.4,
  }));
  return Promise.all(
    places.map(({ latitude, longitude }) =>
      Promise.all(
        [0, 0.011].map(async (north) => {
          const spot = { latitude: latitude + north, longitude };
          const [school] = await database.query<{ id: string }>(
            `SELECT id FROM school ORDER BY (latitude - $1) ^ 2 + (longitude - $2) ^ 2 LIMIT 1`,
            [spot.latitude, spot.longitude],
          );
          return { ...spot, schoolId: school!.id };
        }),
      ),
    ),
  );
}
