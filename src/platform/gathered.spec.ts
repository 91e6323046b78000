import { Gathered } from './gathered.js';

/** A lookup whose reads end when they are told to. */
function held() {
  const reads: {
    keys: string[];
    end: (values: Record<string, number>) => void;
    fail: () => void;
  }[] = [];
  const lookUp = (keys: string[]) =>
    new Promise<Map<string, number>>((resolve, reject) => {
      reads.push({
        keys,
        end: (values) => resolve(new Map(Object.entries(values))),
        fail: () => reject(new Error('down')),
      });
    });
  return { reads, lookUp };
}

const turn = () => new Promise(setImmediate);

it('asks together for what came while a read was under way, each key once', async () => {
  const { reads, lookUp } = held();
  const gathered = new Gathered(lookUp, 10);
  const first = gathered.get('a');
  const later = ['b', 'c', 'b', 'a'].map((key) => gathered.get(key));
  expect(reads.map(({ keys }) => keys)).toEqual([['a']]);
  reads[0]!.end({ a: 1 });
  expect(await first).toBe(1);
  await turn();
  expect(reads[1]!.keys).toEqual(['b', 'c', 'a']);
  reads[1]!.end({ b: 2, a: 3 });
  expect(await Promise.all(later)).toEqual([2, undefined, 2, 3]);
  expect(reads).toHaveLength(2);
});

it('asks for no more at once than it may', async () => {
  const { reads, lookUp } = held();
  const gathered = new Gathered(lookUp, 2);
  const all = ['a', 'b', 'c', 'd'].map((key) => gathered.get(key));
  for (let read = 0; read < 3; read++) {
    reads[read]!.end(Object.fromEntries(reads[read]!.keys.map((key) => [key, read])));
    await turn();
  }
  expect(reads.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c'], ['d']]);
  expect(await Promise.all(all)).toEqual([0, 1, 1, 2]);
});

it('hands a failure to those whose read failed, and goes on', async () => {
  const { reads, lookUp } = held();
  const gathered = new Gathered(lookUp, 10);
  const failing = gathered.get('a');
  const next = gathered.get('a');
  reads[0]!.fail();
  await expect(failing).rejects.toThrow('down');
  await turn();
  reads[1]!.end({ a: 1 });
  expect(await next).toBe(1);
});
