import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };
const LOCALES = '{ locales { locale name direction reviewed } }';

describe('languages', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  it('are listed for anybody: in their own name, and whether a native reader reviewed them', async () => {
    const { locales } = await ask(service.url, LOCALES);
    expect(locales).toEqual(
      [
        ['ar', 'العربية', 'rtl'],
        ['en', 'English', 'ltr'],
        ['es', 'Español', 'ltr'],
        ['ht', 'Kreyòl ayisyen', 'ltr'],
        ['ko', '한국어', 'ltr'],
        ['pt', 'Português', 'ltr'],
        ['ru', 'Русский', 'ltr'],
        ['so', 'Soomaali', 'ltr'],
        ['tl', 'Tagalog', 'ltr'],
        ['ur', 'اردو', 'rtl'],
        ['vi', 'Tiếng Việt', 'ltr'],
        ['zh-Hans', '简体中文', 'ltr'],
      ].map(([locale, name, direction]) => ({ locale, name, direction, reviewed: false })),
    );
  });

  it('reach each family as its phone asks, from the alert to its end', async () => {
    const phones = [
      ['es-MX', 'es', /^Actividad de ICE/],
      ['pt-BR', 'pt', /^Atividade do ICE/],
      ['zh-TW', 'zh-Hans', /ICE活动/],
      ['ht', 'ht', /^Aktivite ICE/],
      ['tl', 'tl', /^Aktibidad ng ICE/],
      ['fil-PH', 'tl', /^Aktibidad ng ICE/],
      ['ar-EG', 'ar', /نشاط لوكالة ICE/],
      ['ru-RU', 'ru', /^Действия ICE/],
      ['hmn', 'en', /^ICE activity/],
    ] as const;
    const families = [];
    for (const [tag, locale, headline] of phones) {
      const { device } = await subscribePush(service.url, push, [OSCEOLA], tag);
      families.push({ device, locale, headline });
    }
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    await crew.complete(push, await crew.clear(incidentId));
    for (const { device, locale, headline } of families) {
      const [alert, clear] = device.received.map(({ json }) => json);
      expect(alert!.locale).toBe(locale);
      expect(alert!.headline).toMatch(headline);
      expect(clear!.locale).toBe(locale);
      expect(device.received).toHaveLength(2);
    }
  });
});
