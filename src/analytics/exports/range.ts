/** Bytes of a file, first and last inclusive. */
export interface ByteRange {
  from: number;
  to: number;
}

/** What to answer: the whole file, a part of it, nothing new, or that there is no such part. */
export type Answer =
  | { kind: 'whole' }
  | { kind: 'part'; range: ByteRange }
  | { kind: 'unmodified' }
  | { kind: 'unsatisfiable' };

/** As they came with a request; a header that came twice is taken for none. */
export interface RangeHeaders {
  range?: unknown;
  'if-range'?: unknown;
  'if-none-match'?: unknown;
}

const ONE_RANGE = /^bytes=(?<from>\d{0,15})-(?<to>\d{0,15})$/;

/**
 * What a request for a file is answered with (RFC 9110, 13 and 14). Several ranges at once, and what
 * cannot be read, are answered with the whole file.
 * @param etag strong, with its quotes.
 */
export function answerTo(headers: RangeHeaders, size: number, etag: string): Answer {
  if (names(headers['if-none-match'], etag)) return { kind: 'unmodified' };
  const asked = typeof headers.range === 'string' ? ONE_RANGE.exec(headers.range.trim()) : null;
  const { from = '', to = '' } = asked?.groups ?? {};
  if (from === '' && to === '') return { kind: 'whole' };
  const condition = headers['if-range'];
  // Any date, and a weak tag, is no proof that the bytes are the same.
  if (condition !== undefined && condition !== etag) return { kind: 'whole' };
  if (from === '') return lastBytes(Number(to), size);
  const range = { from: Number(from), to: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
  if (to !== '' && Number(to) < range.from) return { kind: 'whole' };
  return range.from >= size ? { kind: 'unsatisfiable' } : { kind: 'part', range };
}

function lastBytes(count: number, size: number): Answer {
  if (count === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', range: { from: Math.max(0, size - count), to: size - 1 } };
}

const names = (header: unknown, etag: string): boolean =>
  typeof header === 'string' &&
  header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
