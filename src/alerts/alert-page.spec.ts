import { kitWords } from '../resources/kit-words.js';
import { resourceOf } from '../resources/resource.fixture.js';
import { alertPage } from './alert-page.js';
import { render } from './scene.fixture.js';

const setting = {
  ...({ direction: 'ltr', timeZone: 'America/New_York' } as const),
  ...{
    resources: [resourceOf()],
    words: kitWords(['en']),
    kitUrl: 'https://a.example/kits/1201470',
  },
};

it('shows the newest message first, in the school’s own time', () => {
  const page = alertPage([render('en', {}), { ...render('en', {}), headline: 'Newer' }], setting);
  expect(page.indexOf('<h1>Newer')).toBeLessThan(page.indexOf('<h2>'));
  expect(page).toMatch(/8:16/);
  expect(page).toContain('lang="en" dir="ltr"');
});

it('takes nothing that is said for markup', () => {
  const said = '<script>alert("x")</script> & \'y\'';
  const page = alertPage(
    [{ ...render('en', {}), headline: said, body: said, instruction: said }],
    setting,
  );
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;');
});

it('tells what to do below the newest message, and links the kit', () => {
  const resources = [
    resourceOf({ title: 'At the <door>', url: 'https://www.example.org/?a=1&b=2' }),
    resourceOf({ title: 'A la puerta', locale: 'es', counselReviewed: true, body: null }),
  ];
  const page = alertPage([render('en', {}), render('en', {})], { ...setting, resources });
  const at = page.indexOf('class="rights"');
  expect(page.indexOf('</h1>')).toBeLessThan(at);
  expect(at).toBeLessThan(page.lastIndexOf('<article>'));
  expect(page).toContain('At the &lt;door&gt; *');
  expect(page).toContain('<div lang="es" dir="auto">\n<h3>A la puerta</h3>');
  expect(page).toContain('href="https://www.example.org/?a=1&amp;b=2" rel="noopener noreferrer"');
  expect(page).toContain('href="https://a.example/kits/1201470" rel="noopener noreferrer"');
  expect(page).toContain('This is general information, not legal advice. No lawyer');
});
