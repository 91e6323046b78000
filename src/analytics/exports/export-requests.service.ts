import { Injectable } from '@nestjs/common';
import type { Viewer } from '../../identity/access.js';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { SavedViews } from '../../incidents/review/saved-views.service.js';
import { Database } from '../../platform/database.js';
import { NotFound } from '../../platform/errors.js';
import type { Manifest } from './export-manifest.js';
import { ExportRecord, type Asked } from './export-record.service.js';
import type { ExportRequest } from './export-request.js';
import { ExportsStore } from './exports.store.js';

/** What somebody asks for, and what is known of what they asked for. */
@Injectable()
export class ExportRequests {
  constructor(
    private readonly database: Database,
    private readonly store: ExportsStore,
    private readonly record: ExportRecord,
    private readonly views: SavedViews,
  ) {}

  /** With the filter of the view that is named. @throws NotFound */
  async asked(viewer: Viewer, request: ExportRequest): Promise<Asked> {
    const { format, hxl, releaseId = null, viewId } = request;
    const filter = viewId ? await this.filterOfView(viewer, viewId) : request.filter!;
    return { format, filter, hxl, releaseId };
  }

  /** To whoever asked for the export, and to admins. @throws NotFound */
  async manifest({ id, role }: Viewer, exportId: string): Promise<Manifest> {
    const row = await this.store.byId(this.database.reader, exportId);
    if (!row || (row.askedBy !== id && role !== 'ADMIN'))
      throw new NotFound('There is no export with this id.');
    return this.record.manifest(row);
  }

  private async filterOfView(viewer: Viewer, viewId: string): Promise<IncidentFilter> {
    const view = (await this.views.of(viewer)).find(({ id }) => id === viewId);
    if (!view) throw new NotFound('There is no view with this id.');
    return view.filter;
  }
}
