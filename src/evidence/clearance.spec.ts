import { clearanceProblems, type Clearance } from './clearance.js';

const FACE = { what: 'FACE' as const };
const PLATE = { what: 'PLATE' as const };
const OTHER = { what: 'OTHER' as const };

const fields = (said: Clearance, covered: Parameters<typeof clearanceProblems>[1]) =>
  clearanceProblems(said, covered).map(({ field }) => field);

describe('what an analyst says may leave', () => {
  it.each([
    [{ faces: 'COVERED', plates: 'COVERED' }, [FACE, PLATE], []],
    [{ faces: 'NONE_THERE', plates: 'NONE_THERE' }, [], []],
    [{ faces: 'NONE_THERE', plates: 'NONE_THERE' }, [OTHER], []],
    [{ faces: 'COVERED', plates: 'NONE_THERE' }, [FACE], []],
    [{ faces: 'COVERED', plates: 'COVERED' }, [OTHER], ['faces', 'plates']],
    [{ faces: 'NONE_THERE', plates: 'COVERED' }, [FACE, PLATE], ['faces']],
    [{ faces: 'COVERED', plates: 'NONE_THERE' }, [FACE, PLATE], ['plates']],
  ] as [Clearance, { what: 'FACE' | 'PLATE' | 'OTHER' }[], string[]][])(
    '%j agrees with what was covered, or is refused by field',
    (said, covered, wrong) => {
      expect(fields(said, covered)).toEqual(wrong);
    },
  );
});
