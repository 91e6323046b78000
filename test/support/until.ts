const PATIENCE_MS = 15_000;
const LOOK_MS = 25;

/** Looks again and again until something that has no event of its own holds. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  what = 'it',
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come to hold in time`);
    await new Promise((look) => setTimeout(look, LOOK_MS));
  }
}
