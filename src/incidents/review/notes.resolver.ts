import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import type { IncidentRow } from '../incident.entity.js';
import { Incident } from '../incidents.graphql.js';
import type { NoteRow } from './note.entity.js';
import { IncidentNote, WithdrawNoteInput, WriteNoteInput } from './notes.graphql.js';
import { NotesService } from './notes.service.js';

@Resolver(() => IncidentNote)
export class NotesResolver {
  constructor(private readonly notes: NotesService) {}

  @AllowedTo(...CHRONICLE)
  @Mutation(() => IncidentNote, { description: 'Notes are not changed: withdraw, and write anew.' })
  async writeNote(@CurrentStaff() viewer: Viewer, @Args('input') input: WriteNoteInput) {
    return this.notes.write(viewer, input.incidentId.toLowerCase(), input.text);
  }

  @AllowedTo(...CHRONICLE)
  @Mutation(() => IncidentNote, {
    description: 'Your own; an admin anybody’s. Its words go, and that there was one stays.',
  })
  async withdrawNote(@CurrentStaff() viewer: Viewer, @Args('input') { noteId }: WithdrawNoteInput) {
    return this.notes.withdraw(viewer, noteId.toLowerCase());
  }

  @ResolveField(() => String, { nullable: true, description: 'Null: it was withdrawn.' })
  text(@Parent() note: NoteRow): string | null {
    return this.notes.text(note);
  }
}

/** Adds notes to an incident. */
@Resolver(() => Incident)
export class IncidentNotesResolver {
  constructor(private readonly service: NotesService) {}

  @ResolveField(() => [IncidentNote], {
    nullable: true,
    description: 'Oldest first. For dispatchers, analysts and admins; null for responders.',
  })
  notes(@CurrentStaff() { role }: Viewer, @Parent() { id }: IncidentRow) {
    return CHRONICLE.includes(role) ? this.service.of(id) : null;
  }
}
