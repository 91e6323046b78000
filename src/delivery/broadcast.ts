/**
 * Whom a broadcast reaches: the audience of its tags, those among it who take part in drills, or
 * exactly those whom the earlier broadcasts of its incident reached. While the incident goes on, devices still owed an earlier message get
 * this one in its place; once it is over, they are left in peace.
 */
export const REACHES = ['AUDIENCE', 'DRILL', 'TOLD_AND_OWED', 'TOLD'] as const;
export type Reach = (typeof REACHES)[number];

/** What `delivery` accepts: one message, ready to send. It knows nothing of what it says. */
export interface Broadcast {
  /** Of the message; the delivery has the same. */
  id: string;
  /** Messages of one incident replace one another on a device. */
  incidentId: string;
  /** RFC 8030 Topic: at most 32 characters of base64url. */
  topic: string;
  /** JSON by locale, each at most 2,048 bytes. */
  payloads: Record<string, string>;
  /** By Topic, as `payloads`: other words for whoever is told under that of a merged incident. */
  threads: Record<string, Record<string, string>>;
  expires: Date;
  reach: Reach;
  /** It belongs to a drill; its reach is never AUDIENCE. */
  exercise: boolean;
  /** Incidents merged into this one: whoever was told of those is told too, under their Topic. */
  joined: string[];
}
