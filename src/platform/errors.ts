/** One wrong field of an input: its path as the client wrote it, and what is allowed. */
export interface FieldProblem {
  field: string;
  message: string;
}

export type RefusalKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'badInput'
  | 'notFound'
  | 'conflict'
  | 'rateLimited'
  | 'trainingExpired';

/** An answer of "no" that may be shown to whoever asked, in plain words. */
export abstract class Refusal extends Error {
  abstract readonly kind: RefusalKind;
  readonly fields: FieldProblem[] = [];
}

export class Unauthenticated extends Refusal {
  readonly kind = 'unauthenticated';
  constructor(message = 'Sign in first: send "Authorization: Bearer <token>".') {
    super(message);
  }
}

export class Forbidden extends Refusal {
  readonly kind = 'forbidden';
}

export class BadInput extends Refusal {
  readonly kind = 'badInput';
  override readonly fields: FieldProblem[];

  constructor(fields: FieldProblem[] | FieldProblem) {
    const list = Array.isArray(fields) ? fields : [fields];
    super(list.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.fields = list;
  }
}

export class NotFound extends Refusal {
  readonly kind = 'notFound';
}

export class Conflict extends Refusal {
  readonly kind = 'conflict';
}

export class RateLimited extends Refusal {
  readonly kind = 'rateLimited';
}

export class TrainingExpired extends Refusal {
  readonly kind = 'trainingExpired';
}
