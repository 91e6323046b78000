import { alertPage } from './alert-page.js';
import { render } from './scene.fixture.js';

const setting = { direction: 'ltr', timeZone: 'America/New_York' } as const;

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
