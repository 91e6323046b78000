import { payloadsOfAtom } from './feeds/atom.js';
import { payloadsOfCap } from './feeds/cap-xml.js';
import { payloadsOfGeoJson } from './feeds/geojson.js';
import { UnreadableFeed } from './feeds/payload-parameters.js';
import type { SignedPayload } from './signature.js';

/** A file that holds no copy of a message in any form that is known here; says why. */
export class UnreadableCopies extends Error {}

/** A form in which copies of messages are passed on. */
export interface CopyReader {
  name: string;
  matches(text: string): boolean;
  /** What it tells beside what is signed, so that whoever passes it on can change it. */
  unsigned?: string;
  /** @throws UnreadableCopies when it only looked as if it were of this form. */
  read(text: string): SignedPayload[];
}

const FACTS = 'its area, how grave and how urgent it is, and other facts for machines';

/** The first that matches reads: what is narrower stands before what is wider. */
export const READERS: readonly CopyReader[] = [
  {
    ...{ name: 'CAP', matches: (text) => /<alert[\s>]/.test(text) },
    ...{ read: asRead(payloadsOfCap), unsigned: FACTS },
  },
  {
    ...{ name: 'Atom', matches: (text) => /<feed[\s>]/.test(text) },
    ...{ read: asRead(payloadsOfAtom), unsigned: FACTS },
  },
  { name: 'GeoJSON', matches: isGeoJson, read: asRead(payloadsOfGeoJson), unsigned: FACTS },
  { name: 'JSON', matches: (text) => /^\s*[[{]/.test(text), read: readJson },
];

/** The messages in a file, as they stand there, and what the form tells beside them. */
export interface Copies {
  messages: SignedPayload[];
  unsigned: string | undefined;
}

/** @throws UnreadableCopies */
export function readCopies(text: string): Copies {
  const content = text.replace(/^\uFEFF/, '');
  const reader = READERS.find(({ matches }) => matches(content));
  if (!reader) {
    const names = READERS.map(({ name }) => name).join(', ');
    throw new UnreadableCopies(`It is in no form that can be read here (${names}).`);
  }
  const messages = reader.read(content);
  if (messages.length === 0) throw new UnreadableCopies('There is no message in it.');
  return { messages, unsigned: reader.unsigned };
}

/** A feed's own reader, its refusals in the words of this file. */
function asRead(read: (text: string) => readonly object[]) {
  return (text: string): SignedPayload[] => {
    try {
      return read(text) as SignedPayload[];
    } catch (error) {
      if (error instanceof UnreadableFeed) throw new UnreadableCopies(`${error.message}.`);
      throw error;
    }
  };
}

function isGeoJson(text: string): boolean {
  return /^\s*\{/.test(text) && /"type"\s*:\s*"Feature(Collection)?"/.test(text);
}

/** One message, several, or a socket's event: `["alert", {…}]`. */
function readJson(text: string): SignedPayload[] {
  const value = parsed(text);
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  const messages = typeof list[0] === 'string' ? list.slice(1) : list;
  return messages.map((message, index) => {
    if (isMessage(message)) return message;
    throw new UnreadableCopies(`It is JSON, but entry ${index + 1} is no message.`);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableCopies('It begins like JSON, but is not whole.');
  }
}

const isMessage = (value: unknown): value is SignedPayload =>
  typeof value === 'object' && value !== null && ('headline' in value || 'signature' in value);
