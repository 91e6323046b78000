import type { Entry, Message } from './record.js';

const ORDER = /^ALERT( UPDATE)*( ALL_CLEAR)?( RETRACTION)?$/;
/** What families were told last of what ended so. */
const END: Record<string, string | undefined> = {
  ...{ ACTIVE: undefined, EXPIRED: undefined },
  ...{ CLEARED: 'ALL_CLEAR', RETRACTED: 'RETRACTION' },
};

/**
 * Plays the ledger's merges and splits again: every message has to speak for the incident and for all
 * that had been merged into it and of which families were told; and at the end families of each must
 * know how it ended, once.
 */
export function brokenThreads(messages: readonly Message[], entries: readonly Entry[]): string[] {
  const problems: string[] = [];
  const issued = new Map(messages.map((message) => [message.id, message]));
  const into = new Map<string, string>();
  const states = new Map<string, string>();
  const told = new Map<string, string[]>();
  const holder = (id: string): string => (into.has(id) ? holder(into.get(id)!) : id);
  const isUnder = (id: string, of: string): boolean =>
    into.has(id) && (into.get(id) === of || isUnder(into.get(id)!, of));
  for (const { kind, subject, facts } of entries) {
    if (facts.to) states.set(subject, facts.to);
    if (facts.into) into.set(subject, facts.into);
    if (kind === 'incident.restored') into.delete(subject);
    const message = issued.get(facts.alertId);
    if (!message) continue;
    if (message.kind === 'ALERT') told.set(subject, []);
    const merged = [...told.keys()].filter((id) => isUnder(id, subject)).sort();
    if (merged.join() !== message.joined.toSorted().join())
      problems.push(
        `${message.kind} of ${subject} speaks for ${merged}, and told ${message.joined}`,
      );
    for (const id of [subject, ...merged]) told.get(id)?.push(message.kind);
  }
  for (const [id, kinds] of told) {
    const heard = kinds.join(' ');
    const state = states.get(holder(id))!;
    const [end] = kinds.filter((kind) => kind === 'ALL_CLEAR' || kind === 'RETRACTION').slice(-1);
    if (!ORDER.test(heard)) problems.push(`${id} told ${heard}`);
    if (!(state in END) || END[state] !== end)
      problems.push(`${id} is ${state}, and told ${heard}`);
  }
  return problems;
}
