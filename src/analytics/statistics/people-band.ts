/** A number of people as a range, so that it points at nobody; `to` is null where there is no end. */
export interface PeopleBand {
  from: number;
  to: number | null;
}

/** The first of each band. */
const STARTS = [0, 11, 51, 101, 201, 501, 1_001, 2_001, 5_001, 10_001] as const;

/** The band of a number of people: 0 to 10, 11 to 50, 51 to 100 … 10,001 up. */
export function peopleBand(people: number): PeopleBand {
  const index = STARTS.findLastIndex((start) => people >= start);
  const next = STARTS[index + 1];
  return { from: STARTS[index]!, to: next === undefined ? null : next - 1 };
}
