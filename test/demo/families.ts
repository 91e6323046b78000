import { latLngToCell } from 'h3-js';
import type { PushService } from '../push-service/push-service.js';
import { ask } from '../support/graphql.js';
import {
  connectSocket,
  subscribePush,
  type Area,
  type PushFamily,
  type SocketFamily,
} from '../support/family.js';
import { UPDATE_SUBSCRIPTION } from '../support/operations.js';
import { seeded } from '../support/seeded.js';
import { homes, type Place } from './census.js';
import { knownSchools, meters, shouldBeTold, type KnownSchool } from './expectation.js';

const PUSH_FAMILIES = 300;
const SOCKET_FAMILIES = 30;
const AT_ONCE = 10;

export interface Family {
  area: Area;
  locale: string;
  /** Whether it asked for drills. */
  drills: boolean;
  push: boolean;
  /** How often this device showed a message, when it last did, and as what: Actual or Exercise. */
  shown(alertId: string): { count: number; at: number; statuses: string[] };
}

/** Families placed where people live, following a school, a district or a coarse cell. */
export class Families {
  private constructor(
    readonly all: Family[],
    private readonly phones: (PushFamily & { locale: string })[],
    private readonly sockets: SocketFamily[],
    private readonly schools: KnownSchool[],
    private readonly url: string,
  ) {}

  static async settle(url: string, push: PushService): Promise<Families> {
    const random = seeded(2_026);
    const home = homes('data/population/tracts_osceola_orange_FL.csv', random);
    const schools = knownSchools();
    const families = new Families([], [], [], schools, url);
    const wishes = Array.from({ length: PUSH_FAMILIES + SOCKET_FAMILIES }, (_, index) => ({
      area: areaFor(home(), schools, random),
      locale: index % 2 === 0 ? 'es' : 'en',
      drills: index % 5 === 0,
      push: index < PUSH_FAMILIES,
    }));
    for (let from = 0; from < wishes.length; from += AT_ONCE)
      await Promise.all(
        wishes
          .slice(from, from + AT_ONCE)
          .map((wish) => (wish.push ? families.addPhone(push, wish) : families.addSocket(wish))),
      );
    return families;
  }

  summary(): string {
    const follows = (kind: keyof Area) => this.all.filter(({ area }) => area[kind]).length;
    return `${this.phones.length} phones and ${this.sockets.length} sockets, half in Spanish; ${follows('schoolId')} follow a school, ${follows('districtId')} a district, ${follows('cell')} a cell; ${this.all.filter(({ drills }) => drills).length} asked for drills`;
  }

  /** Who should be told of something at this place, by the slow and independent rule. */
  audienceOf(place: Place, radiusMeters: number): Set<Family> {
    return new Set(
      this.all.filter(({ area }) => shouldBeTold(area, place, radiusMeters, this.schools)),
    );
  }

  schoolNear(place: Place): string {
    return this.schools.reduce((a, b) => (meters(a, place) < meters(b, place) ? a : b)).id;
  }

  /** One who was told moves away before the end; the end must reach them all the same. */
  async moveAway(told: Set<Family>): Promise<void> {
    const index = this.all.findIndex((family, at) => at < PUSH_FAMILIES && told.has(family));
    const mover = this.phones[index]!;
    const far = this.schools.reduce((a, b) => (a.latitude > b.latitude ? a : b));
    const input = { areas: [{ schoolId: far.id }] };
    await ask(this.url, UPDATE_SUBSCRIPTION, { input }, mover.token);
    this.all[index] = Object.assign(this.all[index]!, { area: { schoolId: far.id } });
  }

  /** The message as two phones decrypted it, one in each language. */
  examples(alertId: string): string[] {
    return this.decrypted(alertId).flatMap(({ locale, headline, body, instruction }) => [
      `[${locale}]  ${headline}`,
      `      ${body}`,
      `      ${instruction}`,
      '',
    ]);
  }

  headlines(alertId: string): string[] {
    return this.decrypted(alertId).map(({ locale, headline }) => `[${locale}]  ${headline}`);
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }

  /** In each language, as one phone got it. */
  private decrypted(alertId: string): Record<string, unknown>[] {
    const messages = this.phones.flatMap(({ device }) => device.received.map(({ json }) => json));
    return ['en', 'es'].flatMap((locale) =>
      messages.filter((one) => one.id === alertId && one.locale === locale).slice(0, 1),
    );
  }

  private async addPhone(push: PushService, wish: Wish): Promise<void> {
    const { area, locale, drills } = wish;
    const phone = await subscribePush(this.url, push, [area], locale, drills);
    this.phones.push({ ...phone, locale });
    const messages = phone.device.received;
    const shown = () =>
      messages.map(({ json, at }): Message => ({ id: `${json.id}`, status: `${json.status}`, at }));
    this.all.splice(this.phones.length - 1, 0, { ...wish, shown: (id) => arrivals(shown(), id) });
  }

  private async addSocket(wish: Wish): Promise<void> {
    const { area, locale, drills } = wish;
    const socket = await connectSocket(this.url);
    const messages: Message[] = [];
    socket.socket.on('alert', (payload) => messages.push({ ...payload, at: Date.now() }));
    await socket.watch({ areas: [area], locale, drills });
    this.sockets.push(socket);
    this.all.push({ ...wish, shown: (id) => arrivals(messages, id) });
  }
}

type Wish = Omit<Family, 'shown'>;

interface Message {
  id: string;
  status: string;
  at: number;
}

function arrivals(messages: Message[], alertId: string) {
  const shown = messages.filter(({ id }) => id === alertId);
  return {
    count: shown.length,
    at: Math.max(0, ...shown.map(({ at }) => at)),
    statuses: shown.map(({ status }) => status),
  };
}

function areaFor(home: Place, schools: KnownSchool[], random: () => number): Area {
  const nearest = schools.reduce((a, b) => (meters(a, home) < meters(b, home) ? a : b));
  const dice = random();
  if (dice < 0.5) return { schoolId: nearest.id };
  if (dice < 0.7) return { districtId: nearest.districtId };
  const resolution = dice < 0.9 ? 7 : 6;
  const h3 = latLngToCell(home.latitude, home.longitude, resolution);
  return { cell: { h3, radiusKm: [2, 5, 10][Math.floor(random() * 3)]! } };
}
