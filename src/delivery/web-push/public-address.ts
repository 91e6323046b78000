import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The part of IPv6 that is given out for the public Internet (RFC 4291 §2.4, IANA). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** The name leads only to addresses that no push service has. Names neither. */
export class NotPublicError extends Error {
  readonly code = 'ENOTPUBLIC';

  constructor() {
    super('no public address');
    this.name = 'NotPublicError';
  }
}

/**
 * Whether an IP address is public unicast. An IPv4-mapped one is judged as what it maps to.
 * Addresses that tunnel to an IPv4 one (64:ff9b::/96, 6to4, Teredo) are not: they could lead inside.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/**
 * A `lookup` for net and tls that hands on only addresses that it checked, so that nothing is
 * resolved a second time in between. Not called for a literal address: see {@link isRefusedLiteral}.
 * @param resolve all addresses of a name; the system's resolver unless told otherwise
 */
export function publicLookup(resolve: typeof resolveAll = resolveAll): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options.family, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (first === undefined) return callback(new NotPublicError(), '', 0);
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

/** @param hostname as `URL.hostname` gives it, an IPv6 address in brackets */
export function isRefusedLiteral(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && !isPublicAddress(address);
}

function resolveAll(
  hostname: string,
  family: number | 'IPv4' | 'IPv6' | undefined,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
): void {
  systemLookup(hostname, { all: true, family }, callback);
}
