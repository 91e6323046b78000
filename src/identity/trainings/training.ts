import type { FieldProblem } from '../../platform/errors.js';

/** How people come together. How long attending counts is configured for each. */
export const TRAINING_KINDS = ['WEBINAR', 'SESSION'] as const;
export type TrainingKindName = (typeof TRAINING_KINDS)[number];

/** What is announced of a training. */
export interface TrainingText {
  title: string;
  kind: TrainingKindName;
  startsAt: Date;
  minutes: number;
  /** Either a member of staff … */
  trainerId: string | null;
  /** … or an organization, by name. */
  trainerOrganization: string | null;
  /** How many may attend; null: no limit. */
  capacity: number | null;
}

export const TRAINING_LIMITS = {
  title: 120,
  organization: 120,
  minutes: { min: 10, max: 1_440 },
  capacity: { min: 1, max: 10_000 },
} as const;

/** What is wrong with a training, by field. */
export function trainingProblems(training: TrainingText): FieldProblem[] {
  const { title, minutes, capacity, trainerId, trainerOrganization } = training;
  const problems: FieldProblem[] = [];
  const add = (field: keyof TrainingText, message: string) => problems.push({ field, message });
  const { title: longest, organization } = TRAINING_LIMITS;
  if (!isLine(title, longest))
    add('title', `must be plain text of one line, at most ${longest} characters`);
  if (!isWithin(minutes, TRAINING_LIMITS.minutes))
    add('minutes', rangeRule(TRAINING_LIMITS.minutes));
  if (capacity !== null && !isWithin(capacity, TRAINING_LIMITS.capacity))
    add('capacity', rangeRule(TRAINING_LIMITS.capacity));
  if ((trainerId === null) === (trainerOrganization === null))
    add('trainerId', 'must be given, or trainerOrganization in its place: one of the two');
  if (trainerOrganization !== null && !isLine(trainerOrganization, organization))
    add('trainerOrganization', `must be one line, at most ${organization} characters`);
  return problems;
}

const isLine = (text: string, most: number) =>
  text.trim() !== '' && text.length <= most && !/\p{Cc}/u.test(text) && text.isWellFormed();
const isWithin = (value: number, { min, max }: { min: number; max: number }) =>
  Number.isInteger(value) && value >= min && value <= max;
const rangeRule = ({ min, max }: { min: number; max: number }) =>
  `must be a whole number from ${min} to ${max}`;

/**
 * The last day for which attending counts: so many months after the day (UTC, as certifications are
 * counted), or that month’s last day. With no months it certifies nobody.
 * @returns a calendar day, such as `2027-09-30`; null: none.
 */
export function certifiesUntil(startsAt: Date, months: number): string | null {
  if (months === 0) return null;
  const [year, month, day] = [
    startsAt.getUTCFullYear(),
    startsAt.getUTCMonth(),
    startsAt.getUTCDate(),
  ];
  const lastOfMonth = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + months, Math.min(day, lastOfMonth)))
    .toISOString()
    .slice(0, 10);
}

/** Why an attendance that was recorded does not count. */
export const CORRECTION_REASONS = [
  /** Somebody else was there. */
  'WRONG_PERSON',
  /** They were invited, and did not come. */
  'DID_NOT_ATTEND',
  /** They came, and left too early to have been trained. */
  'LEFT_EARLY',
  /** They attended another training. */
  'WRONG_TRAINING',
] as const;
export type CorrectionReasonName = (typeof CORRECTION_REASONS)[number];
