import fc from 'fast-check';
import { leafOf } from './chain.js';
import {
  EMPTY_ROOT,
  GrowingTree,
  consistencyNeeds,
  consistencyProof,
  growsFrom,
  includes,
  inclusionNeeds,
  inclusionProof,
  nodeOf,
  rootNeeds,
  treeRoot,
  type HashAt,
} from './merkle.js';

/** MTH of RFC 6962, 2.1, word for word. */
function mth(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return nodeOf(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

const hashesOf =
  (leaves: Buffer[]): HashAt =>
  ({ level, index }) =>
    mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => leafOf(Buffer.from([n])));
const hex = (hashes: Buffer[]) => hashes.map((hash) => hash.toString('hex'));

/** The eight inputs, the roots and the proofs of the reference implementation's own tests. */
const KNOWN = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const KNOWN_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the tree, against known answers', () => {
  const leaves = KNOWN.map((text) => leafOf(Buffer.from(text, 'hex')));
  const at = hashesOf(leaves);

  it('has the roots', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(hex(KNOWN.map((_, n) => treeRoot(n + 1, at)))).toEqual(KNOWN_ROOTS);
    const tree = new GrowingTree();
    for (const [n, leaf] of leaves.entries()) {
      tree.add(leaf);
      expect(tree.root().toString('hex')).toBe(KNOWN_ROOTS[n]);
    }
  });

  it('has the inclusion proofs', () => {
    expect(inclusionProof(0, 1, at)).toEqual([]);
    expect(hex(inclusionProof(0, 8, at))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(inclusionProof(5, 8, at))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(inclusionProof(2, 3, at))).toEqual([KNOWN_ROOTS[1]]);
  });

  it('has the consistency proofs', () => {
    expect(consistencyProof(1, 1, at)).toEqual([]);
    expect(hex(consistencyProof(1, 8, at))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(consistencyProof(6, 8, at))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(consistencyProof(2, 5, at))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });
});

describe('the tree, of any size', () => {
  const ALL = leavesOf(70);
  const at = hashesOf(ALL);
  const sizes = fc.integer({ min: 1, max: ALL.length });
  const roots = [EMPTY_ROOT, ...ALL.map((_, n) => mth(ALL.slice(0, n + 1)))];

  it('has the root that the definition has, at once and leaf by leaf', () => {
    const tree = new GrowingTree();
    for (const [n, leaf] of ALL.entries()) {
      expect([treeRoot(n, at), tree.root(), tree.size]).toEqual([roots[n], roots[n], n]);
      tree.add(leaf);
    }
  });

  it('proves each leaf where it stands, and nowhere else, and no other', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, which, other) => {
        const [index, elsewhere] = [which % size, other % size];
        const path = inclusionProof(index, size, at);
        const proves = (leaf: number, place: number) =>
          includes(ALL[leaf]!, place, size, path, roots[size]!);
        return (
          proves(index, index) &&
          (elsewhere === index || (!proves(index, elsewhere) && !proves(elsewhere, index)))
        );
      }),
    );
  });

  it('proves that it grew, and not from another', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (to, smaller, other) => {
        const [from, wrong] = [smaller % (to + 1), other % (to + 1)];
        const path = consistencyProof(from, to, at);
        return (
          growsFrom(from, to, roots[from]!, roots[to]!, path) &&
          (wrong === from || !growsFrom(from, to, roots[wrong]!, roots[to]!, path))
        );
      }),
    );
  });

  it('believes no proof that was changed, cut or lengthened', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(31), bit: fc.nat(7) });
    const altered = (
      path: Buffer[],
      { at: where, byte, bit }: { at: number; byte: number; bit: number },
    ) => {
      const copy = path.map((hash) => Buffer.from(hash));
      copy[where % copy.length]![byte]! ^= 1 << bit;
      return [copy, path.slice(1), path.slice(0, -1), [...path, path[0]!]];
    };
    fc.assert(
      fc.property(sizes, fc.nat(), change, (size, which, how) => {
        const index = which % size;
        const path = inclusionProof(index, size, at);
        if (path.length === 0) return true;
        return altered(path, how).every(
          (one) => !includes(ALL[index]!, index, size, one, roots[size]!),
        );
      }),
    );
    fc.assert(
      fc.property(sizes, fc.nat(), change, (to, smaller, how) => {
        const from = smaller % (to + 1);
        const path = consistencyProof(from, to, at);
        if (path.length === 0) return true;
        return altered(path, how).every(
          (one) => !growsFrom(from, to, roots[from]!, roots[to]!, one),
        );
      }),
    );
  });

  it('asks for no hash that it did not name', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, other) => {
        const named = (needs: { level: number; index: number }[]): HashAt => {
          const all = new Set(needs.map(({ level, index }) => `${level}/${index}`));
          return (subtree) => {
            if (!all.has(`${subtree.level}/${subtree.index}`)) throw new Error('not named');
            return at(subtree);
          };
        };
        inclusionProof(other % size, size, named(inclusionNeeds(other % size, size)));
        consistencyProof(
          other % (size + 1),
          size,
          named(consistencyNeeds(other % (size + 1), size)),
        );
        treeRoot(size, named(rootNeeds(size)));
      }),
    );
  });

  it('has no proof of what is not there', () => {
    expect(() => inclusionProof(3, 3, at)).toThrow(RangeError);
    expect(() => inclusionProof(-1, 3, at)).toThrow(RangeError);
    expect(() => consistencyProof(4, 3, at)).toThrow(RangeError);
    expect(includes(ALL[0]!, 0, 0, [], EMPTY_ROOT)).toBe(false);
    expect(growsFrom(3, 2, roots[3]!, roots[2]!, [])).toBe(false);
  });
});
