import { cellAt } from '../../geo/h3.js';
import {
  RULES,
  DEPARTURE_RULES,
  type DepartureRuleName,
} from '../../incidents/advocacy/departures.js';
import {
  CERTAINTIES,
  STUDENT_BANDS,
  type CertaintyName,
} from '../../incidents/advocacy/vocabulary.js';
import type { PolicyKindName } from '../../schools/policy.js';
import { BUCKETS } from '../buckets.js';
import type { ExportRow } from '../exports/export-row.js';
import { LEAST_SHOWN, rounded } from '../publication/suppression.js';
import type { BriefPeriod } from './brief-period.js';

/** Cells of some 5 km²: no finer than a family may follow. */
export const BRIEF_CELL = 7;

/** Those that a second person, or independent reports, confirmed; what was taken back is told apart. */
const CONFIRMED: ReadonlySet<string> = new Set(['ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED']);

export type StudentBandName = (typeof STUDENT_BANDS)[number];

export interface Counted<K extends string = string> {
  key: K;
  incidents: number;
}

/** A count of what people went through: null where it is 10 or fewer, else to the nearest 5. */
export type ProtectedCount = number | null;

export interface DepartureFigures {
  rule: DepartureRuleName;
  policy: PolicyKindName;
  incidents: number;
  certainties: Record<CertaintyName, number>;
}

export interface BriefFigures {
  incidents: number;
  /** Alerts that were taken back as wrong; in no other figure. */
  retracted: number;
  /** Whether any of it is made up. */
  synthetic: boolean;
  /** Of how many anything was recorded afterwards. */
  recorded: number;
  months: Counted[];
  activities: Counted[];
  agencies: Counted[];
  schools: (Counted & { name: string })[];
  cells: Counted[];
  departures: DepartureFigures[];
  /** Incidents with at least one departure. */
  departed: number;
  verification: {
    incidents: number;
    /** Minutes, to a tenth; null for fewer than 11 incidents, as are the next two. */
    median: number | null;
    ninetieth: number | null;
    /** One more than {@link BUCKETS}: the last for what took longer. */
    buckets: number[] | null;
  };
  people: {
    studentsAffected: ProtectedCount;
    largestBand: StudentBandName | null;
    detained: ProtectedCount;
  };
}

const protectedCount = (count: number): ProtectedCount =>
  count < LEAST_SHOWN ? null : rounded(count);

/** Adds up incidents of one district, one after the other. */
export class BriefCount {
  private incidents = 0;
  private retracted = 0;
  private recorded = 0;
  private departed = 0;
  private synthetic = false;
  private affected = 0;
  private detained = 0;
  private largest = -1;
  private readonly minutes: number[] = [];
  private readonly months = new Map<string, number>();
  private readonly activities = new Map<string, number>();
  private readonly agencies = new Map<string, number>();
  private readonly schools = new Map<string, number>();
  private readonly names = new Map<string, string>();
  private readonly cells = new Map<string, number>();
  private readonly departures = new Map<DepartureRuleName, Record<CertaintyName, number>>();

  constructor(private readonly period: BriefPeriod) {}

  add(row: ExportRow): void {
    if (row.day < this.period.from || row.day > this.period.to) return;
    if (row.outcome === 'RETRACTED') this.retracted++;
    if (!CONFIRMED.has(row.outcome)) return;
    this.incidents++;
    this.synthetic ||= row.synthetic;
    if (Object.keys(row.details).length > 0) this.recorded++;
    more(this.months, row.day.slice(0, 7));
    more(this.activities, row.activity);
    more(this.agencies, String(row.details.agencyConfirmed?.value ?? row.agency));
    more(this.schools, row.schoolId);
    this.names.set(row.schoolId, row.schoolName);
    more(this.cells, cellAt(row, BRIEF_CELL));
    if (row.verifiedAt && row.outcome !== 'RECORDED')
      this.minutes.push((row.verifiedAt.getTime() - row.openedAt.getTime()) / 60_000);
    this.addPeople(row);
    this.addDepartures(row);
  }

  get figures(): BriefFigures {
    const { incidents, retracted, recorded, departed, synthetic } = this;
    const { months } = this.period;
    return {
      ...{ incidents, retracted, recorded, departed, synthetic },
      months: months.map((key) => ({ key, incidents: this.months.get(key) ?? 0 })),
      activities: most(this.activities),
      agencies: most(this.agencies),
      schools: most(this.schools).map((one) => ({ ...one, name: this.names.get(one.key)! })),
      cells: most(this.cells),
      departures: this.departureFigures(),
      verification: verification(this.minutes),
      people: {
        studentsAffected: protectedCount(this.affected),
        largestBand: this.largest < 0 ? null : STUDENT_BANDS[this.largest]!,
        detained: protectedCount(this.detained),
      },
    };
  }

  private addPeople({ details }: ExportRow): void {
    const band = STUDENT_BANDS.indexOf(details.studentsAffected?.value as StudentBandName);
    if (band > 0) this.affected++;
    this.largest = Math.max(this.largest, band);
    if (details.anybodyDetained?.value === 'YES') this.detained++;
  }

  private addDepartures({ departures }: ExportRow): void {
    if (departures.length > 0) this.departed++;
    for (const { rule, certainty } of departures) {
      const counts = this.departures.get(rule) ?? { CONFIRMED: 0, ALLEGED: 0, DISPUTED: 0 };
      counts[certainty]++;
      this.departures.set(rule, counts);
    }
  }

  private departureFigures(): DepartureFigures[] {
    return DEPARTURE_RULES.filter((rule) => this.departures.has(rule)).map((rule) => {
      const certainties = this.departures.get(rule)!;
      const incidents = CERTAINTIES.reduce((sum, certainty) => sum + certainties[certainty], 0);
      return { rule, policy: RULES[rule].policy, incidents, certainties };
    });
  }
}

function more(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The most first; of as many, in order of their keys. */
const most = (counts: Map<string, number>): Counted[] =>
  [...counts]
    .map(([key, incidents]) => ({ key, incidents }))
    .sort((a, b) => b.incidents - a.incidents || (a.key < b.key ? -1 : 1));

function verification(minutes: readonly number[]): BriefFigures['verification'] {
  const incidents = minutes.length;
  if (incidents < LEAST_SHOWN) return { incidents, median: null, ninetieth: null, buckets: null };
  const sorted = [...minutes].sort((a, b) => a - b);
  const buckets = Array.from({ length: BUCKETS.length + 1 }, () => 0);
  for (const one of sorted) {
    const bucket = BUCKETS.findIndex((bound) => one <= bound);
    buckets[bucket < 0 ? BUCKETS.length : bucket]!++;
  }
  return { incidents, median: quantile(sorted, 0.5), ninetieth: quantile(sorted, 0.9), buckets };
}

/** Between the two nearest, as PostgreSQL’s percentile_cont; to a tenth. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return Math.round((below + (above - below) * (place - Math.floor(place))) * 10) / 10;
}
