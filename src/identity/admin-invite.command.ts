import { runCommand } from '../platform/command.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { createLogger } from '../platform/logger.js';
import { IdentityService } from './identity.service.js';
import { IdentityStore } from './identity.store.js';
import { IDENTITY_ENTITIES } from './staff.entity.js';

/** `npm run admin:invite`: a link for an admin, for when none can sign in any more. */
await runCommand(IDENTITY_ENTITIES, async ({ database, config }) => {
  const bus = new Bus(config, createLogger('silent'));
  const identity = new IdentityService(database, new IdentityStore(), config, new Clock(), bus);
  process.stdout.write(`Admin invite: ${await identity.operatorInviteUrl()}\n`);
  return 0;
});
