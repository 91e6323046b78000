import { CostsError } from '../../bench/scaling/costs.js';
import { readOptions, USAGE } from '../../bench/scaling/options.js';
import { DEFAULTS } from '../../bench/scaling/scenario.js';

const refusal = (...args: string[]) => {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof CostsError) return error.message;
    throw error;
  }
  return 'accepted';
};

it('has a default for everything', () => {
  expect(readOptions([])).toEqual({
    scenario: DEFAULTS,
    costs: {},
    file: 'bench/scaling/costs.json',
    ...{ json: false, check: false, help: false },
  });
});

it('takes a metro as a part, or as a number of subscribers', () => {
  expect(readOptions(['--metro', '0.2']).scenario.metro).toBe(0.2);
  const { scenario } = readOptions(['--subscribers', '1_000_000', '--metro', '250000']);
  expect([scenario.subscribers, scenario.metro]).toEqual([1_000_000, 0.25]);
});

it('takes other costs and other push services', () => {
  const { costs, scenario } = readOptions([
    ...['--cost', 'sendMicros=120', '--cost', 'deriveMicros=0', '--origins', '0.5,0.5'],
  ]);
  expect(costs).toEqual({ sendMicros: 120, deriveMicros: 0 });
  expect(scenario.origins).toEqual([0.5, 0.5]);
});

it.each([
  [['--workers', '0'], '--workers must be a whole number from 1 to 10000, got "0"'],
  [['--workers', '1.5'], '--workers must be a whole number'],
  [['--share', '2'], '--share must be a number from 0 to 1, got "2"'],
  [['--share', ''], '--share must be a number from 0 to 1, got ""'],
  [['--metro', '2e8'], '--metro must be a number from 0 to 100000000'],
  [['--origins', '0.5,0.6'], '--origins must be shares above 0 that add up to 1'],
  [['--origins', '2,-1'], '--origins must be shares above 0'],
  [['--cost', 'sendMicro=1'], 'names no cost; there are openMicros, '],
  [['--cost', 'sendMicros'], '--cost sendMicros=VALUE must be a number'],
  [['--subscribers', '1e9', '--metro', '1'], 'lower --share or --metro'],
  [['--metro', '6'], 'an alert to nobody: raise --subscribers, --share or --metro'],
  [['--share', '0'], 'an alert to nobody'],
  [['--wrkers', '3'], "Unknown option '--wrkers'. npm run simulate"],
  [['more'], 'npm run simulate -- --help lists them'],
])('refuses %j by its name', (args, said) => {
  expect(refusal(...args)).toContain(said);
});

it('describes every option that it takes', () => {
  const described = [...USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  expect(described).toHaveLength(new Set(described).size);
  expect(described.length).toBeGreaterThan(25);
  for (const name of described.filter((name) => !['json', 'check', 'help'].includes(name!)))
    expect(refusal(`--${name}`, 'x')).not.toContain('Unknown option');
});
