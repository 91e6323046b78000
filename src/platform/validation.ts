import {
  ValidationPipe,
  type PipeTransform,
  type Type,
  type ValidationError,
} from '@nestjs/common';
import { BadInput, type FieldProblem } from './errors.js';

/** Checks every input class: unknown properties are refused, every problem is named by field. */
export function inputValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => new BadInput(errors.flatMap((error) => problems(error, ''))),
  });
}

/** For an argument that may be left out, whose class TypeScript's metadata therefore does not name. */
export function optionalInput<T extends object>(type: Type<T>): PipeTransform {
  const pipe = inputValidation();
  return {
    transform: (value: unknown, metadata) =>
      value === null || value === undefined
        ? value
        : pipe.transform(value, { ...metadata, metatype: type }),
  };
}

function problems(error: ValidationError, parent: string): FieldProblem[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    field,
    message: message.replace(new RegExp(`^${error.property} `), ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problems(child, field))];
}
