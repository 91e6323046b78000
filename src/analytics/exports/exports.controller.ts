import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { EXPORT } from '../../identity/roles.js';
import { UuidArgument } from '../../platform/ids.js';
import { dictionaryCsv } from './dictionary.js';
import { ExportFiles, type FilePart } from './export-files.service.js';
import { CONTENT_TYPES, EXPORT_FORMATS, readExportQuery } from './export-request.js';
import type { ExportFormat } from './export-request.js';
import { ExportRequests } from './export-requests.service.js';
import { ExportStreams } from './export-streams.service.js';
import type { RangeHeaders } from './range.js';

/** What staff take out of the record. See docs/analysts.md. */
@AllowedTo(...EXPORT)
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly requests: ExportRequests,
    private readonly streams: ExportStreams,
    private readonly files: ExportFiles,
  ) {}

  @Get(EXPORT_FORMATS.map((format) => `incidents.${format}`))
  async incidents(
    @CurrentStaff() viewer: Viewer,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // To ask what there would be must put no export on record.
    if (request.method === 'HEAD') return void reply.status(405).header('allow', 'GET').send();
    const format = request.routeOptions.url!.split('.').at(-1) as ExportFormat;
    const asked = await this.requests.asked(viewer, readExportQuery(format, query));
    const { id, fileName, bytes } = await this.streams.begin(viewer, asked);
    attached(reply, fileName, format)
      .header('campana-export', id)
      .header('link', `</exports/${id}/manifest.json>; rel="describedby"`);
    await reply.send(Readable.from(bytes, { objectMode: false }));
  }

  @Get('dictionary.csv')
  @Header('content-type', CONTENT_TYPES.csv)
  @Header('cache-control', 'no-store')
  dictionary() {
    return dictionaryCsv();
  }

  @Get(':id/manifest.json')
  @Header('cache-control', 'no-store')
  async manifest(
    @CurrentStaff() viewer: Viewer,
    @Param('id', new UuidArgument()) id: string,
  ): Promise<object> {
    return this.requests.manifest(viewer, id);
  }

  @Get(':id/file')
  async file(
    @CurrentStaff() viewer: Viewer,
    @Param('id', new UuidArgument()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const part = await this.files.part(viewer, id, request.headers as RangeHeaders);
    const { answer, size, etag } = part;
    attached(reply, part.fileName, part.format).header('accept-ranges', 'bytes');
    void reply.header('etag', etag).header('campana-export', id);
    if (answer.kind === 'unmodified') return void reply.status(304).send();
    if (answer.kind === 'unsatisfiable')
      return void reply.status(416).header('content-range', `bytes */${size}`).send();
    await this.send(reply, part, request.method === 'HEAD');
  }

  private async send(reply: FastifyReply, part: FilePart, headOnly: boolean): Promise<void> {
    const { answer, size } = part;
    const { from, to } = answer.kind === 'part' ? answer.range : { from: 0, to: size - 1 };
    void reply.header('content-length', String(to - from + 1));
    if (answer.kind === 'part')
      void reply.status(206).header('content-range', `bytes ${from}-${to}/${size}`);
    if (headOnly) return void reply.send();
    const bytes = await part.bytes({ from, to });
    await reply.send(Readable.from(bytes, { objectMode: false }));
  }
}

const attached = (reply: FastifyReply, name: string, format: ExportFormat): FastifyReply =>
  reply
    .header('content-type', CONTENT_TYPES[format])
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff');
