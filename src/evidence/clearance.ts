import type { FieldProblem } from '../platform/errors.js';
import type { CoveredThing, Region } from './regions.js';

/** What an analyst found of faces, or of plates: that all are covered, or that there are none. */
export const FINDINGS = ['COVERED', 'NONE_THERE'] as const;
export type Finding = (typeof FINDINGS)[number];

export interface Clearance {
  faces: Finding;
  plates: Finding;
}

const THINGS: readonly [keyof Clearance, CoveredThing][] = [
  ['faces', 'FACE'],
  ['plates', 'PLATE'],
];

/** What an analyst says must agree with what was covered so far. */
export function clearanceProblems(
  said: Clearance,
  covered: readonly Pick<Region, 'what'>[],
): FieldProblem[] {
  return THINGS.flatMap(([field, thing]) => {
    const any = covered.some(({ what }) => what === thing);
    if (said[field] === 'COVERED' && !any)
      return [{ field, message: `cannot be COVERED: no region of this copy is a ${thing}` }];
    if (said[field] === 'NONE_THERE' && any)
      return [{ field, message: `cannot be NONE_THERE: a ${thing} was covered on this copy` }];
    return [];
  });
}
