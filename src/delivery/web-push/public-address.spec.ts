import type { LookupAddress, LookupAllOptions, LookupOneOptions } from 'node:dns';
import {
  isPublicAddress,
  isRefusedLiteral,
  NotPublicError,
  publicLookup,
} from './public-address.js';

const PUBLIC = ['8.8.8.8', '142.250.190.10', '2607:f8b0:4009:80b::200a', '::ffff:8.8.8.8'];
const NOT_PUBLIC = [
  ['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254'],
  ['172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1'],
  ['198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::7f00:1'],
  ['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:1::1'],
  ['2001:db8::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
  ['100::1', '3fff::1', '4000::1'],
  ['', 'localhost', '0x7f.1', '2130706433', '127.1', '8.8.8.8 ', '08.8.8.8', '[::1]'],
].flat();

test.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
test.each(NOT_PUBLIC)('%p is not public', (address) =>
  expect(isPublicAddress(address)).toBe(false),
);

test('a literal address in a URL is refused, however it is written', () => {
  const hosts = ['https://127.1', 'https://0x7f000001', 'https://2130706433', 'https://[::1]:8443'];
  for (const url of [...hosts, 'https://[::ffff:10.0.0.1]']) {
    expect(isRefusedLiteral(new URL(url).hostname)).toBe(true);
  }
  for (const url of ['https://8.8.8.8', 'https://[2607:f8b0::1]', 'https://localhost']) {
    expect(isRefusedLiteral(new URL(url).hostname)).toBe(false);
  }
});

type Result = { error: Error | null; addresses: string | LookupAddress[] };

function lookedUp(found: string[], options: LookupOneOptions | LookupAllOptions = { all: true }) {
  const addresses = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = publicLookup((_name, _family, callback) => callback(null, addresses));
  let result: Result | undefined;
  lookup('push.example.net', options, (error, given) => (result = { error, addresses: given }));
  return result!;
}

describe('publicLookup', () => {
  test('hands on only what it checked', () => {
    const { addresses } = lookedUp(['10.0.0.1', '8.8.8.8', '::1', '2607:f8b0::1']);
    expect(addresses).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2607:f8b0::1', family: 6 },
    ]);
  });

  test('gives one address where one is asked for', () => {
    expect(lookedUp(['10.0.0.1', '8.8.8.8'], {}).addresses).toBe('8.8.8.8');
  });

  test('fails when nothing is left, without a name in the error', () => {
    const { error } = lookedUp(['10.0.0.1', '::ffff:127.0.0.1']);
    expect(error).toBeInstanceOf(NotPublicError);
    expect(error!.message).toBe('no public address');
    expect(lookedUp([]).error).toBeInstanceOf(NotPublicError);
  });

  test('passes on a failure to resolve', () => {
    const failure = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const lookup = publicLookup((_name, _family, callback) => callback(failure, []));
    let seen: unknown;
    lookup('push.example.net', {}, (error) => (seen = error));
    expect(seen).toBe(failure);
  });

  test('refuses the real localhost', async () => {
    const error = await new Promise((resolve) => publicLookup()('localhost', {}, resolve));
    expect(error).toBeInstanceOf(NotPublicError);
  });
});
