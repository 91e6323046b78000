import fc from 'fast-check';
import {
  ChainWalk,
  EMPTY_HEAD,
  canonicalBytes,
  commit,
  commitmentOf,
  leafOf,
  nextHead,
} from './chain.js';
import type { ChainEntry, Verdict } from './chain.js';

function chainOf(bodies: string[]): ChainEntry[] {
  let head = EMPTY_HEAD;
  return bodies.map((text, index) => {
    const body = Buffer.from(text);
    const leaf = leafOf(body);
    head = nextHead(head, leaf);
    return { seq: index + 1, body, leaf, head };
  });
}

function verdict(entries: ChainEntry[], recorded: ChainEntry[]): Verdict['kind'] | undefined {
  const walk = new ChainWalk();
  for (const entry of entries) {
    const wrong = walk.step(entry);
    if (wrong) return wrong.kind;
  }
  const last = recorded.at(-1);
  return walk.end({ size: recorded.length, head: last?.head ?? EMPTY_HEAD })?.kind;
}

const bodies = fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 12 });

describe('the chain', () => {
  it('accepts what was appended', () => {
    fc.assert(
      fc.property(bodies, (texts) => verdict(chainOf(texts), chainOf(texts)) === undefined),
    );
  });

  it('finds a flipped bit anywhere', () => {
    const place = fc.record({
      entry: fc.nat(),
      byte: fc.nat(),
      bit: fc.nat(7),
      part: fc.constantFrom('body', 'leaf', 'head'),
    });
    fc.assert(
      fc.property(bodies, place, (texts, { entry, byte, bit, part }) => {
        const chain = chainOf(texts);
        const target = chain[entry % chain.length]!;
        const bytes = Buffer.from(target[part as 'body']);
        bytes[byte % bytes.length]! ^= 1 << bit;
        chain[entry % chain.length] = { ...target, [part]: bytes };
        return verdict(chain, chainOf(texts)) === 'altered';
      }),
    );
  });

  it('finds a removed entry, also the last', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (texts, which) => {
        const chain = chainOf(texts);
        chain.splice(which % chain.length, 1);
        return verdict(chain, chainOf(texts)) === 'truncated';
      }),
    );
  });

  it('finds two entries that changed places and an entry slipped in', () => {
    const recorded = chainOf(['a', 'b', 'c']);
    const swapped = [recorded[0]!, { ...recorded[2]!, seq: 2 }, { ...recorded[1]!, seq: 3 }];
    expect(verdict(swapped, recorded)).toBe('altered');
    expect(verdict(chainOf(['a', 'b', 'c', 'd']), recorded)).toBe('altered');
  });
});

describe('canonical bytes and commitments', () => {
  it('do not depend on the order of keys', () => {
    expect(canonicalBytes({ b: 1, a: 'é' })).toEqual(Buffer.from('{"a":"é","b":1}'));
  });

  it('bind the value and hide it behind the salt', () => {
    const first = commit({ narrative: 'two vehicles' });
    const second = commit({ narrative: 'two vehicles' });
    expect(first.commitment).not.toEqual(second.commitment);
    expect(commitmentOf(first.salt, first.value)).toEqual(first.commitment);
  });
});
