import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Behaviour, PushService } from './push-service.js';

interface ControlInput {
  count?: number;
  vapidPublicKey?: string;
  target?: string;
  behaviour?: Behaviour;
  times?: number;
}

/**
 * Steers a push service in another process, JSON over plain HTTP on 127.0.0.1:
 * `POST /devices {count, vapidPublicKey?}` makes devices, `GET /devices` tells what they received,
 * `POST /behave {target: id | 'host', behaviour, times?}`, `POST /go-away`,
 * `GET /state` → {devices, sessions, attempts, messages, refusals}.
 */
export async function startControl(service: PushService): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    run(service, request).then(
      (value) => answer(value === undefined ? 404 : 200, value ?? { error: 'not found' }),
      (error: unknown) => answer(400, { error: String(error) }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function controlOrigin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** undefined when there is no such thing to do or to do it to. */
async function run(service: PushService, request: IncomingMessage): Promise<unknown> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /devices':
      return [...service.devices.values()];
    case 'GET /state':
      return state(service);
    case 'POST /devices': {
      const { count = 1, vapidPublicKey } = (await json(request)) as ControlInput;
      return Array.from({ length: count }, () => service.createDevice(vapidPublicKey));
    }
    case 'POST /behave':
      return behave(service, (await json(request)) as ControlInput);
    case 'POST /go-away':
      service.goAway();
      return {};
    default:
      return undefined;
  }
}

function behave(service: PushService, { target, behaviour, times }: ControlInput): unknown {
  const found = target === 'host' ? target : service.devices.get(target ?? '');
  if (found === undefined || behaviour === undefined) return undefined;
  service.behave(found, behaviour, times);
  return {};
}

function state(service: PushService): unknown {
  const devices = [...service.devices.values()];
  return {
    devices: devices.length,
    sessions: service.sessions,
    attempts: devices.reduce((sum, device) => sum + device.attempts, 0),
    messages: devices.reduce((sum, device) => sum + device.received.length, 0),
    refusals: service.refusals,
  };
}
