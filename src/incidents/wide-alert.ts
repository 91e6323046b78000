export interface WideRule {
  /** Devices above which a second dispatcher must approve. */
  devices: number;
}

export const WIDE_RADIUS_METERS = 3_000;
/** A second dispatcher has this long to approve; after that somebody must choose anew. */
export const APPROVAL_MINUTES = 15;

export const WIDE_REASONS = ['AUDIENCE', 'RADIUS'] as const;
export type WideReason = (typeof WIDE_REASONS)[number];

/**
 * Why an alert waits for a second dispatcher: it would reach more devices than the rule allows one
 * person to wake, or places farther than {@link WIDE_RADIUS_METERS}. Empty when it is not wide;
 * exactly the limit is not.
 */
export function whyWide(
  choice: { devices: number; radiusMeters: number },
  rule: WideRule,
): WideReason[] {
  const above: Record<WideReason, boolean> = {
    AUDIENCE: choice.devices > rule.devices,
    RADIUS: choice.radiusMeters > WIDE_RADIUS_METERS,
  };
  return WIDE_REASONS.filter((reason) => above[reason]);
}
