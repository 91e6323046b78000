import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { EnvironmentError, type Secrets } from './env.js';

/** Sealed with a key that `DATA_KEYS` does not hold (any more). */
export class UnknownDataKey extends Error {
  constructor(readonly keyId: string) {
    super(
      `DATA_KEYS has no key ${keyId}: give it, behind the current one, to open what it sealed.`,
    );
  }
}

/** So much longer is what was sealed. */
export const SEAL_BYTES = 28;

export interface Sealed {
  /** Which of `DATA_KEYS` sealed it. */
  keyId: string;
  /** 12 bytes of nonce, the ciphertext, 16 bytes of tag (AES-256-GCM). */
  bytes: Buffer;
}

/** Every key, as threads of one process can hand them to each other. */
export interface SharedKeyring {
  areaKey: KeyObject;
  tokenKey: KeyObject;
  dataKeys: ReadonlyMap<string, KeyObject>;
  currentDataKey: string;
}

/**
 * Every symmetric key of the service and what is done with it. The keys are `KeyObject`s made
 * once: a raw key costs three times as much per call.
 */
export class Keyring {
  private constructor(
    private readonly areaKey: KeyObject,
    private readonly tokenKey: KeyObject,
    private readonly dataKeys: ReadonlyMap<string, KeyObject>,
    private readonly currentDataKey: string,
  ) {}

  /** @throws EnvironmentError naming each key that is not 32 bytes of base64url. */
  static from(secrets: Pick<Secrets, 'AREA_KEY' | 'TOKEN_KEY' | 'DATA_KEYS'>): Keyring {
    const problems: string[] = [];
    const area = key('AREA_KEY', secrets.AREA_KEY, problems);
    const token = key('TOKEN_KEY', secrets.TOKEN_KEY, problems);
    const data = new Map<string, KeyObject>();
    for (const entry of secrets.DATA_KEYS.split(',')) {
      const [id, value] = entry.trim().split(':');
      if (!id || !value || !/^[A-Za-z0-9_-]{1,16}$/.test(id))
        problems.push('DATA_KEYS must be ID:KEY[,ID:KEY…], the first one seals');
      else data.set(id, key('DATA_KEYS', value, problems));
    }
    if (problems.length > 0) throw new EnvironmentError(problems);
    return new Keyring(area, token, data, data.keys().next().value!);
  }

  /** What another thread needs to be given, to have the same with {@link Keyring.shared}. */
  share(): SharedKeyring {
    const { areaKey, tokenKey, dataKeys, currentDataKey } = this;
    return { areaKey, tokenKey, dataKeys, currentDataKey };
  }

  static shared({ areaKey, tokenKey, dataKeys, currentDataKey }: SharedKeyring): Keyring {
    return new Keyring(areaKey, tokenKey, dataKeys, currentDataKey);
  }

  /** The tag a followed area is stored as: 32 bytes. `area` is e.g. `school:120144000123`. */
  areaTag(area: string): Buffer {
    return createHmac('sha256', this.areaKey).update(area).digest();
  }

  /**
   * 32 bytes by which a value is found again without being stored; `purpose` keeps the uses apart.
   * Under the area key: like a tag it must stay the same for as long as the row lives.
   */
  index(purpose: string, value: string | Buffer): Buffer {
    return createHmac('sha256', this.areaKey).update(`index/${purpose}\0`).update(value).digest();
  }

  /** 32 bytes under the token key; `purpose` keeps the uses apart. */
  digest(purpose: string, value: string | Buffer): Buffer {
    return createHmac('sha256', this.tokenKey).update(`${purpose}\0`).update(value).digest();
  }

  /** Seals with the current data key. `place` (table/row/column) must be given again to open. */
  seal(plaintext: Buffer, place: string): Sealed {
    const nonce = randomBytes(12);
    const cipher = createCipheriv(
      'aes-256-gcm',
      this.dataKeys.get(this.currentDataKey)!,
      nonce,
    ).setAAD(Buffer.from(place));
    const bytes = Buffer.concat([
      nonce,
      cipher.update(plaintext),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return { keyId: this.currentDataKey, bytes };
  }

  /** @throws Error when the key is unknown, or the bytes or the place are not what was sealed. */
  open({ keyId, bytes }: Sealed, place: string): Buffer {
    const dataKey = this.dataKeys.get(keyId);
    if (!dataKey) throw new UnknownDataKey(keyId);
    const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12), {
      authTagLength: 16,
    })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-16));
    const plaintext = decipher.update(bytes.subarray(12, -16));
    // It checks the tag; GCM keeps no bytes back.
    decipher.final();
    return plaintext;
  }
}

function key(name: string, value: string, problems: string[]): KeyObject {
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.length === 32) return createSecretKey(bytes);
  problems.push(`${name} must be 32 bytes in base64url (npm run secrets prints one)`);
  return createSecretKey(Buffer.alloc(32));
}
