import { createHash } from 'node:crypto';
import { handedOver, type HandedOver } from './handed-over.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Takes as much as it is told to, and says what was told of the end, and when. */
async function take(
  parts: string[],
  { most = Infinity, failing = false, refused = false } = {},
): Promise<{ taken: string[]; told: string[]; of: HandedOver[]; error?: unknown }> {
  const taken: string[] = [];
  const told: string[] = [];
  const of: HandedOver[] = [];
  async function* source() {
    for (const part of parts) yield Buffer.from(part);
    if (failing) throw new Error('lost');
  }
  const end = (name: string) => async (all: HandedOver) => {
    told.push(`${name} after ${taken.length}`);
    of.push(all);
    if (refused && name === 'whole') throw new Error('refused');
  };
  try {
    for await (const chunk of handedOver(source(), {
      whole: end('whole'),
      broken: end('broken'),
    })) {
      taken.push(chunk.toString());
      if (taken.length >= most) break;
    }
  } catch (error) {
    return { taken, told, of, error };
  }
  return { taken, told, of };
}

describe('bytes that are handed over', () => {
  it('are all on record before the last leave', async () => {
    const { taken, told, of } = await take(['a', 'bc', '', 'd']);
    expect(taken).toEqual(['a', 'bc', 'd']);
    expect(told).toEqual(['whole after 2']);
    expect(of).toEqual([{ bytes: 4, sha256: sha256('abcd') }]);
  });

  it('are on record as far as they went, when whoever took them goes away', async () => {
    const { told, of } = await take(['a', 'bc', 'd'], { most: 2 });
    expect(told).toEqual(['broken after 2']);
    expect(of).toEqual([{ bytes: 3, sha256: sha256('abc') }]);
  });

  it('are on record as far as they went, when reading fails', async () => {
    const { taken, told, of, error } = await take(['a', 'bc'], { failing: true });
    expect(taken).toEqual(['a']);
    expect(told).toEqual(['broken after 1']);
    expect(of[0]!.bytes).toBe(1);
    expect(error).toEqual(new Error('lost'));
  });

  it('do not end when the record cannot be made', async () => {
    const { taken, told, error } = await take(['a', 'b'], { refused: true });
    expect(taken).toEqual(['a']);
    expect(told).toEqual(['whole after 1', 'broken after 1']);
    expect(error).toEqual(new Error('refused'));
  });

  it('may be none', async () => {
    const { told, of } = await take([]);
    expect(told).toEqual(['whole after 0']);
    expect(of).toEqual([{ bytes: 0, sha256: sha256('') }]);
  });
});
