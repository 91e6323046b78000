import type { SignedPayload } from './signature.js';

/** A file that holds no copy of a message in any form that is known here; says why. */
export class UnreadableCopies extends Error {}

/** A form in which copies of messages are passed on. */
export interface CopyReader {
  name: string;
  matches(text: string): boolean;
  /** @throws UnreadableCopies when it only looked as if it were of this form. */
  read(text: string): SignedPayload[];
}

/** The first that matches reads: what is narrower stands before what is wider. */
export const READERS: readonly CopyReader[] = [
  { name: 'JSON', matches: (text) => /^\s*[[{]/.test(text), read: readJson },
];

/**
 * The messages in a file, as they stand there.
 * @throws UnreadableCopies
 */
export function readCopies(text: string): SignedPayload[] {
  const content = text.replace(/^\uFEFF/, '');
  const reader = READERS.find(({ matches }) => matches(content));
  if (!reader) {
    const names = READERS.map(({ name }) => name).join(', ');
    throw new UnreadableCopies(`It is in no form that can be read here (${names}).`);
  }
  const copies = reader.read(content);
  if (copies.length === 0) throw new UnreadableCopies('There is no message in it.');
  return copies;
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
