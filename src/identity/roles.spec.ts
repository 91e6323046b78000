import { ROLES, certifiedUntil, isCertified, mayInvite } from './roles.js';

const member = (role: (typeof ROLES)[number], suspended = false) => ({
  role,
  organizationId: 'a',
  suspended,
});

describe('mayInvite', () => {
  it('lets an admin invite anybody anywhere', () => {
    for (const role of ROLES) expect(mayInvite(member('ADMIN'), role, 'b')).toBe(true);
  });

  it('lets a dispatcher invite responders of their own organization, and nobody else', () => {
    expect(mayInvite(member('DISPATCHER'), 'RESPONDER', 'a')).toBe(true);
    expect(mayInvite(member('DISPATCHER'), 'RESPONDER', 'b')).toBe(false);
    for (const role of ['DISPATCHER', 'ANALYST', 'ADMIN'] as const)
      expect(mayInvite(member('DISPATCHER'), role, 'a')).toBe(false);
  });

  it('lets nobody else, and nobody suspended', () => {
    for (const role of ROLES) {
      expect(mayInvite(member('RESPONDER'), role, 'a')).toBe(false);
      expect(mayInvite(member('ANALYST'), role, 'a')).toBe(false);
      expect(mayInvite(member('ADMIN', true), role, 'a')).toBe(false);
    }
  });
});

describe('certification', () => {
  it('counts through its last day', () => {
    expect(isCertified({ certifiedUntil: '2026-09-30' }, '2026-09-30')).toBe(true);
    expect(isCertified({ certifiedUntil: '2026-09-30' }, '2026-10-01')).toBe(false);
    expect(isCertified({ certifiedUntil: null }, '2026-10-01')).toBe(true);
  });

  it('is a year for a responder unless asked otherwise', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    expect(certifiedUntil('RESPONDER', undefined, now)).toBe('2027-01-01');
    expect(certifiedUntil('RESPONDER', '2026-02-01', now)).toBe('2026-02-01');
    expect(certifiedUntil('DISPATCHER', undefined, now)).toBeNull();
  });
});
