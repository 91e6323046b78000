/** How many incidents facets are counted over, at most: what a page costs has a bound. */
export const COUNTED_AT_MOST = 1_000;
/** Of districts and schools there may be thousands: those with the most. */
export const VALUES_AT_MOST = 20;

/** What is counted, by its name, as an expression over the incidents counted: one value or several. */
export const FACETS = {
  US_STATE: 'ARRAY[us_state]',
  DISTRICT: 'ARRAY[district_id]',
  SCHOOL: 'ARRAY[school_id]',
  SCHOOL_LEVEL: 'ARRAY[school_level]',
  AGENCY: 'ARRAY[agency]',
  ACTIVITY: 'ARRAY[activity]',
  OUTCOME: 'ARRAY[outcome]',
  AUTHORITY: 'authorities',
  POLICY: 'policies',
  DEPARTURE: 'departures',
  SYNTHETIC: 'ARRAY[synthetic::text]',
} as const;
export type FacetName = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

export interface FacetValue {
  value: string;
  incidents: number;
}

export interface Facets {
  /** Incidents that were counted. */
  counted: number;
  /** Whether these are all that fit. If not, they are the last reported, and every count is a least. */
  complete: boolean;
  facets: { facet: FacetName; values: FacetValue[] }[];
}

/** One value of one facet, as it was counted. */
export interface CountedValue extends FacetValue {
  facet: FacetName;
}

/** In the order of the facets, the most frequent values first; of equal ones, by name. */
export function facetsOf(rows: readonly CountedValue[], found: number): Facets {
  const byFacet = Map.groupBy(rows, ({ facet }) => facet);
  return {
    counted: Math.min(found, COUNTED_AT_MOST),
    complete: found <= COUNTED_AT_MOST,
    facets: FACET_NAMES.map((facet) => ({
      facet,
      values: (byFacet.get(facet) ?? [])
        .map(({ value, incidents }) => ({ value, incidents }))
        .sort((a, b) => b.incidents - a.incidents || (a.value < b.value ? -1 : 1))
        .slice(0, VALUES_AT_MOST),
    })),
  };
}
