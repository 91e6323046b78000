/** A share with the range in which the true one is, as far as chance goes. */
export interface Interval {
  low: number;
  high: number;
}

export const CONFIDENCE = 0.95;

/**
 * The exact interval of Clopper and Pearson for a share, of `successes` in `trials`: never narrower
 * than it claims to be. Where there is no success, or nothing but successes, one end is 0 or 1 and
 * the whole of what is left out lies beyond the other (a one-sided limit).
 *
 * @param trials 1 at least.
 */
export function exactInterval(
  successes: number,
  trials: number,
  confidence = CONFIDENCE,
): Interval {
  const failures = trials - successes;
  const isOneSided = successes === 0 || failures === 0;
  const tail = (1 - confidence) / (isOneSided ? 1 : 2);
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  };
}

/** Where the beta distribution has `probability` below it: by halving, to the last bit or two. */
export function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (betaProbability(middle, a, b) < probability) low = middle;
    else high = middle;
  }
}

/** The regularized incomplete beta function, by its continued fraction (Lentz). */
export function betaProbability(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaProbability(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return (front * betaFraction(x, a, b)) / a;
}

const TINY = 1e-300;
const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/** Stirling's series, after the argument was raised to where it is exact to the last digits. */
function logGamma(value: number): number {
  let shift = 0;
  let x = value;
  for (; x < 15; x++) shift += Math.log(x);
  const inverse = 1 / (x * x);
  const series =
    (1 / 12 -
      inverse * (1 / 360 - inverse * (1 / 1_260 - inverse * (1 / 1_680 - inverse / 1_188)))) /
    x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}
