import { Controller, Get, Header, Headers, Param } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { isUuid } from '../platform/ids.js';
import { Open } from '../platform/open-to-all.js';
import { kitUrl } from '../resources/kit-url.js';
import { kitWords } from '../resources/kit-words.js';
import { acceptedLanguages } from '../platform/accept-language.js';
import { AlertReader } from './alert-reader.service.js';
import { AlertResources } from './alert-resources.service.js';
import { alertPage } from './alert-page.js';
import { firstSupported, localeMeta } from './messages.js';
import { timeZoneAt } from './time-zone.js';

/** Where a notification leads: the alert, and what came after it, readable without an app. */
@Open()
@Controller('alerts')
export class AlertPageController {
  constructor(
    private readonly reader: AlertReader,
    private readonly told: AlertResources,
    private readonly config: Config,
  ) {}

  @Get(':id')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=15')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Header('Referrer-Policy', 'no-referrer')
  @Header('Vary', 'Accept-Language')
  async page(
    @Param('id') id: string,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<string> {
    const alert = isUuid(id) ? await this.reader.byId(id) : null;
    if (!alert) throw new NotFound('There is no such alert.');
    const thread = await this.reader.thread(alert.incidentId);
    const tags = acceptedLanguages(accepted);
    const locale = firstSupported(tags);
    const messages = await this.reader.payloads(thread, locale);
    const school = (await this.reader.schoolsOf([alert])).get(alert.schoolId)!;
    return alertPage(messages, {
      direction: localeMeta(messages.at(-1)!.locale).direction,
      timeZone: timeZoneAt(school.latitude, school.longitude),
      resources: await this.told.of(alert, tags, 'FAMILIES'),
      words: kitWords([locale]),
      kitUrl: kitUrl(this.config.http.publicUrl, alert.districtId, locale),
    });
  }
}
