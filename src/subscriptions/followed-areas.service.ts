import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { BadInput, type FieldProblem } from '../platform/errors.js';
import { SchoolsService } from '../schools/schools.service.js';
import { parseAreas, type Area, type AreaFields } from './area.js';
import { drillTagOf, tagOfArea, type AreaTag, type DrillTag } from './area-tag.js';
import { SubscriptionsStore } from './subscriptions.store.js';

/** Areas as clients name them, and the tags they are kept as. */
@Injectable()
export class FollowedAreas {
  constructor(
    private readonly store: SubscriptionsStore,
    private readonly schools: SchoolsService,
    private readonly config: Config,
  ) {}

  /** The tags of areas a client names. @throws BadInput */
  async tagsFor(inputs: AreaFields[]): Promise<AreaTag[]> {
    const areas = parseAreas(inputs);
    await this.checkExistence(areas);
    return this.tagsOf(areas);
  }

  tagsOf(areas: Area[]): AreaTag[] {
    return areas.map((area) => tagOfArea(this.config.keyring, area));
  }

  /** Under which the followers of these areas hear of drills. */
  drillTagsFor(tags: readonly AreaTag[]): DrillTag[] {
    return tags.map((tag) => drillTagOf(this.config.keyring, tag));
  }

  async replace(tx: Transaction, id: string, tags: AreaTag[], drills: boolean): Promise<void> {
    await this.store.replaceAreas(tx, id, tags);
    await this.store.replaceDrillAreas(tx, id, drills ? this.drillTagsFor(tags) : []);
  }

  /** @throws BadInput naming each school or district that there is not. */
  async checkExistence(areas: Area[]): Promise<void> {
    const ids = (kind: Area['kind']) =>
      areas.flatMap((area) => (area.kind === kind && area.kind !== 'cell' ? [area.id] : []));
    const [schools, districts] = await Promise.all([
      this.schools.existingSchools(ids('school')),
      this.schools.existingDistricts(ids('district')),
    ]);
    const problems: FieldProblem[] = areas.flatMap((area, index) => {
      if (area.kind === 'school' && !schools.has(area.id))
        return [{ field: `areas.${index}.schoolId`, message: 'there is no school with this id' }];
      if (area.kind === 'district' && !districts.has(area.id))
        return [
          { field: `areas.${index}.districtId`, message: 'there is no district with this id' },
        ];
      return [];
    });
    if (problems.length > 0) throw new BadInput(problems);
  }
}
