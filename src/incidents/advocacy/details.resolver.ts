import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import type { IncidentRow } from '../incident.entity.js';
import { Incident } from '../incidents.graphql.js';
import { IncidentDeparture, departureView } from './departures.graphql.js';
import { Departures } from './departures.service.js';
import { valueWords } from './detail-fields.js';
import { DetailRecord, IncidentDetails, RecordDetailsInput, changesOf } from './details.graphql.js';
import { DetailsService } from './details.service.js';

const NOT_FOR_RESPONDERS = 'For dispatchers, analysts and admins; null for responders.';

/** Advocacy fields of an incident, and what follows from them. */
@Resolver(() => Incident)
export class DetailsResolver {
  constructor(
    private readonly service: DetailsService,
    private readonly departed: Departures,
  ) {}

  @AllowedTo(...CHRONICLE)
  @Mutation(() => Incident, {
    description: 'After the fact: each value with its source and certainty. Nothing is told.',
  })
  async recordDetails(@CurrentStaff() viewer: Viewer, @Args('input') input: RecordDetailsInput) {
    return this.service.record(viewer, input.incidentId.toLowerCase(), changesOf(input));
  }

  @ResolveField(() => IncidentDetails, {
    nullable: true,
    description: `What was recorded after the fact. ${NOT_FOR_RESPONDERS}`,
  })
  details(@CurrentStaff() viewer: Viewer, @Parent() { id }: IncidentRow) {
    return mayRead(viewer) ? this.service.of(id) : null;
  }

  @ResolveField(() => [DetailRecord], {
    nullable: true,
    description: `Every value ever recorded, oldest first. ${NOT_FOR_RESPONDERS}`,
  })
  async detailHistory(@CurrentStaff() viewer: Viewer, @Parent() { id }: IncidentRow) {
    if (!mayRead(viewer)) return null;
    const rows = await this.service.history(id);
    return rows.map((row) => ({ ...row, values: valueWords(row.value) }));
  }

  @ResolveField(() => [IncidentDeparture], {
    nullable: true,
    description: `Where practice departed from what the district had promised. ${NOT_FOR_RESPONDERS}`,
  })
  async departures(@CurrentStaff() viewer: Viewer, @Parent() incident: IncidentRow) {
    if (!mayRead(viewer)) return null;
    return (await this.departed.of(incident)).map(departureView);
  }
}

const mayRead = ({ role }: Viewer): boolean => CHRONICLE.includes(role);
