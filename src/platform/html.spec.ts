import { escapeHtml } from './html.js';

test('text stays text', () => {
  expect(escapeHtml(`<b class="x">Oak & Elm's</b>`)).toBe(
    '&lt;b class=&quot;x&quot;&gt;Oak &amp; Elm&#39;s&lt;/b&gt;',
  );
});
