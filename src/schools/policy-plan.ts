import { isSame, spanWords, type Policy, type PolicyText } from './policy.js';
import { POLICY_COLUMNS, type CellProblem } from './policy-row.js';

/** One usable row of a file. */
export interface PolicyLine {
  line: number;
  policy: PolicyText;
}

export interface LineProblem extends CellProblem {
  line: number;
}

/** What a file changes. */
export interface PolicyPlan {
  added: PolicyText[];
  /** What stands, and what takes its place. */
  amended: { before: Policy; policy: PolicyText }[];
  unchanged: number;
}

/** One policy as it would stand: from the file, or kept as it is. */
type Standing = PolicyText & { line?: number; id?: string };

const keyOf = ({ districtId, kind, effectiveFrom }: PolicyText) =>
  `${districtId} ${kind} ${effectiveFrom}`;

/**
 * What is to be written so that the policies of a file stand, beside those that stand already. District,
 * kind and first day say which policy a row is; what else differs is a correction of it.
 * @param standing all that stand of the districts concerned.
 */
export function planOf(
  lines: readonly PolicyLine[],
  standing: readonly Policy[],
): { plan: PolicyPlan } | { problems: LineProblem[] } {
  const known = new Map(standing.map((policy) => [keyOf(policy), policy]));
  const told = new Map<string, PolicyLine>();
  const problems: LineProblem[] = [];
  const plan: PolicyPlan = { added: [], amended: [], unchanged: 0 };
  for (const row of lines) {
    const key = keyOf(row.policy);
    const earlier = told.get(key);
    if (earlier) {
      const message = `the same policy is on line ${earlier.line}: keep one of the two`;
      problems.push({ line: row.line, column: POLICY_COLUMNS.effectiveFrom, message });
      continue;
    }
    told.set(key, row);
    const before = known.get(key);
    if (!before) plan.added.push(row.policy);
    else if (isSame(before, row.policy)) plan.unchanged += 1;
    else plan.amended.push({ before, policy: row.policy });
  }
  const kept = standing.filter((policy) => !told.has(keyOf(policy)));
  problems.push(...overlaps([...told.values()], kept));
  return problems.length > 0 ? { problems } : { plan };
}

/** Rows that would hold on the same day as another row, or as what stands and is not in the file. */
function overlaps(lines: readonly PolicyLine[], kept: readonly Policy[]): LineProblem[] {
  const all: Standing[] = [...lines.map(({ line, policy }) => ({ ...policy, line })), ...kept];
  const problems: LineProblem[] = [];
  for (const series of Map.groupBy(all, (one) => `${one.districtId} ${one.kind}`).values()) {
    series.sort((one, other) => (one.effectiveFrom < other.effectiveFrom ? -1 : 1));
    let longest: Standing | undefined;
    for (const next of series) {
      const both = longest && lastDay(longest) >= next.effectiveFrom ? [next, longest] : [];
      const [told, other] = both[0]?.line === undefined ? [both[1], both[0]] : both;
      if (told?.line !== undefined && other)
        problems.push(overlapping({ ...told, line: told.line }, other));
      if (!longest || lastDay(next) > lastDay(longest)) longest = next;
    }
  }
  return problems;
}

/** What comes after every day, where it has none. */
const lastDay = ({ effectiveUntil }: Standing) => effectiveUntil ?? '9999-12-31';

function overlapping(told: Standing & { line: number }, other: Standing): LineProblem {
  const which =
    other.line === undefined ? `policy ${other.id}, which stands` : `the one on line ${other.line}`;
  return {
    line: told.line,
    column: POLICY_COLUMNS.effectiveFrom,
    message: `${spanWords(told)} overlaps ${which} ${spanWords(other)}: give the earlier one its last day in ${POLICY_COLUMNS.effectiveUntil}, or correct the days`,
  };
}
