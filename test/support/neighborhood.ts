import { latLngToCell } from 'h3-js';
import type { PushService } from '../push-service/push-service.js';
import { subscribePush, type Area, type PushFamily } from './family.js';
import { ask } from './graphql.js';
import { UPDATE_SUBSCRIPTION } from './operations.js';
import { PLACES } from './staff.js';

export const DISTRICTS = ['1201470', '1201440'];
const EVERYWHERE: Area[] = DISTRICTS.map((districtId) => ({ districtId }));
/** So far from all that happens that no alert is for them. */
const FAR_AWAY: Area[] = [
  { cell: { h3: latLngToCell(PLACES.apopka.latitude, PLACES.apopka.longitude, 7), radiusKm: 2 } },
];
const ROVERS = 4;
const MOST = 40;

/** A family with a phone, and how steady it is. */
export interface Household extends PushFamily {
  name: string;
  /** Drills too, from the start to the end; undefined: only for a while. */
  drills: boolean | undefined;
  /** What it follows from the start to the end; undefined: it moves about. */
  districts: string[] | undefined;
  left: boolean;
}

/** Families: some stay as they are, some move about, come late or leave. */
export class Neighborhood {
  readonly all: Household[] = [];

  private constructor(
    private readonly url: string,
    private readonly push: PushService,
  ) {}

  static async of(url: string, push: PushService): Promise<Neighborhood> {
    const hood = new Neighborhood(url, push);
    for (const drills of [false, true]) {
      const kind = drills ? 'practising' : 'public';
      await hood.join(`${kind}, both districts`, EVERYWHERE, drills, DISTRICTS);
      for (const district of DISTRICTS)
        await hood.join(`${kind}, ${district}`, [{ districtId: district }], drills, [district]);
      await hood.join(`${kind}, far away`, FAR_AWAY, drills, []);
    }
    for (let n = 0; n < ROVERS; n++) await hood.join(`rover ${n}`, EVERYWHERE, false);
    return hood;
  }

  /** Somebody who does not stay as they are does something about it. */
  async move(choose: (options: number) => number): Promise<void> {
    const restless = this.all.filter((one) => !one.districts && !one.left && !this.busy.has(one));
    const who = restless[choose(restless.length)];
    const areas = choose(3) === 0 ? FAR_AWAY : EVERYWHERE;
    const drills = choose(3) === 0;
    const what = choose(5);
    if (what === 0 && this.all.length < MOST) {
      await this.join(`newcomer ${this.all.length}`, areas, drills);
    } else if (what === 1 && who && restless.length > ROVERS) {
      who.left = true;
      await ask(this.url, 'mutation { unsubscribe }', {}, who.token);
    } else if (who) {
      this.busy.add(who);
      // Before it is asked for: from then on a drill's message may come.
      const input = { areas, drills };
      if (drills) this.practised.add(who);
      await ask(this.url, UPDATE_SUBSCRIPTION, { input }, who.token);
      this.busy.delete(who);
    }
  }

  /** Whether it ever asked for drills. */
  hasPractised = (household: Household): boolean =>
    household.drills ?? this.practised.has(household);

  private readonly practised = new Set<Household>();
  /** About to change what they follow: they do not leave at the same moment. */
  private readonly busy = new Set<Household>();

  private async join(name: string, areas: Area[], drills: boolean, districts?: string[]) {
    const family = await subscribePush(this.url, this.push, areas, 'en', drills);
    const household = { ...family, name, districts, left: false };
    this.all.push({ ...household, drills: districts ? drills : undefined });
    if (!districts && drills) this.practised.add(this.all.at(-1)!);
  }
}
