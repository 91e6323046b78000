import { RESOURCES, type Assessment, type Resource } from './assessment.js';
import { errorOf, type Checked } from './check.js';
import type { CostsFile } from './costs.js';
import type { Scenario } from './scenario.js';

/** An assessment for people. */
export function report(scenario: Scenario, answer: Assessment): string {
  return [
    section('The alert', alertRows(scenario, answer)),
    section('How much of each is used, from the decision to the end', useRows(answer)),
    section(
      `What would change that (the last push is now at ${seconds(answer.lastSeconds)})`,
      moveRows(answer),
    ),
    ...(answer.limits.length > 0 ? [section('What does not fit', limitRows(answer))] : []),
    section('What it costs', moneyRows(scenario, answer)),
  ].join('\n\n');
}

type Row = [string, string, string?];

function alertRows({ subscribers, workers, apis }: Scenario, answer: Assessment): Row[] {
  return [
    ['subscribers', count(subscribers)],
    [
      'audience',
      count(answer.audience),
      `${count(answer.pushes)} by push, ${count(answer.sockets)} by socket`,
    ],
    ['first push', seconds(answer.firstSeconds)],
    ['half of them', seconds(answer.halfSeconds)],
    ['99 of 100', seconds(answer.p99Seconds)],
    [
      'last push',
      seconds(answer.lastSeconds),
      `${count(answer.pushesPerSecond)} a second, ${several(workers, 'worker')}`,
    ],
    [
      'last socket',
      seconds(answer.lastSocketSeconds),
      several(apis, 'API process', 'API processes'),
    ],
  ];
}

const useRows = ({ use, bottleneck }: Assessment): Row[] =>
  (Object.keys(RESOURCES) as Resource[])
    .toSorted((a, b) => use[b] - use[a])
    .map((resource) => [
      percent(use[resource]),
      RESOURCES[resource],
      resource === bottleneck ? 'the bottleneck' : undefined,
    ]);

const moveRows = ({ moves, lastSeconds = 0 }: Assessment): Row[] =>
  moves.map(({ change, lastSeconds: moved }) => [
    seconds(moved),
    change,
    moved > lastSeconds * 0.97 ? 'no help' : undefined,
  ]);

const limitRows = ({ limits }: Assessment): Row[] =>
  limits.map(({ what, needed, available, fix }) => [
    what,
    `${count(needed)} of ${count(available)}`,
    fix,
  ]);

const moneyRows = (scenario: Scenario, { money, storageGb }: Assessment): Row[] => [
  ['a month', amount(money.perMonth), `with ${scenario.alertsPerMonth} such alerts`],
  ['  workers', amount(money.workers), `${scenario.workers} × ${several(scenario.cores, 'core')}`],
  ['  API and database', amount(money.rest)],
  ['  storage', amount(money.storage), `${count(storageGb)} GB, without copies and backups`],
  ['an alert', amount(money.perAlert), 'what it sends and computes, machines apart'],
];

/** How near the model comes to what was watched. */
export function checkReport({ measured }: Pick<CostsFile, 'measured'>, checked: Checked[]): string {
  const rows = checked.map(({ workers, latencyMs, devices, half, last }): Row => {
    const shown = ({ watched, predicted }: Checked['last']) =>
      `${seconds(watched)} → ${seconds(predicted)} (${signed(errorOf({ watched, predicted }))})`;
    return [
      `${several(workers, 'worker')}, ${latencyMs} ms, ${count(devices)} devices`,
      `half ${shown(half)}`,
      `last ${shown(last)}`,
    ];
  });
  const heading = `Watched → predicted. ${measured.machine.description}, ${measured.on}`;
  return section(heading, rows);
}

function section(heading: string, rows: Row[]): string {
  const width = (at: number) => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  const [first, second] = [width(0), width(1)];
  const lines = rows.map(([a, b, c = '']) =>
    `  ${a.padEnd(first)}   ${c ? b.padEnd(second) : b}   ${c}`.trimEnd(),
  );
  return [heading, ...lines].join('\n');
}

const count = (value: number) => Math.round(value).toLocaleString('en-US');
const several = (value: number, one: string, more = `${one}s`) =>
  `${value} ${value === 1 ? one : more}`;
const amount = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
const percent = (part: number) => `${Math.round(part * 100)} %`.padStart(6);
const signed = (part: number) => `${part < 0 ? '−' : '+'}${Math.abs(Math.round(part * 100))} %`;

function seconds(value: number | undefined): string {
  if (value === undefined) return '—';
  if (value >= 600) return `${Math.round(value / 60)} min`;
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}
