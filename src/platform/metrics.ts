import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Every metric of the service, in one place. Labels never carry a person, a place or an endpoint. */
export const MetricName = {
  reports: 'campana_reports_total',
  verifications: 'campana_verifications_total',
  pushes: 'campana_pushes_total',
  pushSeconds: 'campana_push_seconds',
  firstPushSeconds: 'campana_verification_to_first_push_seconds',
  stageSeconds: 'campana_fan_out_stage_seconds',
  lastPushSeconds: 'campana_verification_to_last_push_seconds',
  correctionSeconds: 'campana_verification_to_correction_seconds',
  keysAhead: 'campana_keys_ahead',
  queueDepth: 'campana_queue_depth',
  sockets: 'campana_sockets',
  operatorCalls: 'campana_operator_calls_total',
} as const;

/** Alerts last up to four hours. */
const LONG_SECONDS = [60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
/** A push service that is near answers within milliseconds. */
const PUSH_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 20];
const SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900];

/** A batch takes milliseconds where all is well. */
const STAGE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What a fan-out consists of: a page of the audience is planned; a batch is loaded (claimed and
 * read), sent (which is opening its channels, encryption, and the push services' answers), settled.
 */
export type Stage = 'plan' | 'load' | 'open' | 'encrypt' | 'send' | 'settle';

@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly reports = this.counter(MetricName.reports, 'Reports filed', ['activity']);
  readonly verifications = this.counter(MetricName.verifications, 'Incidents verified', []);
  readonly pushes = this.counter(MetricName.pushes, 'Push attempts by push service and outcome', [
    'host',
    'outcome',
  ]);
  readonly pushSeconds = this.histogram(
    MetricName.pushSeconds,
    'Time of one push request',
    PUSH_SECONDS,
  );
  readonly firstPushSeconds = this.histogram(
    MetricName.firstPushSeconds,
    'From verification to the first accepted push',
  );
  readonly lastPushSeconds = this.histogram(
    MetricName.lastPushSeconds,
    'From verification to the last accepted push',
  );
  readonly stageSeconds = this.histogram(
    MetricName.stageSeconds,
    'Time of one page or batch in each stage of a fan-out, drills apart',
    STAGE_SECONDS,
    ['stage'],
  );
  readonly correctionSeconds = this.histogram(
    MetricName.correctionSeconds,
    'From verification to the all-clear or the retraction',
    LONG_SECONDS,
  );
  readonly operatorCalls = this.counter(
    MetricName.operatorCalls,
    'Times something needed the operator',
    ['reason'],
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A gauge read when it is scraped. */
  gauge(name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => unknown) {
    return new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        await collect(this);
      },
    });
  }

  private counter(name: string, help: string, labelNames: string[]) {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** Times of stages, in ms. */
  took(times: Partial<Record<Stage, number>>): void {
    for (const [stage, millis] of Object.entries(times))
      this.stageSeconds.observe({ stage }, millis / 1_000);
  }

  private histogram(
    name: string,
    help: string,
    buckets: number[] = SECONDS,
    labelNames: string[] = [],
  ) {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}
