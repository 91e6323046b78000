import { isCoarseCell, RADII_KM, type RadiusKm } from '../geo/h3.js';
import { BadInput, type FieldProblem } from '../platform/errors.js';

/** What a family follows. It is never stored: only the tag of its {@link areaKey} is. */
export type Area =
  | { kind: 'school'; id: string }
  | { kind: 'district'; id: string }
  | { kind: 'cell'; cell: string; radiusKm: RadiusKm };

export const MAX_AREAS = 5;

/** The text whose HMAC is the tag. */
export function areaKey(area: Area): string {
  return area.kind === 'cell' ? `cell:${area.cell}:${area.radiusKm}` : `${area.kind}:${area.id}`;
}

/** An area as a client writes it: exactly one of the three. */
export interface AreaFields {
  schoolId?: string | null;
  districtId?: string | null;
  cell?: { h3: string; radiusKm: number } | null;
}

/**
 * Checks form, not existence; the same area twice counts once.
 * @throws BadInput naming each area that is wrong.
 */
export function parseAreas(inputs: AreaFields[], field = 'areas'): Area[] {
  if (inputs.length < 1 || inputs.length > MAX_AREAS)
    throw new BadInput({ field, message: `follow 1 to ${MAX_AREAS} areas` });
  const problems: FieldProblem[] = [];
  const areas = new Map<string, Area>();
  inputs.forEach((input, index) => {
    const area = parseArea(input);
    if ('problem' in area)
      problems.push({ field: `${field}.${index}.${area.at}`, message: area.problem });
    else areas.set(areaKey(area), area);
  });
  if (problems.length > 0) throw new BadInput(problems);
  return [...areas.values()];
}

function parseArea(input: AreaFields): Area | { at: string; problem: string } {
  const given = [input.schoolId, input.districtId, input.cell].filter((part) => part != null);
  if (given.length !== 1)
    return { at: 'schoolId', problem: 'give exactly one of schoolId, districtId and cell' };
  if (input.schoolId != null)
    return /^\d{12}$/.test(input.schoolId)
      ? { kind: 'school', id: input.schoolId }
      : { at: 'schoolId', problem: 'must be an NCES school id: 12 digits' };
  if (input.districtId != null)
    return /^\d{7}$/.test(input.districtId)
      ? { kind: 'district', id: input.districtId }
      : { at: 'districtId', problem: 'must be an NCES district id (LEAID): 7 digits' };
  return parseCell(input.cell!);
}

function parseCell({ h3, radiusKm }: { h3: string; radiusKm: number }) {
  if (!isCoarseCell(h3))
    return {
      at: 'cell.h3',
      problem:
        'must be an H3 cell of resolution 7 or coarser: a finer one would tell where you live',
    };
  const radius = RADII_KM.find((allowed) => allowed === radiusKm);
  if (radius === undefined)
    return { at: 'cell.radiusKm', problem: `must be one of ${RADII_KM.join(', ')}` };
  return { kind: 'cell' as const, cell: h3, radiusKm: radius };
}
