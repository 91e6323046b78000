import { createHash } from 'node:crypto';

/** Looks of a brief: on a screen, and on Letter or A4. */
export const BRIEF_STYLE = `
:root{--ink:#1d2733;--soft:#5b6774;--line:#d5dbe1;--bar:#2f6690;--wash:#f4f6f8}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:#fff;max-width:800px;margin:0 auto;padding:28px 24px 48px}
header{border-bottom:3px solid var(--bar);padding-bottom:14px;margin-bottom:18px}
header p{margin:0;color:var(--soft)}
h1{font-size:27px;line-height:1.2;margin:2px 0 6px}
h2{font-size:19px;line-height:1.3;margin:34px 0 8px;padding-top:4px}
h3{font-size:15px;margin:20px 0 6px}
p{margin:0 0 10px;max-width:70ch}
.synthetic{background:#8c1c13;color:#fff;font-weight:700;padding:10px 14px;margin:0 0 18px;border-radius:4px;max-width:none}
.glance{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:0;padding:0}
.glance div{background:var(--wash);border-radius:6px;padding:12px 14px;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.glance dt{color:var(--soft);font-size:13px;line-height:1.35}
.glance dd{margin:0 0 4px;font-size:25px;font-weight:650;line-height:1.15}
.glance .small{font-size:16px;color:var(--soft);font-weight:500}
figure{margin:14px 0 6px}
figcaption{font-weight:600;margin-bottom:6px}
figcaption+svg{display:block}
svg{height:auto;font-family:inherit}
.bar{fill:var(--bar)}
.grid{stroke:var(--line);stroke-width:1}
.tick{font-size:11px;fill:#5b6774;text-anchor:end;dominant-baseline:middle}
.label{font-size:11px;fill:#1d2733;text-anchor:middle}
.count{font-size:11px;fill:#1d2733;text-anchor:middle;font-weight:600}
.district{fill:#eef1f4;stroke:#77838f;stroke-width:1.2}
.hull{stroke-dasharray:5 4}
.inset{fill:#fff;stroke:#9aa5b0}
.part{fill:none;stroke:#d1495b;stroke-width:1.5}
figure>svg{overflow:hidden;border:1px solid var(--line)}
figure.chart>svg{border:0;overflow:visible}
.cell{stroke:#fff;stroke-width:.8;fill-opacity:.9}
.shade0{fill:#bcd3e3}.shade1{fill:#85aecb}.shade2{fill:#4a83ab}.shade3{fill:#1f5078}
.school{fill:#8d99a5}
.near{fill:#d1495b;stroke:#fff;stroke-width:1.2}
.legend{display:flex;flex-wrap:wrap;gap:6px 20px;list-style:none;margin:8px 0 4px;padding:0;font-size:13px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{width:auto;height:14px;flex:none}
.note{font-size:13px;color:var(--soft)}
table{border-collapse:collapse;width:100%;margin:8px 0 12px;font-size:14px}
caption{text-align:left;font-weight:600;padding:4px 0 6px}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid #9aa5b0;font-size:13px;color:var(--soft)}
tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums;padding-right:14px;white-space:nowrap}
.digest{font:11px/1.4 ui-monospace,Menlo,Consolas,monospace;color:var(--soft);overflow-wrap:anywhere}
td a{color:var(--bar);overflow-wrap:anywhere}
details{margin:4px 0 8px;font-size:14px}
summary{cursor:pointer;color:var(--bar)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 28px}
ol.method{padding-left:20px;margin:6px 0}
ol.method li{margin-bottom:8px;max-width:75ch;overflow-wrap:anywhere}
@media(max-width:600px){.glance{grid-template-columns:1fr 1fr}.two{grid-template-columns:1fr}}
@page{size:letter;margin:17mm 16mm}
@media print{
body{max-width:none;margin:0;padding:0;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
h2{break-after:avoid;margin-top:20px}
table{font-size:9pt;margin:4px 0 8px}
th,td{padding-top:2px;padding-bottom:2px}
h3,caption,figcaption{break-after:avoid}
figure,tr,.glance,.people,.keep,ol.method li{break-inside:avoid}
thead{display:table-header-group}
a{color:inherit}
details>summary{display:none}
details::details-content{content-visibility:visible;display:block;height:auto}
}
`.trim();

/**
 * Nothing comes from elsewhere and nothing runs; the one style sheet is allowed by its digest. Chrome
 * applies it to a saved page, too: it stands in the page itself.
 */
export const BRIEF_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(BRIEF_STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');
