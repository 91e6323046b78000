import { randomBytes } from 'node:crypto';

/** What a bearer token opens. The prefix lets a scanner, and a person, see what leaked. */
export type TokenKind = 'invite' | 'staff' | 'family';

/** 256 random bits, shown once; only its digest is stored. */
export const newToken = (kind: TokenKind): string =>
  `${kind}_${randomBytes(32).toString('base64url')}`;

export const isTokenOf = (kind: TokenKind, token: string): boolean =>
  token.startsWith(`${kind}_`) && token.length >= kind.length + 44;

/** Under which purpose the token is digested with the token key. */
export const tokenPurpose = (kind: TokenKind): string => `token/${kind}`;
