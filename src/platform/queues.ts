import type { QueueOptions } from 'pg-boss';

/** Work of a killed process is seen as dead after this long, and taken up at the next look. */
export const HEARTBEAT_SECONDS = 10;
export const MONITOR_SECONDS = 5;

const work = {
  notify: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: 900,
  retryLimit: 1_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  retentionSeconds: 14 * 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
} satisfies QueueOptions & { notify: boolean };

/** Every queue and what it is for. A job carries ids only. */
export const QUEUES = {
  /** `{alertId}`: turn an alert into an audience and its batches. */
  fanOut: { name: 'fan-out', options: work },
  /** `{deliveryId}`: send its batches that nobody has begun, one after another. */
  lane: { name: 'delivery-lane', options: work },
  /** `{deliveryId, ordinal}`: send one batch again. */
  batch: { name: 'delivery-batch', options: work },
  /** `{incidentId}`: what the clock does to it: a proposal lapses, a warning, the end. */
  expiry: { name: 'incident-expiry', options: work },
  /** `{drillId}`: end a drill whose time is up. */
  drillEnd: { name: 'drill-end', options: work },
  /** `{day}`: look whose training lapses. */
  certifications: { name: 'certification-look', options: work },
  /** `{incidentId}`: destroy the record of who was told. */
  forget: { name: 'delivery-forget', options: work },
  /** `{evidenceId}`: make the first copy of an original. */
  evidenceCopy: { name: 'evidence-copy', options: work },
  /** `{key}`: delete a stored file unless a row has come to need it. */
  evidenceOrphan: { name: 'evidence-orphan', options: work },
  /** `{exportId}`: make the file of an export. */
  exportFile: { name: 'export-file', options: work },
  /** `{exportId}`: delete its file, or say that its end is not known. */
  exportTidy: { name: 'export-tidy', options: work },
  /** `{}`, every hour: sign what the ledger is. */
  checkpoint: { name: 'ledger-checkpoint', options: work },
  /** `{}`, every day: destroy raw detail that has been kept long enough. */
  retention: { name: 'retention', options: work },
  /** `{}`, every minute: work out what is reviewed of new incidents. */
  reviewed: { name: 'review-refresh', options: work },
} as const;
export type QueueName = keyof typeof QUEUES;

/** What a job of each queue holds. */
export interface JobData {
  fanOut: { alertId: string };
  lane: { deliveryId: string };
  batch: { deliveryId: string; ordinal: number };
  expiry: { incidentId: string };
  drillEnd: { drillId: string };
  certifications: { day: string };
  forget: { incidentId: string };
  evidenceCopy: { evidenceId: string };
  evidenceOrphan: { key: string };
  exportFile: { exportId: string };
  exportTidy: { exportId: string };
  checkpoint: Record<never, never>;
  retention: Record<never, never>;
  reviewed: Record<never, never>;
}
