import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AlertsModule } from '../alerts/alerts.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { Departures } from './advocacy/departures.service.js';
import { DetailRow } from './advocacy/detail.entity.js';
import { DetailsResolver } from './advocacy/details.resolver.js';
import { DetailsService } from './advocacy/details.service.js';
import { DetailsStore } from './advocacy/details.store.js';
import { RecordedValues } from './advocacy/recorded-values.service.js';
import { AudiencePreviews } from './audience-preview.service.js';
import { CircumstancesReader } from './circumstances.service.js';
import { Corroborations } from './corroboration.service.js';
import { DecisionsResolver } from './decisions.resolver.js';
import { DispatchQueueResolver } from './dispatch-queue.resolver.js';
import { DispatchQueue } from './dispatch-queue.service.js';
import { DrillRow } from './drill.entity.js';
import { DrillsResolver } from './drills.resolver.js';
import { Drills } from './drills.service.js';
import { DrillsStore } from './drills.store.js';
import { IncidentRow, SightingRow } from './incident.entity.js';
import { IncidentActions } from './incident-actions.service.js';
import { IncidentClock } from './incident-clock.service.js';
import { IncidentMerges } from './incident-merges.service.js';
import { IncidentSteps } from './incident-steps.service.js';
import { IncidentsGateway } from './incidents.gateway.js';
import { IncidentsResolver } from './incidents.resolver.js';
import { IncidentsService } from './incidents.service.js';
import { IncidentsStore } from './incidents.store.js';
import { IncidentsWorker } from './incidents.worker.js';
import { MergeRow } from './merge.entity.js';
import { MergesStore } from './merges.store.js';
import { ProposalRow } from './proposal.entity.js';
import { Proposals } from './proposals.service.js';
import { ProposalsStore } from './proposals.store.js';
import { LegalHoldRow, RedactionRow } from './record/erasure.entity.js';
import { ErasureStore } from './record/erasure.store.js';
import { Held } from './record/held.service.js';
import { IncidentRecord } from './record/incident-record.service.js';
import { LegalHolds } from './record/legal-holds.service.js';
import { RecordResolver } from './record/record.resolver.js';
import { Redactions } from './record/redactions.service.js';
import { Retention } from './record/retention.service.js';
import { RetentionWorker } from './record/retention.worker.js';
import { ReviewFilters } from './review/filters.service.js';
import { NoteRow } from './review/note.entity.js';
import { ReviewResolver } from './review/review.resolver.js';
import { IncidentReview } from './review/review.service.js';
import { IncidentNotesResolver, NotesResolver } from './review/notes.resolver.js';
import { NoteRedaction } from './review/note-redaction.service.js';
import { NotesService } from './review/notes.service.js';
import { NotesStore } from './review/notes.store.js';
import { ReviewRow } from './review/review.entity.js';
import { ReviewStore } from './review/review.store.js';
import { Reviewed } from './review/reviewed.service.js';
import { ReviewedWorker } from './review/reviewed.worker.js';
import { SavedViewRow } from './review/saved-view.entity.js';
import { SavedViewsResolver } from './review/saved-views.resolver.js';
import { SavedViews } from './review/saved-views.service.js';
import { SavedViewsStore } from './review/saved-views.store.js';
import { TimelineResolver } from './review/timeline.resolver.js';
import { StandingProposals } from './standing-proposals.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      ...[IncidentRow, SightingRow, ProposalRow, MergeRow, DrillRow, DetailRow],
      ...[ReviewRow, NoteRow, SavedViewRow],
    ]),
    TypeOrmModule.forFeature([RedactionRow, LegalHoldRow]),
    AlertsModule,
    DeliveryModule,
    SubscriptionsModule,
    SchoolsModule,
  ],
  providers: [
    IncidentsStore,
    ProposalsStore,
    StandingProposals,
    MergesStore,
    DrillsStore,
    DetailsStore,
    IncidentsService,
    CircumstancesReader,
    IncidentSteps,
    Proposals,
    IncidentActions,
    IncidentMerges,
    Corroborations,
    Drills,
    IncidentClock,
    DispatchQueue,
    AudiencePreviews,
    DetailsService,
    Departures,
    ReviewStore,
    Reviewed,
    ReviewedWorker,
    ReviewFilters,
    IncidentReview,
    ReviewResolver,
    NotesStore,
    NotesService,
    NoteRedaction,
    NotesResolver,
    IncidentNotesResolver,
    SavedViewsStore,
    SavedViews,
    SavedViewsResolver,
    TimelineResolver,
    IncidentsWorker,
    IncidentsGateway,
    IncidentsResolver,
    DecisionsResolver,
    DrillsResolver,
    DispatchQueueResolver,
    DetailsResolver,
    RecordedValues,
    ErasureStore,
    Held,
    IncidentRecord,
    LegalHolds,
    Redactions,
    Retention,
    RetentionWorker,
    RecordResolver,
  ],
  exports: [IncidentsService, Corroborations, ReviewFilters, Reviewed, SavedViews],
})
export class IncidentsModule {}
