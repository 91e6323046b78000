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
  /** Statements that left as one, which was answered as one: locked is from when they left. */
  together(texts: readonly string[], askedAt: number, answeredAt: number): void;
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
    begins: /^INSERT INTO delivery_batch/,
    works: /^INSERT INTO delivery_batch/,
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
  const watch: Watch = {
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
    together(texts, askedAt, answeredAt) {
      for (const text of texts) {
        watch.asked(text, askedAt);
        if (text !== texts.at(-1)) watch.answered(text, askedAt);
      }
      watch.answered(texts.at(-1)!, answeredAt);
    },
  };
  return watch;
}
