import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock.js';
import { Open } from '../../platform/open-to-all.js';
import { httpDate, isUnmodified, type Conditions } from './conditional.js';
import { readFeedQuery } from './feed-query.js';
import { FEEDS, FeedsService, type Document, type FeedPath } from './feeds.service.js';

/**
 * A superseded alert must be gone soon wherever it is shown: a cache may answer for five seconds,
 * and once more with what it has while it asks anew. That still spares the service nearly all of a
 * crowd.
 */
const FEED_CACHING = 'public, max-age=5, stale-while-revalidate=5';

/** A message never changes. A day outlives every alert, and lets a mended deployment through. */
const CAP_CACHING = 'public, max-age=86400, immutable';

const CONTENT_TYPES = {
  atom: 'application/atom+xml; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  cap: 'application/cap+xml; charset=utf-8',
} as const;

/** Alerts for other systems. GET and HEAD, from any origin. See docs/feeds.md. */
@Open()
@Controller()
export class FeedsController {
  constructor(
    private readonly feeds: FeedsService,
    private readonly clock: Clock,
  ) {}

  @Get(Object.keys(FEEDS))
  async feed(
    @Req() request: FastifyRequest,
    @Query() query: Record<string, unknown>,
    @Headers() asked: Conditions,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    openToAllOrigins(reply);
    const path = request.routeOptions.url as FeedPath;
    const document = await this.feeds.feed(path, readFeedQuery(query));
    const type = CONTENT_TYPES[path.split('.')[1] as 'atom' | 'geojson'];
    this.answer(reply, asked, document, { type, caching: FEED_CACHING });
  }

  @Get('alerts/:id.cap')
  async cap(
    @Param('id') id: string,
    @Headers() asked: Conditions,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    openToAllOrigins(reply);
    const document = await this.feeds.cap(id);
    this.answer(reply, asked, document, { type: CONTENT_TYPES.cap, caching: CAP_CACHING });
  }

  private answer(
    reply: FastifyReply,
    asked: Conditions,
    document: Document,
    { type, caching }: { type: string; caching: string },
  ): void {
    void reply
      .header('cache-control', caching)
      .header('etag', document.etag)
      .header('last-modified', httpDate(document.at, this.clock.now()));
    if (isUnmodified(asked, document)) void reply.status(304).send();
    else void reply.header('content-type', type).send(document.body);
  }
}

/** Also where the answer is a refusal, so that a page can say why. */
function openToAllOrigins(reply: FastifyReply): void {
  void reply
    .header('access-control-allow-origin', '*')
    .header('access-control-expose-headers', 'etag, last-modified')
    .header('x-content-type-options', 'nosniff');
}
