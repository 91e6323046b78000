import { Controller, Get, Header, Headers, Param, Query } from '@nestjs/common';
import { acceptedLanguages } from '../platform/accept-language.js';
import { Open } from '../platform/open-to-all.js';
import { KIT_POLICY } from './kit-page.js';
import { KitService, type KitQuery } from './kit.service.js';

/** A district’s action kit, to read and to print. */
@Open()
@Controller('kits')
export class KitController {
  constructor(private readonly kits: KitService) {}

  @Get(':districtId')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=60')
  @Header('Content-Security-Policy', KIT_POLICY)
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Vary', 'Accept-Language')
  async page(
    @Param('districtId') districtId: string,
    @Query() query: KitQuery,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<string> {
    return this.kits.page(districtId, query, acceptedLanguages(accepted));
  }
}
