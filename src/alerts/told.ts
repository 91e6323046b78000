import { isCorrection, type AlertDraft } from './alert-builder.js';

/**
 * What was told last of an incident, to those who knew of nothing else: of itself, or of what it was
 * merged into by then. A correction only repeats what was told, to each thread its own.
 * @param earlier oldest first
 */
export function lastTold<T extends Pick<AlertDraft, 'incidentId' | 'joined' | 'kind'>>(
  earlier: readonly T[],
  incidentId: string,
): T | undefined {
  return earlier.findLast(
    ({ incidentId: own, joined, kind }) =>
      !isCorrection(kind) && (own === incidentId || joined.includes(incidentId)),
  );
}
