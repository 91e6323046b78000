/** In which order incidents are listed. Reported: when the first report came in; it never changes. */
export const INCIDENT_ORDERS = [
  'REPORTED_LAST_FIRST',
  'REPORTED_FIRST_FIRST',
  'OBSERVED_LAST_FIRST',
  'OBSERVED_FIRST_FIRST',
] as const;
export type IncidentOrderName = (typeof INCIDENT_ORDERS)[number];
export const DEFAULT_ORDER = 'REPORTED_LAST_FIRST' satisfies IncidentOrderName;

/** Where an incident stands in its order; of two at one moment, the id decides. */
export interface PageKey {
  at: Date;
  id: string;
}

/** What is ordered by, over `incident_review review`. */
export const pageKey = (order: IncidentOrderName) =>
  ({
    column: order.startsWith('REPORTED') ? 'review.reported_at' : 'review.observed_at',
    direction: order.endsWith('LAST_FIRST') ? 'DESC' : 'ASC',
  }) as const;
