import webPush from 'web-push';
import { Config } from './config.js';
import { EnvironmentError, readEnvironment } from './env.js';
import { freshSecrets } from './secrets.js';

const secrets = freshSecrets();
const [one, two] = [webPush.generateVAPIDKeys(), webPush.generateVAPIDKeys()];

const configOf = (more: Record<string, string> = {}) => {
  const environment = readEnvironment({ DATABASE_URL: 'postgres://h/d', ...secrets, ...more });
  return Config.from(environment, 'postgres://h/d', { ...secrets, ...environment.secrets });
};
const problems = (more: Record<string, string>) => {
  try {
    configOf(more);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
};

describe('VAPID keys', () => {
  it('are the current pair alone, unless earlier ones are given', () => {
    const { publicKey, privateKey, previous } = configOf().vapid;
    expect([publicKey, privateKey]).toEqual([secrets.VAPID_PUBLIC_KEY, secrets.VAPID_PRIVATE_KEY]);
    expect(previous).toEqual([]);
    expect(configOf({ VAPID_PREVIOUS_KEYS: ' ' }).vapid.previous).toEqual([]);
  });

  it('keep their ids when they become earlier ones', () => {
    const before = configOf({ VAPID_PUBLIC_KEY: one.publicKey, VAPID_PRIVATE_KEY: one.privateKey });
    const given = [two, one].map(({ publicKey, privateKey }) => `${publicKey}:${privateKey}`);
    const { vapid } = configOf({ VAPID_PREVIOUS_KEYS: given.join(', ') });
    expect(vapid.previous).toMatchObject([two, one]);
    expect(vapid.previous[1]!.keyId).toBe(before.vapid.keyId);
    expect(vapid.keyId).not.toBe(before.vapid.keyId);
  });

  it('that do not belong together are refused, each pair by its place', () => {
    expect(problems({ VAPID_PRIVATE_KEY: one.privateKey })).toEqual([
      expect.stringMatching(/^VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY/),
    ]);
    const given = `${one.publicKey}:${one.privateKey},${two.publicKey}:${one.privateKey}`;
    const wrong = problems({ VAPID_PREVIOUS_KEYS: given });
    expect(wrong).toEqual([expect.stringMatching(/^VAPID_PREVIOUS_KEYS: .* pair 2 .* pair 2/)]);
  });

  it.each(['', ':', 'a:b:c', 'CANARY', `${one.publicKey}:`, `${one.publicKey}:CANARY`])(
    'are refused without being shown: %j behind a pair',
    (pair) => {
      const given = `${one.publicKey}:${one.privateKey},${pair}`;
      const wrong = problems({ VAPID_PREVIOUS_KEYS: given }).join('\n');
      expect(wrong).toContain('VAPID_PREVIOUS_KEYS');
      for (const value of ['CANARY', one.publicKey, one.privateKey])
        expect(wrong).not.toContain(value);
    },
  );

  it('are optional with a database of one’s own, too', () => {
    expect(problems({})).toEqual([]);
  });
});
