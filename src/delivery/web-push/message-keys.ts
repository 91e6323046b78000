/** All that a message's encryption needs of its device: for exactly one message, never two. */
export interface MessageKeys {
  /** 16 bytes. */
  salt: Buffer;
  /** 65 bytes, uncompressed. */
  senderPublicKey: Buffer;
  /** 16 bytes, AES-128. */
  contentKey: Buffer;
  /** 12 bytes. */
  nonce: Buffer;
}
