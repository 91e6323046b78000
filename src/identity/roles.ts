export const ROLES = ['RESPONDER', 'DISPATCHER', 'ANALYST', 'ADMIN'] as const;
export type RoleName = (typeof ROLES)[number];

/** Who may use a field: everybody, a family with its subscriber token, or staff of these roles. */
export type Access = RoleName | 'PUBLIC' | 'SUBSCRIBER';

export const ANY_STAFF: readonly RoleName[] = ROLES;
/** An admin of a small network dispatches too. */
export const DISPATCH: readonly RoleName[] = ['DISPATCHER', 'ADMIN'];
/** Who reads the ledger, and proves what it says. */
export const READ_LEDGER: readonly RoleName[] = ['DISPATCHER', 'ANALYST', 'ADMIN'];
/** Who, two together, may remove a value from the ledger. */
export const REDACT: readonly RoleName[] = ['ANALYST', 'ADMIN'];
export const REPORT: readonly RoleName[] = ['RESPONDER', 'DISPATCHER', 'ADMIN'];
/** Those who write down, after the fact, what an incident was; and who read it. */
export const CHRONICLE: readonly RoleName[] = ['DISPATCHER', 'ANALYST', 'ADMIN'];
/** Those who keep what districts promised. */
export const KEEP_POLICIES: readonly RoleName[] = ['ANALYST', 'ADMIN'];
/** Those who take the record out. */
export const EXPORT: readonly RoleName[] = ['ANALYST', 'ADMIN'];

/** Those who read originals, cover what must not be seen, and say what may leave. */
export const KEEP_EVIDENCE: readonly RoleName[] = ['ANALYST', 'ADMIN'];

/** Those who keep what families, schools and responders are told to do. */
export const KEEP_RESOURCES: readonly RoleName[] = ['ANALYST', 'ADMIN'];

/** A member of staff, as far as the rules need to know. */
export interface Member {
  id: string;
  role: RoleName;
  organizationId: string;
  /** Calendar day until which the training counts; null: it does not lapse. */
  certifiedUntil: string | null;
  suspended: boolean;
}

/**
 * Whether a member may invite somebody in this role to this organization: an admin anybody, a
 * dispatcher responders of the dispatcher's own organization.
 */
export function mayInvite(
  inviter: Pick<Member, 'role' | 'organizationId' | 'suspended'>,
  role: RoleName,
  organizationId: string,
): boolean {
  if (inviter.suspended) return false;
  if (inviter.role === 'ADMIN') return true;
  return (
    inviter.role === 'DISPATCHER' &&
    role === 'RESPONDER' &&
    inviter.organizationId === organizationId
  );
}

/** Training counts through the last day it is certified for. `today` is a calendar day. */
export function isCertified(member: Pick<Member, 'certifiedUntil'>, today: string): boolean {
  return member.certifiedUntil === null || member.certifiedUntil >= today;
}

const YEAR_DAYS = 365;

/** A responder is certified for a year unless the invite says otherwise; others need no date. */
export function certifiedUntil(
  role: RoleName,
  asked: string | null | undefined,
  now: Date,
): string | null {
  if (asked) return asked;
  if (role !== 'RESPONDER') return null;
  return new Date(now.getTime() + YEAR_DAYS * 86_400_000).toISOString().slice(0, 10);
}
