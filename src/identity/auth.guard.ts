import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Forbidden, Unauthenticated } from '../platform/errors.js';
import { ACCESS } from '../platform/open-to-all.js';
import { bearerToken, requestOf } from './access.js';
import { IdentityService } from './identity.service.js';
import type { Access, RoleName } from './roles.js';

/** The one gate of every route and every root field: what says nothing is closed to all. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly identity: IdentityService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access[] | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new Forbidden('Nobody may use this.');
    if (access.includes('PUBLIC')) return true;
    const request = requestOf(context);
    const token = bearerToken(request.headers.authorization);
    // A family's token is looked up by the service that owns subscriptions.
    if (access.includes('SUBSCRIBER')) {
      if (!token) throw new Unauthenticated();
      return true;
    }
    request.viewer ??= this.identity.viewerOf(token);
    const viewer = await request.viewer;
    if (!viewer) throw new Unauthenticated();
    if (access.includes(viewer.role)) return true;
    throw new Forbidden(`This is for ${listed(access as RoleName[])}; you are ${viewer.role}.`);
  }
}

const listed = (roles: RoleName[]) => roles.join(', ');
