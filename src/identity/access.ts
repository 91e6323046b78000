import {
  SetMetadata,
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { GqlExecutionContext } from '@nestjs/graphql';
import { ACCESS } from '../platform/open-to-all.js';
import type { Access, Member } from './roles.js';

/** A member of staff with the session the request came with. */
export interface Viewer extends Member {
  sessionId: string;
  displayName: string;
}

/** A request as the guard leaves it: `viewer` is undefined until a guarded field was reached. */
export interface GuardedRequest {
  headers: Record<string, string | string[] | undefined>;
  viewer?: Promise<Viewer | undefined>;
  id?: string;
}

/**
 * Says who may use a query, a mutation, or whatever returns a type. It stands in the schema's
 * extensions too, where a test walks to prove that none was forgotten.
 */
export const AllowedTo = (...access: Access[]) =>
  applyDecorators(SetMetadata(ACCESS, access), Extensions({ access }));

/** Says of an object type who may see it at the widest. */
export const VisibleTo = (...access: Access[]) => Extensions({ access });

export const requestOf = (context: ExecutionContext): GuardedRequest =>
  context.getType<string>() === 'graphql'
    ? GqlExecutionContext.create(context).getContext<{ req: GuardedRequest }>().req
    : context.switchToHttp().getRequest<GuardedRequest>();

/** The signed-in member of staff; the guard has seen to it that there is one. */
export const CurrentStaff = createParamDecorator(
  async (_: unknown, context: ExecutionContext) => requestOf(context).viewer,
);

/** The bearer token as sent, or undefined. */
export const BearerToken = createParamDecorator((_: unknown, context: ExecutionContext) =>
  bearerToken(requestOf(context).headers.authorization),
);

export function bearerToken(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  return /^Bearer ([\w-]{20,200})$/i.exec(value ?? '')?.[1];
}
