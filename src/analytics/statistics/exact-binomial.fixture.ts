/** A number as a fraction of whole numbers: no digit is lost. */
export interface Fraction {
  top: bigint;
  bottom: bigint;
}

/** A double is a fraction of a power of two. */
export function exactly(value: number): Fraction {
  let bottom = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    bottom *= 2n;
  }
  return { top: BigInt(scaled), bottom };
}

/** How probable at most so many successes are, summed over all of them in whole numbers. */
export function atMost(successes: number, trials: number, { top, bottom }: Fraction): number {
  const other = bottom - top;
  let sum = 0n;
  let ways = 1n;
  for (let k = 0; k <= successes; k++) {
    sum += ways * top ** BigInt(k) * other ** BigInt(trials - k);
    ways = (ways * BigInt(trials - k)) / BigInt(k + 1);
  }
  const digits = 10n ** 18n;
  return Number((sum * digits) / bottom ** BigInt(trials)) / Number(digits);
}
