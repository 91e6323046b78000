import { Heap } from '../../bench/scaling/heap.js';
import { line, median, quantile } from '../../bench/scaling/figures.js';
import { RowLock, Servers, Streams } from '../../bench/scaling/resources.js';
import { Gate, Timeline, type Process } from '../../bench/scaling/timeline.js';
import { spansOf, type Span } from '../../bench/scaling/spans.js';
import { seeded } from '../support/seeded.js';

it('a heap gives the least first', () => {
  const random = seeded(3);
  const keys = Array.from({ length: 500 }, () => Math.floor(random() * 100));
  const heap = new Heap<number>();
  keys.forEach((key) => heap.push(key, key));
  expect(keys.map(() => heap.pop()!.value)).toEqual(keys.toSorted((a, b) => a - b));
  expect(heap.pop()).toBeUndefined();
});

it('cores serve in the order of asking, as many at once as there are', () => {
  const cores = new Servers(2);
  expect([cores.take(0, 10), cores.take(0, 20), cores.take(0, 5)]).toEqual([10, 20, 15]);
  expect(cores.delay(0, 1)).toBe(15);
  expect(cores.busyMillis).toBe(36);
});

it('a row is locked by one alone, or by several together', () => {
  const row = new RowLock();
  expect([row.shared(0, 10), row.shared(5, 10)]).toEqual([10, 15]);
  expect([row.alone(6, 10), row.alone(6, 10)]).toEqual([25, 35]);
  expect(row.shared(20, 5)).toBe(40);
  expect(row.heldMillis).toBe(15 + 20 + 5);
});

it('a connection has so many requests at once', () => {
  const streams = new Streams(2);
  expect([
    streams.send(0, 10),
    streams.send(0, 30),
    streams.send(0, 10),
    streams.send(0, 10),
  ]).toEqual([10, 30, 20, 30]);
});

it('processes go on in the order of time, or when a gate opens', () => {
  const time = new Timeline();
  const gate = new Gate();
  const log: string[] = [];
  function* waiting(name: string): Process {
    log.push(`${name} at ${yield gate}`);
  }
  function* opening(): Process {
    log.push(`opens at ${yield 7}`);
    time.open(gate);
    time.start(waiting('late'));
  }
  time.start(waiting('early'));
  time.start(opening());
  time.run();
  expect(log).toEqual(['opens at 7', 'early at 7', 'late at 7']);
});

it('figures: medians, quantiles, and the nearest line', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([0, 10, 20], 0.25)).toBe(5);
  expect(
    line([
      { x: 0, y: 1 },
      { x: 1, y: 3 },
      { x: 2, y: 5 },
    ]),
  ).toEqual({ from: 1, slope: 2 });
  expect(
    line([
      { x: 0, y: 5 },
      { x: 2, y: 3 },
    ]),
  ).toEqual({ from: 4, slope: 0 });
  expect(
    line([
      { x: 10, y: 1 },
      { x: 20, y: 11 },
    ]),
  ).toEqual({ from: 0, slope: 0.4 });
});

describe('spans of a connection’s statements', () => {
  const spans: Span[] = [];
  const watch = spansOf((span) => spans.push(span));
  const statement = (text: string, from: number, to: number) => {
    watch.asked(text, from);
    watch.answered(text, to);
  };

  it('are transactions of a known kind, with how long the delivery’s row was held', () => {
    statement('START TRANSACTION', 0, 1);
    watch.together(['WITH settled AS (UPDATE delivery_batch SET …)', 'COMMIT'], 5, 9);
    statement('SELECT id FROM subscription WHERE id = ANY($1) AND channel IS NOT NULL', 20, 24);
    for (const words of ['SELECT 1', 'SELECT 1 FROM delivery_batch … FOR UPDATE SKIP LOCKED']) {
      statement('START TRANSACTION', 30, 31);
      statement(words, 31, 32);
      statement('COMMIT', 32, 33);
    }
    statement('START TRANSACTION', 40, 41);
    statement('SELECT 1 FROM delivery_batch … FOR UPDATE SKIP LOCKED', 41, 42);
    statement('SELECT 1 FROM delivery WHERE id = $1 FOR SHARE', 42, 43);
    statement('COMMIT', 44, 45);
    statement('SELECT DISTINCT id FROM subscription_area area', 46, 50);
    statement('START TRANSACTION', 50, 51);
    statement('SELECT … FROM delivery WHERE id = $1 FOR UPDATE', 51, 60);
    watch.together(['INSERT INTO delivery_batch (…)', 'UPDATE delivery SET …', 'COMMIT'], 65, 70);
    expect(spans).toEqual([
      { kind: 'settle', millis: 9, heldMillis: 4 },
      { kind: 'read', millis: 4, heldMillis: 0 },
      { kind: 'claim', millis: 5, heldMillis: 2 },
      { kind: 'page', millis: 20, heldMillis: 0 },
    ]);
  });
});
