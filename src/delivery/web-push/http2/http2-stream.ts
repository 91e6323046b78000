/** What becomes of a request; nothing comes after `closed`. */
export interface StreamEvents {
  /** Of the answer itself, not of an interim one (1xx). */
  headed(fields: ReadonlyMap<string, string>): void;
  /** So many bytes of the answer's content came. */
  content(bytes: number): void;
  /** @param code of RST_STREAM; 0 when all went well; undefined when the connection ended first */
  closed(code: number | undefined): void;
}

/** One request, from its first byte that leaves to the end of its answer (RFC 9113 §5.1). */
export class Http2Stream {
  /** Of the body, what did not leave yet. */
  rest: Buffer | undefined;
  /** The fields of its answer came. */
  isHeaded = false;

  constructor(
    readonly id: number,
    body: Buffer,
    /** Bytes that the peer takes now. */
    public window: number,
    readonly events: StreamEvents,
  ) {
    this.rest = body;
  }

  /** All of it left. */
  get sent(): boolean {
    return this.rest === undefined;
  }
}
