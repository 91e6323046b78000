import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import webPush from 'web-push';
import type { Device } from '../support/devices.js';
import { serveRounds } from '../support/peer.js';
import type { PeerSetup } from './peer-setup.js';

const POOL = 50;

/** As its documentation has it, at its best: kept-alive connections, fifty messages at once. */
serveRounds(async ({ devicesFile, payload, vapid }: PeerSetup) => {
  const devices = JSON.parse(readFileSync(devicesFile, 'utf8')) as Device[];
  const agent = new Agent({ keepAlive: true, maxSockets: POOL });
  const options = {
    agent,
    TTL: 3_600,
    urgency: 'high',
    topic: 'benchmark',
    vapidDetails: vapid,
  } as const;
  return async () => {
    let next = 0;
    const one = async () => {
      for (let device = devices[next++]; device; device = devices[next++])
        await webPush.sendNotification(
          { endpoint: device.endpoint, keys: { p256dh: device.p256dh, auth: device.auth } },
          payload,
          options,
        );
    };
    await Promise.all(Array.from({ length: POOL }, one));
    return { items: devices.length };
  };
});
