import { MAX_REGIONS, regionProblems, type Region } from './regions.js';

const PAGES = [
  { width: 100, height: 50 },
  { width: 20, height: 20 },
];
const region = (change: Partial<Region> = {}): Region => ({
  ...{ page: 1, left: 10, top: 10, width: 20, height: 20, what: 'FACE' },
  ...change,
});
const fields = (...regions: Region[]) => regionProblems(regions, PAGES).map(({ field }) => field);

describe('regions', () => {
  it.each<[string, Partial<Region>]>([
    ['in the middle', {}],
    ['of the whole page', { left: 0, top: 0, width: 100, height: 50 }],
    ['in a corner', { left: 96, top: 46, width: 4, height: 4 }],
    ['of another page', { page: 2, left: 0, top: 0 }],
  ])('%s are right', (_, change) => {
    expect(fields(region(change))).toEqual([]);
  });

  it.each<[string, Partial<Region>, string]>([
    ['on no page', { page: 0 }, 'page'],
    ['on a page that is not there', { page: 3 }, 'page'],
    ['left of it', { left: -1 }, 'left'],
    ['above it', { top: -1 }, 'top'],
    ['right of it', { left: 100 }, 'left'],
    ['too wide', { width: 91 }, 'width'],
    ['too high', { height: 46 }, 'height'],
    ['of no width', { width: 0 }, 'width'],
    ['of less than nothing', { height: -20 }, 'height'],
    ['of part of a pixel', { width: 10.5 }, 'width'],
    ['that end beyond another page', { page: 2, left: 10, width: 20 }, 'width'],
  ])('%s are refused, by field', (_, change, field) => {
    expect(fields(region(), region({ top: 5, ...change }))).toContain(`regions.1.${field}`);
  });

  it('are at least one, and at most so many', () => {
    expect(fields()).toEqual(['regions']);
    expect(fields(...Array.from({ length: MAX_REGIONS + 1 }, () => region()))).toEqual(['regions']);
  });
});
