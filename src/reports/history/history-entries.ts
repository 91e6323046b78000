import { DETAIL_FIELDS, type DetailField } from '../../incidents/advocacy/detail-fields.js';
import type { LedgerEntry } from '../../ledger/ledger.store.js';
import type { MadeIncident } from './plausible-incident.js';

/** Each says of itself that it was made up. */
const SYNTHETIC = { synthetic: true };

/** What the ledger holds of one incident, in order of time. */
export function entriesOf(incident: MadeIncident): LedgerEntry[] {
  const subject = incident.id;
  const entries: LedgerEntry[] = incident.reports.map((report) => ({
    ...{ kind: 'report.filed', subject, at: report.filedAt, actor: report.authorId },
    facts: { reportId: report.id, to: stateAt(incident, report.filedAt), ...SYNTHETIC },
  }));
  for (const { entry, at, actor, from, to } of incident.steps)
    entries.push({
      ...{ kind: entry, subject, at, actor },
      facts: { from, to, alertId: null, ...SYNTHETIC },
    });
  const details = detailEntry(incident);
  if (details) entries.push(details);
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}

const stateAt = ({ steps }: MadeIncident, at: Date) =>
  steps.findLast((step) => step.at < at)?.to ?? 'UNVERIFIED';

const isMeasured = (field: string): boolean => DETAIL_FIELDS[field as DetailField].kind === 'count';

function detailEntry({ id, recorded }: MadeIncident): LedgerEntry | null {
  if (!recorded) return null;
  const all = Object.entries(recorded.details);
  const measured = all.filter(([field]) => isMeasured(field));
  return {
    ...{ kind: 'incident.details-recorded', subject: id, at: recorded.at, actor: recorded.by },
    facts: {
      ...{ revision: 1, ...SYNTHETIC },
      details: all.map(([field, { value, source, certainty }]) => ({
        ...{ field, source, certainty },
        ...(!isMeasured(field) && { value }),
      })),
    },
    ...(measured.length > 0 && {
      sensitive: Object.fromEntries(measured.map(([field, { value }]) => [field, value])),
    }),
  };
}
