import { GROUPINGS } from '../../incidents/review/filter-sql.js';

/** What incidents can be grouped by: how its groups are written, in SQL, and whether one incident can be in several. */
interface Grouping {
  key: string;
  several?: true;
}

const text = (expression: string) => `(${expression})::text`;

/** Days and hours are those of the first observation, by the clock at the school. */
export const GROUP_BY = {
  /** `2026-09` */
  MONTH: { key: `to_char(${GROUPINGS.month}, 'YYYY-MM')` },
  /** `2026-W40`, ISO 8601: from Monday on. */
  WEEK: { key: `to_char(${GROUPINGS.week}, 'IYYY-"W"IW')` },
  /** `1`, Monday, to `7`. */
  WEEKDAY: { key: text(GROUPINGS.weekday) },
  /** `00` to `23` */
  HOUR: { key: `to_char(${GROUPINGS.hour}, 'FM00')` },
  /** `FL` */
  STATE: { key: GROUPINGS.usState },
  /** LEAID */
  DISTRICT: { key: GROUPINGS.district },
  /** As NCES has it, in capitals. */
  SCHOOL_LEVEL: { key: GROUPINGS.schoolLevel },
  AGENCY: { key: GROUPINGS.agency },
  ACTIVITY: { key: GROUPINGS.activity },
  OUTCOME: { key: GROUPINGS.outcome },
  AUTHORITY: { key: GROUPINGS.authority, several: true },
  POLICY: { key: GROUPINGS.policy, several: true },
  DEPARTURE: { key: GROUPINGS.departure, several: true },
} as const satisfies Record<string, Grouping>;
export type GroupByName = keyof typeof GROUP_BY;
export const GROUP_BY_NAMES = Object.keys(GROUP_BY) as GroupByName[];

export const MOST_DIMENSIONS = 2;

/** What a figure can say of a group. */
export const MEASURES = [
  'INCIDENTS',
  'MINUTES_TO_VERIFY',
  'MINUTES_TO_CORRECT',
  'SHARE_UNFOUNDED',
  'DEVICES_TOLD',
  'ABSENCES',
] as const;
export type MeasureName = (typeof MEASURES)[number];

/** Whether one incident can be in several groups, which then add up to more than all. */
export const overlaps = (groupBy: readonly GroupByName[]): boolean =>
  groupBy.some((name) => 'several' in GROUP_BY[name]);
