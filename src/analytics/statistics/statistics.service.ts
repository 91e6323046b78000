import { Injectable } from '@nestjs/common';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { Database } from '../../platform/database.js';
import { BadInput } from '../../platform/errors.js';
import { exactInterval } from './binomial-interval.js';
import { MOST_DIMENSIONS, overlaps, type GroupByName, type MeasureName } from './grouping.js';
import { peopleBand } from './people-band.js';
import type {
  AbsencesFigure,
  IncidentFigures,
  IncidentStatistics,
  ShareFigure,
} from './statistics.graphql.js';
import { StatisticsStore, type Figures } from './statistics.store.js';

const MOST_GROUPS = 5_000;

/** Incidents in groups, and what is said of each. Drills are never among them. */
@Injectable()
export class IncidentStatisticsReader {
  constructor(
    private readonly database: Database,
    private readonly store: StatisticsStore,
    private readonly filters: ReviewFilters,
  ) {}

  /** @throws BadInput naming each field that is wrong. */
  async of(
    groupBy: GroupByName[],
    measure: MeasureName,
    filter: IncidentFilter,
  ): Promise<IncidentStatistics> {
    requireDimensions(groupBy);
    requireReal(filter);
    const ready = await this.filters.forFigures(filter);
    const [[total], groups] = await this.database.snapshot(async (tx) => [
      await this.store.figures(tx, ready, measure, [], 1),
      await this.store.figures(tx, ready, measure, groupBy, MOST_GROUPS + 1),
    ]);
    if (groups.length > MOST_GROUPS)
      throw new BadInput({
        field: 'groupBy',
        message: `makes more than ${MOST_GROUPS.toLocaleString('en')} groups: narrow the filter, or group by something coarser`,
      });
    return {
      ...{ groupBy, measure, overlapping: overlaps(groupBy), synthetic: ready.synthetic !== false },
      total: figuresView(total!, measure),
      groups: groups.map(({ keys, ...figures }) => ({
        keys,
        figures: figuresView(figures, measure),
      })),
    };
  }
}

function requireDimensions(groupBy: readonly GroupByName[]): void {
  const differ = new Set(groupBy).size === groupBy.length;
  if (groupBy.length === 0 || groupBy.length > MOST_DIMENSIONS || !differ)
    throw new BadInput({
      field: 'groupBy',
      message: `must be one or ${MOST_DIMENSIONS} different ones`,
    });
}

/** @throws BadInput where drills are asked for. */
export function requireReal({ drills }: IncidentFilter): void {
  if (drills)
    throw new BadInput({
      field: 'filter.drills',
      message: 'drills are not counted: leave it out, and read the report of each drill',
    });
}

function figuresView(figures: Figures, measure: MeasureName): IncidentFigures {
  const { incidents, confirmed, timed, quartiles } = figures;
  const view = { incidents, confirmed, minutes: null, unfounded: null, devices: null };
  switch (measure) {
    case 'INCIDENTS':
      return { ...view, absences: null };
    case 'MINUTES_TO_VERIFY':
    case 'MINUTES_TO_CORRECT': {
      const [lowerQuartile, median, upperQuartile] = quartiles ?? [null, null, null];
      const minutes = { incidents: timed!, lowerQuartile, median, upperQuartile };
      return { ...view, minutes, absences: null };
    }
    case 'SHARE_UNFOUNDED':
      return { ...view, unfounded: shareOf(figures.unfounded!, figures.settled!), absences: null };
    case 'DEVICES_TOLD': {
      const devices = { incidents: figures.told!, devices: figures.devices ?? 0 };
      return { ...view, devices, absences: null };
    }
    case 'ABSENCES':
      return { ...view, absences: absencesView(figures) };
  }
}

function shareOf(count: number, of: number): ShareFigure {
  if (of === 0) return { count, of, share: null, low: null, high: null };
  return { count, of, share: count / of, ...exactInterval(count, of) };
}

const absencesView = ({
  attended,
  above,
  below,
  excess,
  absenceRatio,
}: Figures): AbsencesFigure => ({
  incidents: attended!,
  above: shareOf(above!, attended!),
  below: below!,
  medianRatio: typeof absenceRatio === 'number' ? Math.round(absenceRatio * 10) / 10 : null,
  excess: excess && excess > 0 ? peopleBand(excess) : null,
});
