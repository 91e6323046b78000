/** What a worker does with the database in a fan-out. */
export type SpanKind = 'page' | 'claim' | 'read' | 'settle';

export interface Span {
  kind: SpanKind;
  millis: number;
  /** How long the delivery's row was locked: by a settlement alone, by a claim with other claims. */
  heldMillis: number;
}

export interface Watch {
  asked(text: string, at: number): void;
  answered(text: string, at: number): void;
}

/**
 * By words of the service's own statements: the first tells the kind, and unless the second came,
 * there was nothing to plan, claim or settle. A change there shows as a kind without spans.
 */
const KINDS: { kind: SpanKind; begins: RegExp; works: RegExp }[] = [
  {
    kind: 'claim',
    begins: /FROM delivery_batch[^]*FOR UPDATE SKIP LOCKED/,
    works: /FROM delivery [^]*FOR SHARE/,
  },
  {
    kind: 'settle',
    begins: /^WITH settled AS/,
    works: /^WITH settled AS/,
  },
  {
    kind: 'page',
    begins: /^SELECT id, incident_id[^]*FROM delivery WHERE id = [$]1 FOR UPDATE/,
    // Of its own lanes; the batches leave with its end, which has only the name of COMMIT.
    works: /INSERT INTO pgboss[.]/,
  },
];
const READ = /FROM subscription WHERE id = ANY/;

interface Open {
  startedAt: number;
  kind?: SpanKind;
  works?: RegExp;
  /** When that statement was answered: from then on the delivery's row is locked. */
  workedAt?: number;
}

/** Follows the statements of one connection and tells of each transaction of a known kind. */
export function spansOf(tell: (span: Span) => void): Watch {
  let open: Open | undefined;
  let readAt: number | undefined;
  return {
    asked(text, at) {
      if (/^(START TRANSACTION|BEGIN)/.test(text)) open = { startedAt: at };
      else if (!open && READ.test(text)) readAt = at;
      if (open && !open.kind)
        Object.assign(
          open,
          KINDS.find(({ begins }) => begins.test(text.trim())),
        );
    },
    answered(text, at) {
      if (open?.works?.test(text.trim())) open.workedAt ??= at;
      if (text === 'COMMIT' && open?.kind && open.workedAt !== undefined)
        tell({
          kind: open.kind,
          millis: at - open.startedAt,
          heldMillis: open.kind === 'page' ? 0 : at - open.workedAt,
        });
      if (text === 'COMMIT' || text === 'ROLLBACK') open = undefined;
      if (readAt !== undefined && READ.test(text)) {
        tell({ kind: 'read', millis: at - readAt, heldMillis: 0 });
        readAt = undefined;
      }
    },
  };
}
