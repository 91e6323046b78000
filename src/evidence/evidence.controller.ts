import { Controller, Get, Param, Put, Query, Req, Res, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { ANY_STAFF, CHRONICLE, KEEP_EVIDENCE } from '../identity/roles.js';
import { BadInput, NotFound, Refusal } from '../platform/errors.js';
import { UuidArgument } from '../platform/ids.js';
import { collected } from './collected.js';
import { EvidenceService } from './evidence.service.js';
import { tooLarge } from './examine.js';
import { MAX_FILE_BYTES } from './file-types.js';
import { badFile } from './formats/bad-file.js';
import { purposeOf } from './reading.js';
import { EvidenceReading, type ReadFile } from './reading.service.js';
import { UPLOAD_ROUTE, takeStreams } from './streams.js';
import { Turns } from './turns.js';

/** Each holds a whole file in memory. */
const AT_ONCE = 4;
const WAITING = 16;
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'application/pdf': 'pdf',
};
/** Nothing in a file that a browser was made to show may run, load, or tell. */
const NOTHING = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** Files in, by whoever may add, and out, by whoever may read. The file is the body, as it is. */
@Controller('evidence')
export class EvidenceController implements OnModuleInit {
  private readonly turns = new Turns(AT_ONCE, WAITING);

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly service: EvidenceService,
    private readonly reading: EvidenceReading,
  ) {}

  onModuleInit(): void {
    takeStreams(this.host.httpAdapter.getInstance<FastifyInstance>(), UPLOAD_ROUTE);
  }

  @AllowedTo(...ANY_STAFF)
  @Put(':id')
  async add(
    @CurrentStaff() viewer: Viewer,
    @Param('id', new UuidArgument()) id: string,
    @Query('incidentId', new UuidArgument('incidentId')) incidentId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES) throw tooLarge();
    const to = await this.service.destination(viewer, incidentId);
    const { row, isNew } = await this.turns.take(async () =>
      this.service.add(viewer, id, to, await bodyOf(request)),
    );
    void reply
      .status(isNew ? 201 : 200)
      .header('cache-control', 'no-store')
      .send({
        ...{ id: row.id, incidentId: row.incidentId, type: row.type, bytes: row.bytes },
        ...{ sha256: row.sha256.toString('hex'), addedAt: row.addedAt.toISOString() },
      });
  }

  @AllowedTo(...KEEP_EVIDENCE)
  @Get(':id/original')
  async original(
    @CurrentStaff() viewer: Viewer,
    @Param('id', new UuidArgument()) id: string,
    @Query('purpose') purpose: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.reading.original(viewer, id, purposeOf(purpose));
    handOut(reply, file, `evidence-${id}-original`);
  }

  @AllowedTo(...CHRONICLE)
  @Get(':id/copies/:version')
  async copy(
    @CurrentStaff() viewer: Viewer,
    @Param('id', new UuidArgument()) id: string,
    @Param('version') version: string,
    @Query('purpose') purpose: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!/^[1-9]\d{0,4}$/.test(version)) throw new NotFound('There is no such copy.');
    const file = await this.reading.copy(viewer, id, Number(version), purposeOf(purpose));
    handOut(reply, file, `evidence-${id}-copy-${version}`);
  }
}

async function bodyOf({ body }: FastifyRequest): Promise<Buffer> {
  if (!(body instanceof Readable))
    throw new BadInput({
      field: 'file',
      message: 'must be the body, as it is: send it as application/octet-stream',
    });
  try {
    return await collected(body, MAX_FILE_BYTES, tooLarge);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // The line was lost; nobody hears this, and nothing was stored.
    // oxlint-disable-next-line preserve-caught-error
    throw badFile('did not arrive whole: send it again under the same id');
  }
}

function handOut(reply: FastifyReply, { bytes, mediaType, sha256 }: ReadFile, name: string): void {
  void reply
    .header('content-type', mediaType)
    .header('content-disposition', `attachment; filename="${name}.${ENDINGS[mediaType]}"`)
    .header('repr-digest', `sha-256=:${sha256.toString('base64')}:`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', NOTHING)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer')
    .send(bytes);
}
