import { once } from 'node:events';
import { until } from '../spec-origin.js';
import { accept, frame, SETTINGS, SpecPeer } from './spec-peer.js';

const [PING, GOAWAY] = [6, 7];

let peer: SpecPeer;
beforeEach(async () => {
  peer = await SpecPeer.start();
  await peer.heard(SETTINGS);
  peer.request('/1');
  await peer.heard();
});
afterEach(() => peer.stop());

test('a peer that hangs up is left at once, and what it said before is heard', async () => {
  peer.request('/2');
  peer.say(accept(1));
  peer.hangUp();
  await once(peer.own, 'end');
  const told = ['1 201', '1 closed 0', 'leaving', '3 closed undefined'];
  expect(peer.told.slice(1)).toEqual(told);
  await until(() => peer.isClosed);
});

test('a connection that fails is left at once', async () => {
  peer.own.destroy(new Error('reset'));
  await new Promise((failed) => peer.own.once('error', failed));
  expect(peer.told.slice(1)).toEqual(['leaving', '1 closed undefined']);
});

describe('a connection that ended', () => {
  test('says nothing more, and hears nothing', async () => {
    peer.client.close();
    peer.client.close();
    peer.client.destroy();
    peer.say(accept(1), frame(PING, 0, 0, 1, 2));
    await until(() => peer.isClosed);
    expect(peer.frames.filter(({ type }) => type === GOAWAY)).toHaveLength(1);
    expect(peer.frames.filter(({ type }) => type === PING)).toEqual([]);
    expect(peer.told.slice(1, 3)).toEqual(['leaving', '1 closed undefined']);
  });

  test('is cut where the peer does not read to its end', async () => {
    peer.deafen();
    await until(() => {
      peer.say(...Array(1_000).fill(frame(PING, 0, 0, 1, 2)));
      return peer.client.isLeaving;
    });
    await until(() => peer.own.destroyed);
    expect(peer.told.slice(1)).toEqual(['leaving', '1 closed undefined']);
  });
});
