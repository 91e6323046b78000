declare module 'http_ece' {
  import type { ECDH } from 'node:crypto';

  interface DecryptParameters {
    version: 'aes128gcm';
    privateKey: ECDH;
    /** base64url, or the 16 bytes */
    authSecret: string | Buffer;
  }

  interface EncryptParameters extends DecryptParameters {
    /** The receiver's public key: base64url, or the 65 bytes */
    dh: string | Buffer;
    rs?: number;
    /** Bytes of padding after the delimiter */
    pad?: number;
  }

  const ece: {
    decrypt(body: Buffer, parameters: DecryptParameters): Buffer;
    encrypt(plaintext: Buffer, parameters: EncryptParameters): Buffer;
  };
  export default ece;
}
