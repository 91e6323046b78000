import { distanceMeters } from '../../geo/distance.js';
import { MADE_UP, POLICY_KINDS, type PolicyKindName } from '../../schools/policy.js';
import { Dice, madeUpDigest, weighted } from './dice.js';
import { ADOPTED, YEARLY_GROWTH } from './likelihoods.js';
import {
  plausibleIncident,
  type Cast,
  type MadeIncident,
  type SeedSchool,
} from './plausible-incident.js';
import { dayNumber, dayText, dayWeight } from './school-year.js';

export interface Tract {
  population: number;
  latitude: number;
  longitude: number;
}

export interface MadePolicy {
  id: string;
  districtId: string;
  kind: PolicyKindName;
  effectiveFrom: string;
  effectiveUntil: string | null;
  sourceUrl: string;
  sourceSha256: string;
}

export interface HistoryOptions {
  incidents: number;
  years: number;
  seed: number;
  /** The last day, such as 2026-09-30. */
  until: string;
}

const DAYS_A_YEAR = 365;
/** Of a school of which neither the enrolment is known nor a census tract is near. */
const FEW = 300;
/** People live no farther from their nearest school than this. */
const NEAR_METERS = 20_000;
/** Of a hundred people twelve go to a public school. */
const PUPILS = 0.12;

/** A history that never happened: the same for the same schools, tracts and options. */
export class PlausibleHistory {
  private readonly dice: Dice;
  readonly cast: Cast;
  readonly policies: readonly MadePolicy[];

  constructor(
    private readonly schools: readonly SeedSchool[],
    private readonly tracts: readonly Tract[],
    private readonly options: HistoryOptions,
    /** Districts whose own policies are known keep them. */
    promising: ReadonlySet<string> = new Set(),
  ) {
    this.dice = new Dice(options.seed);
    this.cast = this.people();
    this.policies = this.adopted(promising);
  }

  /** In order of their days. */
  *incidents(now: Date): Generator<MadeIncident> {
    const draw = weighted(this.schools, this.weights());
    const promised = this.promises();
    for (const [day, count] of this.days())
      for (let one = 0; one < count; one++) {
        const school = draw(this.dice);
        yield plausibleIncident(this.dice, {
          ...{ school, day, now, cast: this.cast },
          promised: promised(school.districtId, dayText(day)),
        });
      }
  }

  /** How many incidents fall on each day; together as many as were asked for. */
  private days(): Map<number, number> {
    const last = dayNumber(this.options.until);
    const first = last - this.options.years * DAYS_A_YEAR + 1;
    const days = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const draw = weighted(
      days,
      (day) => dayWeight(day) * YEARLY_GROWTH ** ((day - first) / DAYS_A_YEAR),
    );
    const counts = new Map(days.map((day) => [day, 0]));
    for (let one = 0; one < this.options.incidents; one++) {
      const day = draw(this.dice);
      counts.set(day, counts.get(day)! + 1);
    }
    return counts;
  }

  /** By the people who live nearest to a school, and by its students. */
  private weights(): (school: SeedSchool) => number {
    const people = new Map<string, number>();
    for (const tract of this.tracts) {
      const nearest = { id: '', meters: NEAR_METERS };
      for (const school of this.schools) {
        const meters = distanceMeters(tract, school);
        if (meters < nearest.meters) Object.assign(nearest, { id: school.id, meters });
      }
      people.set(nearest.id, (people.get(nearest.id) ?? 0) + tract.population * PUPILS);
    }
    return ({ id, enrollment }) => (people.get(id) ?? 0) + (enrollment ?? FEW);
  }

  private people(): Cast {
    const some = (count: number) => Array.from({ length: count }, () => this.dice.uuid());
    return { responders: some(60), dispatchers: some(12), analysts: some(5) };
  }

  private adopted(promising: ReadonlySet<string>): MadePolicy[] {
    const { years, until } = this.options;
    const last = dayNumber(until);
    const districts = [...new Set(this.schools.map(({ districtId }) => districtId))].sort();
    return districts
      .filter((districtId) => !promising.has(districtId))
      .flatMap((districtId) =>
        POLICY_KINDS.filter((kind) => this.dice.chance(ADOPTED[kind])).map((kind) => {
          const from = last - this.dice.between(30, (years + 2) * DAYS_A_YEAR);
          const repealed = this.dice.chance(0.1);
          return {
            ...{ id: this.dice.uuid(), districtId, kind, effectiveFrom: dayText(from) },
            effectiveUntil: repealed ? dayText(this.dice.between(from, last)) : null,
            sourceUrl: `${MADE_UP}${districtId}/${kind.toLowerCase()}`,
            sourceSha256: madeUpDigest(`${districtId} ${kind}`),
          };
        }),
      );
  }

  private promises() {
    const byDistrict = Map.groupBy(this.policies, ({ districtId }) => districtId);
    return (districtId: string, day: string): ReadonlySet<PolicyKindName> =>
      new Set(
        (byDistrict.get(districtId) ?? [])
          .filter(
            ({ effectiveFrom, effectiveUntil }) =>
              effectiveFrom <= day && (effectiveUntil === null || day <= effectiveUntil),
          )
          .map(({ kind }) => kind),
      );
  }
}
