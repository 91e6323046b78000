import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { EXPORT } from '../../identity/roles.js';
import { pageSize, toConnection } from '../../platform/connection.js';
import { BadInput } from '../../platform/errors.js';
import { UuidArgument } from '../../platform/ids.js';
import { ExportFiles } from './export-files.service.js';
import { hxlProblems } from './export-request.js';
import { problemsOfFilter } from './filter-words.js';
import { ExportRequests } from './export-requests.service.js';
import {
  AnswerIdentityReleaseInput,
  AskIdentityReleaseInput,
  ExportJob,
  IdentityRelease,
  IdentityReleaseConnection,
  StartExportInput,
  exportJobView,
  releaseShown,
} from './exports.graphql.js';
import { Releases } from './releases.service.js';

@Resolver(() => ExportJob)
export class ExportsResolver {
  constructor(
    private readonly files: ExportFiles,
    private readonly requests: ExportRequests,
    private readonly releases: Releases,
  ) {}

  @AllowedTo(...EXPORT)
  @Mutation(() => ExportJob, {
    description: 'Has a file made, to be fetched within a day. Progress: exportJob, or the socket.',
  })
  async startExport(@CurrentStaff() viewer: Viewer, @Args('input') input: StartExportInput) {
    const { format, hxl, viewId, filter, releaseId } = input;
    const problems = [
      ...(viewId && filter ? [{ field: 'viewId', message: 'say either a view or a filter' }] : []),
      ...problemsOfFilter(filter ?? {}),
      ...(hxl ? hxlProblems(format) : []),
    ];
    if (problems.length > 0) throw new BadInput(problems);
    const asked = await this.requests.asked(viewer, {
      ...{ format, hxl: hxl ?? false, filter: filter ?? {} },
      ...{ viewId: viewId?.toLowerCase(), releaseId: releaseId?.toLowerCase() },
    });
    return exportJobView(await this.files.start(viewer, asked));
  }

  @AllowedTo(...EXPORT)
  @Query(() => ExportJob, { nullable: true, description: 'One of your own.' })
  async exportJob(
    @CurrentStaff() viewer: Viewer,
    @Args('id', { type: () => ID }, new UuidArgument()) id: string,
  ) {
    const row = await this.files.of(viewer, id);
    return row && exportJobView(row);
  }

  @AllowedTo(...EXPORT)
  @Query(() => [ExportJob], { description: 'Your own, newest first; the last fifty.' })
  async exportJobs(@CurrentStaff() viewer: Viewer) {
    return (await this.files.listOf(viewer)).map(exportJobView);
  }

  @AllowedTo(...EXPORT)
  @Mutation(() => IdentityRelease, { description: 'An admin who is somebody else answers.' })
  async askIdentityRelease(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { reason, filter }: AskIdentityReleaseInput,
  ) {
    return releaseShown(await this.releases.ask(viewer, reason, filter));
  }

  @AllowedTo('ADMIN')
  @Mutation(() => IdentityRelease, { description: 'Approved, it holds for a day and one export.' })
  async answerIdentityRelease(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { releaseId, approve }: AnswerIdentityReleaseInput,
  ) {
    return releaseShown(await this.releases.answer(viewer, releaseId.toLowerCase(), approve));
  }

  @AllowedTo(...EXPORT)
  @Query(() => IdentityReleaseConnection, {
    description: 'Newest first: analysts see their own, admins all.',
  })
  async identityReleases(
    @CurrentStaff() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const page = await this.releases.list(viewer, pageSize(first), after);
    const rows = page.rows.map(({ node, cursor }) => ({ node: releaseShown(node), cursor }));
    return toConnection({ ...page, rows }, after);
  }
}
