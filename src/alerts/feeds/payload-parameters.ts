import type { AlertPayload } from '../messages.js';
import { CAP_MSG_TYPES, CAP_STATUSES } from '../cap.js';
import type { PublishedAlert } from './published-alert.js';

/** The file does not hold what Campana writes; nothing of it can be relied on. */
export class UnreadableFeed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableFeed';
  }
}

/**
 * Members of a payload that no format has an element for, or none that may hold them exactly: they
 * travel as parameters, name and text. The other members each format writes where it has the place.
 */
const CARRIED = {
  incidentId: 'text',
  locale: 'text',
  sent: 'text',
  expires: 'text',
  /** Parted by spaces; identifiers have none. */
  references: 'list',
  replaces: 'list',
  signature: 'text',
} as const;

type Carried = keyof typeof CARRIED;
/** Every member that a format's own elements must hold. */
export type OwnMembers = Omit<AlertPayload, Carried>;

const OPTIONAL: ReadonlySet<Carried> = new Set(['replaces', 'signature']);

const CODECS = {
  text: { write: String, read: (text: string): unknown => text },
  list: {
    write: (value: unknown) => (value as string[]).join(' '),
    read: (text: string): unknown => (text === '' ? [] : text.split(' ')),
  },
};

export type Parameter = readonly [name: string, value: string];

/** The members of a payload that travel as parameters. */
export function payloadParameters(payload: AlertPayload): Parameter[] {
  return (Object.keys(CARRIED) as Carried[])
    .filter((member) => payload[member] !== undefined)
    .map((member) => [member, CODECS[CARRIED[member]].write(payload[member])]);
}

/** What else machines may want: the facts the words were made from, and how far they are reviewed. */
export function factParameters({ alert }: PublishedAlert, reviewed: boolean): Parameter[] {
  return [
    ['activity', alert.facts.activity],
    ['agency', alert.facts.agency],
    ['distance', alert.band],
    ...(alert.ends ? [['ends', alert.ends.toISOString()] as const] : []),
    ['reviewed', String(reviewed)],
  ];
}

/**
 * The payload again, from a format's own elements and its parameters.
 * @throws UnreadableFeed when a member is missing, doubled or not of its kind.
 */
export function payloadFrom(own: OwnMembers, parameters: readonly Parameter[]): AlertPayload {
  requireListed('msgType', own.msgType, CAP_MSG_TYPES);
  requireListed('status', own.status, CAP_STATUSES);
  const given = new Map(parameters);
  if (given.size < parameters.length) throw new UnreadableFeed('a parameter is given twice');
  const carried = (Object.keys(CARRIED) as Carried[])
    .filter((member) => given.has(member) || !OPTIONAL.has(member))
    .map((member) => [member, decode(member, given.get(member))]);
  return { ...own, ...(Object.fromEntries(carried) as Pick<AlertPayload, Carried>) };
}

function decode(member: Carried, text: string | undefined): unknown {
  if (text === undefined) throw new UnreadableFeed(`the parameter "${member}" is missing`);
  return CODECS[CARRIED[member]].read(text);
}

function requireListed(member: string, value: string, list: readonly string[]): void {
  if (!list.includes(value)) throw new UnreadableFeed(`${member} is none that CAP knows`);
}

/** @throws UnreadableFeed when a file says a thing twice, and not the same. */
export function requireSame(what: string, told: string, signed: string): void {
  if (told !== signed) throw new UnreadableFeed(`${what} differs from what was signed`);
}

/** A UUID out of "urn:uuid:…". */
export function idOf(identifier: string): string {
  const [, id] = /^urn:uuid:([0-9a-f-]{36})$/.exec(identifier) ?? [];
  if (!id) throw new UnreadableFeed('the identifier is no urn:uuid');
  return id;
}

/** @throws UnreadableFeed unless it is an ISO 8601 time. */
export function timeOf(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new UnreadableFeed('a time cannot be read');
  return at;
}
