import { createHash } from 'node:crypto';
import type { Policy } from '../schools/policy.js';
import { KIT_POLICY, kitPage, type Kit } from './kit-page.js';
import { kitWords } from './kit-words.js';
import { bodyHtml } from './resource-html.js';
import { resourceOf } from './resource.fixture.js';

const policy: Policy = {
  ...{ id: '0f8fad5b-d9cb-469f-a165-70867728950e', version: 2, districtId: '1201470' },
  ...{ kind: 'JUDICIAL_WARRANT_RULE', effectiveFrom: '2024-08-01', effectiveUntil: '2027-07-31' },
  ...{ sourceUrl: 'https://board.example.org/5.30.pdf', sourceSha256: 'b'.repeat(64) },
};
const kit: Kit = {
  district: { id: '1201470', name: 'Osceola', state: 'FL' },
  ...{ audience: 'FAMILIES', today: '2026-11-26', policies: [policy], resources: [resourceOf()] },
  ...{ network: 'Campana, alerts.example.org', url: 'https://alerts.example.org/kits/1201470' },
};
const page = (change: Partial<Kit> = {}, locale = 'en') =>
  kitPage({ ...kit, ...change }, kitWords([locale]));

describe('the page of a kit', () => {
  it('says what to do, what was promised, who says so, and until when', () => {
    const html = page();
    for (const part of [
      ...['Osceola, FL', 'For families', 'At the door *', 'You do not have to open.'],
      ...['without a warrant signed by a judge', 'In force from August 1, 2024 to July 31, 2027'],
      ...['Schools Law Clinic', 'version 1', 'source of September 1, 2026', '<bdi>version 2'],
      ...['SHA-256 aaaaaaaaaaaaaaaa…', 'SHA-256 bbbbbbbbbbbbbbbb…'],
      ...['Campana, alerts.example.org on November 26, 2026', 'not legal advice'],
      'No lawyer of the network has reviewed the texts marked *.',
    ])
      expect(html).toContain(part);
    expect(html).not.toContain('No native reader');
  });

  it('loads nothing and runs nothing, and its policy knows its style by digest', () => {
    const html = page();
    expect(html).not.toMatch(
      /<(script|img|link|iframe|object)|\s(src|style|on\w+)=|url\(|@import/i,
    );
    const style = /<style>([\s\S]*)<\/style>/.exec(html)![1]!;
    const digest = createHash('sha256').update(style).digest('base64');
    expect(KIT_POLICY).toContain(`style-src 'sha256-${digest}'`);
    expect(KIT_POLICY).toMatch(/^default-src 'none'; /);
  });

  it('takes nothing that is said for markup', () => {
    const said = `"><script>alert('x')</script>&`;
    const html = page({
      district: { ...kit.district, name: said },
      resources: [resourceOf({ title: said, body: `${said}\n- ${said}`, publisher: said })],
      network: said,
    });
    expect(html).not.toContain('<script');
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(5);
  });

  it('has no link that tells a site where its reader came from', () => {
    const html = page({ resources: [resourceOf({ url: 'https://www.example.org/' })] });
    const links = html.match(/<a [^>]*>/g)!;
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) {
      expect(link).toContain('rel="noopener noreferrer"');
      expect(link).toMatch(/href="https:/);
    }
  });

  it('is written from right to left in Arabic and Urdu, and what is in English says so', () => {
    for (const locale of ['ar', 'ur']) {
      const html = page({}, locale);
      expect(html).toContain(`<html lang="${locale}" dir="rtl">`);
      expect(html).toContain('<article lang="en" dir="auto">');
      expect(html).toContain(kitWords([locale]).say('translation'));
    }
    expect(page({ resources: [resourceOf({ locale: 'ar' })] }, 'ar')).toContain('<article>');
  });

  it('says when there is nothing, and marks nothing that counsel has read', () => {
    const empty = page({ policies: [], resources: [] });
    expect(empty).toContain('Nothing has been published for this place yet.');
    expect(empty).toContain('No rule or agreement of this district is recorded');
    expect(empty).not.toContain('Versions and sources');
    expect(empty).toContain('not legal advice');
    const reviewed = page({ resources: [resourceOf({ counselReviewed: true })] });
    expect(reviewed).not.toContain('At the door *');
    expect(reviewed).not.toContain('No lawyer');
  });
});

it('makes paragraphs and lists of plain text', () => {
  expect(bodyHtml('One\n\nTwo:\n- a\n- b <i>\n\nThree')).toBe(
    '<p>One</p><p>Two:</p><ul><li>a</li><li>b &lt;i&gt;</li></ul><p>Three</p>',
  );
  expect(bodyHtml('- a\n- b')).toBe('<ul><li>a</li><li>b</li></ul>');
  expect(bodyHtml(null)).toBe('');
});
