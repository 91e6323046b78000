import type { FieldProblem } from '../../platform/errors.js';
import type { IncidentFilter } from './incident-filter.js';
import type { IncidentOrderName } from './incident-order.js';

export const MAX_NAME = 80;
/** A person keeps at most so many. */
export const MAX_VIEWS = 100;

/** What a view keeps, sealed. */
export interface ViewContent {
  name: string;
  filter: IncidentFilter;
  orderBy: IncidentOrderName;
}

/** What is wrong with a name, by field. */
export function nameProblems(name: string): FieldProblem[] {
  const field = 'name';
  if (name.trim() === '') return [{ field, message: 'must not be blank' }];
  if (name.length > MAX_NAME) return [{ field, message: `must have at most ${MAX_NAME} letters` }];
  return name.isWellFormed() && !name.includes('\0') ? [] : [{ field, message: 'must be text' }];
}

/** What is empty asks nothing, and is not kept; moments become text. */
export function contentBytes({ name, filter, orderBy }: ViewContent): Buffer {
  const asked = Object.entries(filter).filter(
    ([, value]) =>
      value !== null && value !== undefined && !(Array.isArray(value) && !value.length),
  );
  return Buffer.from(
    JSON.stringify({ name: name.trim(), filter: Object.fromEntries(asked), orderBy }),
  );
}

const MOMENTS = ['since', 'until', 'observedSince', 'observedUntil'] as const;

export function contentOf(bytes: Buffer): ViewContent {
  const content = JSON.parse(bytes.toString()) as ViewContent;
  const moments = MOMENTS.flatMap((field) => {
    const at = content.filter[field];
    return at ? [[field, new Date(at)] as const] : [];
  });
  return { ...content, filter: { ...content.filter, ...Object.fromEntries(moments) } };
}
