/** An alert's place, and how far around it as many stored points lie as the alert matches. */
export interface Alarm {
  latitude: number;
  longitude: number;
  /** Of the comparison's radius query. */
  meters: number;
}

export interface MatchSetup {
  url: string;
  secrets: Record<string, string>;
  alarms: Alarm[];
}
