import { madeUpDigest } from './dice.js';
import type { MadePolicy } from './plausible-history.js';
import type { Cast, MadeIncident, MadeReport } from './plausible-incident.js';

/** Rows of every table that a history is in, by their columns. */
export type Rows = Record<string, unknown>[];

export function incidentRows(incidents: readonly MadeIncident[]): Record<string, Rows> {
  return {
    incident: incidents.map(incidentRow),
    incident_sighting: incidents.flatMap((incident) =>
      incident.reports.map((report) => ({
        ...{ ...seen(incident), ...placed(report), report_id: report.id, incident_id: incident.id },
        ...{ author_id: report.authorId, observed_at: report.observedAt },
      })),
    ),
    report: incidents.flatMap((incident) =>
      incident.reports.map((report) => ({
        ...{ ...seen(incident), ...placed(report), id: report.id, incident_id: incident.id },
        ...{ author_id: report.authorId, fingerprint: `\\x${madeUpDigest(report.id)}` },
        ...{ filed_at: report.filedAt, observed_at: report.observedAt },
        ...{ identified_by: [], equipment: [], drill: false },
      })),
    ),
    delivery: incidents.flatMap(deliveryRow),
    incident_detail: incidents.flatMap(detailRows),
  };
}

const seen = ({ activity, agency, agents, vehicles }: MadeIncident) => ({
  ...{ activity, agency, agents, vehicles },
});

const placed = ({ latitude, longitude, vantage }: MadeReport) => ({ latitude, longitude, vantage });

function incidentRow(incident: MadeIncident) {
  const { id, school, reports, steps, state, dismissal, verified, cell } = incident;
  const [{ latitude, longitude }] = reports as [MadeReport];
  const observed = reports.map(({ observedAt }) => observedAt.getTime());
  const told = steps.findLast(({ to }) => to === 'ACTIVE')?.at ?? null;
  return {
    ...{ id, state, dismissal, school_id: school.id, district_id: school.districtId },
    ...{ ...seen(incident), latitude, longitude, reports: reports.length, synthetic: true },
    first_observed_at: new Date(Math.min(...observed)),
    last_observed_at: new Date(Math.max(...observed)),
    opened_at: new Date(Math.min(...reports.map(({ filedAt }) => filedAt.getTime()))),
    ...{ verified_at: verified?.at ?? null, verified_by: verified?.by ?? null },
    ...{ radius_meters: told && 1_500, expires_at: told && new Date(told.getTime() + 3_600_000) },
    ...{ ended_at: steps.at(-1)!.at, confirmed_at: told },
    ...{ cleared_at: incident.clearedAt, corrected_at: incident.correctedAt },
    ...{ time_zone: school.zone, cell },
  };
}

/** As a fan-out leaves it when it is forgotten who was told: totals in tens. */
function deliveryRow({ id, told, verified }: MadeIncident): Rows {
  if (!told || !verified) return [];
  const { at } = verified;
  return [
    {
      ...{ id: told.deliveryId, incident_id: id, ordinal: 1, topic: 'synthetic', payloads: {} },
      ...{ expires: at, reach: 'AUDIENCE', created_at: at, planned_at: at, closed_at: at },
      ...{ completed_at: at, audience: told.devices, accepted: told.devices, gone: 0, failed: 0 },
    },
  ];
}

function detailRows({ id, recorded }: MadeIncident): Rows {
  if (!recorded) return [];
  return Object.entries(recorded.details).map(([field, detail]) => ({
    ...{ incident_id: id, revision: 1, field, ...detail },
    ...{ recorded_by: recorded.by, recorded_at: recorded.at },
  }));
}

/** Nobody of them can sign in: they have no session, and are suspended from the start. */
export function castRows(cast: Cast, organizationId: string, seed: number, at: Date) {
  const person = (role: string, title: string) => (id: string, index: number) => ({
    ...{ id, role, display_name: `Synthetic ${title} ${index + 1}`, suspended_at: at },
    ...{ organization_id: organizationId, created_at: at, invited_by_admin: true },
  });
  return {
    organization: [{ id: organizationId, name: `Synthetic network ${seed}`, created_at: at }],
    staff: [
      ...cast.responders.map(person('RESPONDER', 'responder')),
      ...cast.dispatchers.map(person('DISPATCHER', 'dispatcher')),
      ...cast.analysts.map(person('ANALYST', 'analyst')),
    ],
  };
}

export const policyRows = (policies: readonly MadePolicy[], by: string): Rows =>
  policies.map((policy) => ({
    ...{ id: policy.id, version: 1, district_id: policy.districtId, kind: policy.kind },
    ...{ effective_from: policy.effectiveFrom, effective_until: policy.effectiveUntil },
    ...{ source_url: policy.sourceUrl, source_sha256: policy.sourceSha256 },
    ...{ entered_at: `${policy.effectiveFrom}T12:00:00Z`, entered_by: by },
  }));
