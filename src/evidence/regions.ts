import type { FieldProblem } from '../platform/errors.js';
import type { Size } from './file-types.js';

/** What is made unrecognizable. */
export const COVERED_THINGS = ['FACE', 'PLATE', 'OTHER'] as const;
export type CoveredThing = (typeof COVERED_THINGS)[number];

/** A rectangle on a page, counted from 1; in pixels of the copy, from the upper left corner. */
export interface Region {
  page: number;
  left: number;
  top: number;
  width: number;
  height: number;
  what: CoveredThing;
}

export const MAX_REGIONS = 200;

/** A rectangle smaller than this hides nothing; it was drawn by mistake. */
const MIN_SIDE = 4;

/** Everything that is wrong with the regions somebody drew, by field. */
export function regionProblems(regions: readonly Region[], pages: readonly Size[]): FieldProblem[] {
  if (regions.length === 0)
    return [
      {
        field: 'regions',
        message: 'must name at least one; where nothing is to be hidden, clear it',
      },
    ];
  if (regions.length > MAX_REGIONS)
    return [{ field: 'regions', message: `must be at most ${MAX_REGIONS} at a time` }];
  return regions.flatMap((region, index) => problemsOf(region, pages, `regions.${index}`));
}

function problemsOf(region: Region, pages: readonly Size[], field: string): FieldProblem[] {
  const page = pages[region.page - 1];
  if (!page) return [{ field: `${field}.page`, message: `must be from 1 to ${pages.length}` }];
  return [
    ...spanProblems(region.left, region.width, page.width, `${field}.left`, `${field}.width`),
    ...spanProblems(region.top, region.height, page.height, `${field}.top`, `${field}.height`),
  ];
}

/** All of it must lie on the page: a rectangle beside it was drawn on another picture. */
function spanProblems(
  start: number,
  length: number,
  whole: number,
  startField: string,
  lengthField: string,
): FieldProblem[] {
  if (!Number.isInteger(length) || length < MIN_SIDE)
    return [{ field: lengthField, message: `must be at least ${MIN_SIDE} pixels` }];
  if (start < 0 || start > whole - MIN_SIDE)
    return [{ field: startField, message: `must lie on the page, which has ${whole} pixels` }];
  if (start + length > whole)
    return [{ field: lengthField, message: `must end on the page, which has ${whole} pixels` }];
  return [];
}
