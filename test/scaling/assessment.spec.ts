import { readFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { assess } from '../../bench/scaling/assessment.js';
import { check, errorOf } from '../../bench/scaling/check.js';
import { COSTS, CostsError, costsOf, type CostsFile } from '../../bench/scaling/costs.js';
import { report } from '../../bench/scaling/report.js';
import { DEFAULTS } from '../../bench/scaling/scenario.js';
import { costing, sending } from './costs.fixture.js';

const file = JSON.parse(readFileSync('bench/scaling/costs.json', 'utf8')) as CostsFile;
const SIMULATE = 'dist/bench/scaling/simulate.command.js';

describe('an assessment', () => {
  it.each([
    ['workers', sending(20_000, 1), { sendMicros: 100 }],
    ['answers', sending(20_000, 1, { pushLatencyMs: 100 }), { sendMicros: 1 }],
    ['planning', sending(50_000, 40), { pageMillis: 100, sendMicros: 1 }],
    ['row', sending(50_000, 40), { settleMillis: 10, settleHeldMillis: 10 }],
    ['database', sending(50_000, 40, { databaseCores: 1 }), { databaseBatchMicros: 20_000 }],
    ['wal', sending(50_000, 4, { walMbPerSecond: 0.1 }), { sendMicros: 1, walSettleBytes: 1 }],
    ['network', sending(50_000, 4, { workerMbit: 1 }), { sendMicros: 1, wireBytes: 10 }],
  ] as const)('finds that the bottleneck is %s', (resource, scenario, costs) => {
    expect(assess(scenario, costing(costs)).bottleneck).toBe(resource);
  });

  it('simulates each change, and puts the one that helps most first', () => {
    const { lastSeconds, moves } = assess(sending(20_000, 1), costing({ sendMicros: 100 }));
    expect(lastSeconds).toBeCloseTo(2, 3);
    expect(moves[0]).toEqual({ change: 'twice the workers: 2', lastSeconds: expect.closeTo(1, 2) });
    expect(moves.at(-1)!.lastSeconds).toBeCloseTo(2, 3);
  });

  it('says what does not fit', () => {
    const scenario = {
      ...sending(1_000_000, 20),
      ...{ socketsShare: 0.2, apis: 2, share: 0.01, maxConnections: 500 },
    };
    const { limits } = assess(scenario, costing({ connectionLimit: 25 }));
    expect(limits).toMatchObject([
      { needed: 550, available: 500 },
      { needed: 100_000, available: 60_000, fix: 'more API processes (--apis 4)' },
    ]);
  });

  it('adds up what it costs', () => {
    const prices = {
      pricePerCoreHour: 1,
      pricePerGbMonth: 2,
      pricePerGbOut: 3,
      alertsPerMonth: 10,
    };
    const scenario = sending(1_000_000, 2, { ...prices, apis: 1, databaseCores: 4, share: 0.01 });
    const costs = costing({ subscriptionBytes: 1_000, areaBytes: 500, wireBytes: 1_000_000 });
    const { money, storageGb } = assess(scenario, costs);
    expect(storageGb).toBeCloseTo(2, 5);
    expect(money).toMatchObject({ workers: 2 * 730, rest: 5 * 730, storage: 4 });
    expect(money.perAlert).toBeCloseTo(30, 5);
    expect(money.perMonth).toBeCloseTo(7 * 730 + 4 + 300, 5);
    const sharded = assess({ ...scenario, databases: 3 }, costs).money;
    expect(sharded.rest).toBe((1 + 4 * 4) * 730);
  });

  it('has words for nobody at all', () => {
    const nobody = assess({ ...DEFAULTS, share: 0 }, costsOf(file));
    expect(nobody).toMatchObject({ audience: 0, lastSeconds: undefined });
    expect(report(DEFAULTS, nobody)).toContain('—');
  });
});

describe('the measured costs', () => {
  it('are all there, each with its unit and where it came from', () => {
    expect(Object.keys(costsOf(file)).sort()).toEqual(Object.keys(COSTS).sort());
    expect(Object.keys(file.costs).sort()).toEqual(Object.keys(COSTS).sort());
    for (const [name, { unit, from }] of Object.entries(file.costs)) {
      expect(unit).toBe(COSTS[name as keyof typeof COSTS]);
      expect(from.length).toBeGreaterThan(10);
    }
  });

  it('are refused by name where one is missing or none', () => {
    const { sendMicros, ...costs } = file.costs;
    expect(() => costsOf({ ...file, costs })).toThrow(/costs\.sendMicros\.value must be a number/);
    const wrong = { ...file.costs, sendMicros: { ...sendMicros, value: -1 } };
    expect(() => costsOf({ ...file, costs: wrong })).toThrow(CostsError);
    expect(() => costsOf(null)).toThrow(/npm run bench:costs/);
  });

  it('lead the model to the fan-outs that were watched', () => {
    const checked = check(file, costsOf(file));
    expect(checked.map(({ workers }) => workers)).toEqual(expect.arrayContaining([1, 2]));
    for (const { last, half } of checked) {
      expect(Math.abs(errorOf(last))).toBeLessThan(0.3);
      expect(Math.abs(errorOf(half))).toBeLessThan(0.3);
    }
  });
});

describe('npm run simulate', () => {
  const ask = (...args: string[]) =>
    spawnSync(process.execPath, [SIMULATE, ...args], { encoding: 'utf8' });

  it('answers in a table, or as JSON', () => {
    const network = ['--subscribers', '1000000', '--workers', '4'];
    expect(ask(...network).stdout).toMatch(
      /^The alert\n[^]*last push[^]*the bottleneck[^]*a month/,
    );
    const json = execFileSync(process.execPath, [SIMULATE, ...network, '--json'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(json)).toMatchObject({ audience: 6_000, scenario: { workers: 4 } });
    expect(ask('--check').stdout).toContain('2 workers');
    expect(ask('--help').stdout).toContain('--push-latency-ms');
  });

  it('refuses in one line, with status 2', () => {
    for (const [args, said] of [
      [['--workers', 'many'], /^--workers must be a whole number.*\n$/],
      [
        ['--costs', 'nothing.json'],
        /^--costs nothing\.json cannot be used\. There is no such file.*\n$/,
      ],
      [['--costs', 'README.md'], /^--costs README\.md cannot be used\. .*JSON.*\n$/],
      [
        ['--costs', 'package.json'],
        /^--costs package\.json cannot be used\. It has no "costs".*\n$/,
      ],
    ] as const) {
      const { status, stderr } = ask(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(said);
    }
  });
});
