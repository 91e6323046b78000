/** RFC 9113 §7. */
export const ErrorCode = {
  noError: 0x0,
  protocolError: 0x1,
  flowControlError: 0x3,
  frameSizeError: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compressionError: 0x9,
  enhanceYourCalm: 0xb,
} as const;

/** The peer broke the protocol, and the connection ends (RFC 9113 §5.4.1). */
export class Http2Error extends Error {
  override name = 'Http2Error';
  readonly code: number;

  constructor(code: keyof typeof ErrorCode, message: string) {
    super(message);
    this.code = ErrorCode[code];
  }
}

/** @throws {Http2Error} */
export function mustHave(payload: Buffer, bytes: number): void {
  if (payload.length === bytes) return;
  throw new Http2Error(
    'frameSizeError',
    `a frame has ${payload.length} bytes in place of ${bytes}`,
  );
}
