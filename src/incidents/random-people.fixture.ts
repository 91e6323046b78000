import fc from 'fast-check';
import type { RoleName } from '../identity/roles.js';

export interface Person {
  id: string;
  organizationId: string;
  role: RoleName;
  suspended: boolean;
  /** Null: the first. */
  invitedBy: string | null;
  /** They were an admin when they invited. */
  invitedByAdmin: boolean;
}

export interface Settings {
  corroborationReports: number;
  alertsPerDistrictHour: number;
  wideAlertDevices: number;
}

/** Along one meridian: within 800 m of the next, or far from it; in two districts. */
export const PLACES = [
  { id: 'school 0', north: 0, districtId: 'd1', devices: 20 },
  { id: 'school 1', north: 500, districtId: 'd1', devices: 40 },
  { id: 'school 2', north: 1_250, districtId: 'd1', devices: 60 },
  { id: 'school 3', north: 9_000, districtId: 'd2', devices: 20 },
];
export type Place = (typeof PLACES)[number];
const LONGITUDE = -81.4;
const latitudeOf = (north: number) => 28.29 + north / 111_195;
export const placeAt = (latitude: number) =>
  PLACES.find(({ north }) => Math.abs(latitudeOf(north) - latitude) < 1e-9)!;
export const pointOf = ({ north }: Place) => ({
  latitude: latitudeOf(north),
  longitude: LONGITUDE,
});

const ROLES = ['RESPONDER', 'DISPATCHER', 'DISPATCHER', 'ADMIN'] as const;

/** Seven people of three organizations, each invited by one of those before; the first is an admin. */
export const somePeople: fc.Arbitrary<Person[]> = fc
  .array(
    fc.record({
      role: fc.constantFrom<RoleName>(...ROLES),
      organization: fc.nat(2),
      inviter: fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5),
      asAdmin: fc.constantFrom(true, true, true, false),
    }),
    { minLength: 6, maxLength: 6 },
  )
  .map((others) => [
    {
      ...{ id: 'p0', organizationId: 'o0', role: 'ADMIN', suspended: false },
      ...{ invitedBy: null, invitedByAdmin: false },
    },
    ...others.map(({ role, organization, inviter, asAdmin }, index) => ({
      ...{ id: `p${index + 1}`, organizationId: `o${organization}`, role, suspended: false },
      ...{ invitedBy: `p${inviter % (index + 1)}`, invitedByAdmin: asAdmin },
    })),
  ]);

export const someSettings: fc.Arbitrary<Settings> = fc.record({
  corroborationReports: fc.constantFrom(0, 2, 2, 3),
  alertsPerDistrictHour: fc.constantFrom(1, 2, 12, 12),
  wideAlertDevices: fc.constantFrom(10, 50, 5_000, 5_000),
});
