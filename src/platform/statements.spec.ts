import { joined, statement, type Filled } from './statements.js';

const insert = (text: string, ...values: unknown[]): Filled => ({
  made: statement(text, 'insert'),
  values,
});
const call = (text: string, ...values: unknown[]): Filled => ({
  made: statement(text, 'call'),
  values,
});
const alone = (text: string, ...values: unknown[]): Filled => ({ made: statement(text), values });

const shown = (all: Filled[]) => joined(all).map(({ made, values }) => [made.text, ...values]);

it('makes one statement of inserts and calls, with the parameters of all', () => {
  const all = [
    call(`SELECT set_config('a', 'b', true)`),
    insert('INSERT INTO one VALUES ($1, $2)', 1, 2),
    call('SELECT tell($1)', 3),
    insert('INSERT INTO two VALUES ($2, $1)', 4, 5),
  ];
  expect(shown(all)).toEqual([
    [
      'WITH part0 AS (INSERT INTO one VALUES ($1, $2)), part1 AS (INSERT INTO two VALUES ($5, $4)) ' +
        `SELECT set_config('a', 'b', true), tell($3)`,
      ...[1, 2, 3, 4, 5],
    ],
  ]);
  const [first, again] = [joined(all)[0]!, joined(all)[0]!];
  expect(again.made).toBe(first.made);
});

it('keeps the order, and leaves by itself what stands alone or is not a part', () => {
  const all = [
    insert('INSERT INTO one VALUES ($1)', 1),
    alone('SELECT append($1)', 2),
    call('SELECT tell($1)', 3),
    call('SELECT tell($1)', 4),
  ];
  expect(shown(all)).toEqual([
    ['INSERT INTO one VALUES ($1)', 1],
    ['SELECT append($1)', 2],
    ['SELECT tell($1), tell($2)', 3, 4],
  ]);
});

it('has no call where there is none, and joins no more than eight', () => {
  const all = Array.from({ length: 10 }, (_, n) => insert('INSERT INTO one VALUES ($1)', n));
  const made = shown(all);
  expect(made.map(([, ...values]) => values)).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7],
    [8, 9],
  ]);
  expect(made[1]![0]).toBe(
    'WITH part0 AS (INSERT INTO one VALUES ($1)), part1 AS (INSERT INTO one VALUES ($2)) SELECT ',
  );
});

it('joins nothing where there is nothing', () => {
  expect(joined([])).toEqual([]);
});
