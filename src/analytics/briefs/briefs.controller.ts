import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { EXPORT } from '../../identity/roles.js';
import { BadInput } from '../../platform/errors.js';
import { DISTRICT_ID, DISTRICT_ID_RULE } from '../../schools/nces-id.js';
import { BRIEF_POLICY } from './brief-style.js';
import { Briefs } from './briefs.service.js';

const TYPES = { html: 'text/html; charset=utf-8', pdf: 'application/pdf' } as const;

/** Pages for school boards. See docs/analysts.md. */
@AllowedTo(...EXPORT)
@Controller('briefs')
export class BriefsController {
  constructor(private readonly briefs: Briefs) {}

  @Get('district/:id')
  async district(
    @CurrentStaff() viewer: Viewer,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // To ask what there would be must put no brief on record.
    if (request.method === 'HEAD') return void reply.status(405).header('allow', 'GET').send();
    if (!DISTRICT_ID.test(id)) throw new BadInput({ field: 'id', message: DISTRICT_ID_RULE });
    const { fileName, format, bytes } = await this.briefs.make(viewer, id, query);
    await reply
      .header('content-type', TYPES[format])
      .header('content-disposition', `inline; filename="${fileName}"`)
      .header('content-security-policy', `${BRIEF_POLICY}; frame-ancestors 'none'`)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-store')
      .send(bytes);
  }
}
