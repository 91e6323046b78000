import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../../identity/dispatch.gateway.js';
import { Bus } from '../../platform/bus.js';
import { ExportFiles } from './export-files.service.js';
import { exportJobView } from './exports.graphql.js';

/** Tells whoever asked for a file how far it is, and nobody else. */
@Injectable()
export class ExportsGateway implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly files: ExportFiles,
    private readonly dispatch: DispatchGateway,
  ) {}

  onModuleInit(): void {
    this.bus.on('export', async ({ exportId }) => {
      if (this.dispatch.isIdle) return;
      const row = await this.files.byId(exportId);
      if (row) this.dispatch.tell([{ staffId: row.askedBy }], 'export', exportJobView(row));
    });
  }
}
