import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { BadInput, NotFound } from '../platform/errors.js';
import { DISTRICT_ID } from '../schools/nces-id.js';
import { PoliciesService } from '../schools/policies.service.js';
import { isMadeUp } from '../schools/policy.js';
import { KitDay } from './kit-day.service.js';
import { kitPage } from './kit-page.js';
import { kitUrl } from './kit-url.js';
import { kitWords } from './kit-words.js';
import { AUDIENCES, type AudienceName } from './resource.js';
import { ResourcesService } from './resources.service.js';

/** What somebody asks a page for; not yet looked at. */
export interface KitQuery {
  locale?: unknown;
  audience?: unknown;
}

/** The action kit of a district. */
@Injectable()
export class KitService {
  constructor(
    private readonly resources: ResourcesService,
    private readonly policies: PoliciesService,
    private readonly days: KitDay,
    private readonly config: Config,
  ) {}

  /**
   * The page, in the language asked for, else the first accepted one that there is.
   * @throws BadInput, NotFound
   */
  async page(districtId: string, query: KitQuery, accepted: string[]): Promise<string> {
    const { audience, locale } = checked(query);
    const { district, today } = DISTRICT_ID.test(districtId)
      ? await this.days.placeOf(districtId)
      : { today: '' };
    if (!district) throw new NotFound('There is no such district.');
    const tags = locale === undefined ? accepted : [locale];
    const words = kitWords(tags);
    const [policies, resources] = await Promise.all([
      this.policies.inForce(district.id, today),
      this.resources.shownTo({
        ...{ audience, locales: tags },
        ...{ state: district.state, districtId: district.id, day: today },
      }),
    ]);
    const { publicUrl } = this.config.http;
    return kitPage(
      {
        ...{ district, audience, today, resources },
        policies: policies.filter((policy) => !isMadeUp(policy)),
        network: `Campana, ${new URL(publicUrl).hostname}`,
        url: kitUrl(publicUrl, district.id, words.meta.locale, audience),
      },
      words,
    );
  }
}

function checked({ locale, audience = 'FAMILIES' }: KitQuery) {
  const problems = [];
  if (!AUDIENCES.includes(audience as AudienceName))
    problems.push({ field: 'audience', message: `must be one of ${AUDIENCES.join(', ')}` });
  if (locale !== undefined && !(typeof locale === 'string' && /^[A-Za-z0-9_-]{2,35}$/.test(locale)))
    problems.push({ field: 'locale', message: 'must be a language tag, such as es' });
  if (problems.length > 0) throw new BadInput(problems);
  return { audience: audience as AudienceName, locale: locale as string | undefined };
}
