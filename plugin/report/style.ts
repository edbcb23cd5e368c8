import { colours, type Shade } from '../output/picture/colours.ts';

/** Line and fill of each shade where the page is dark. */
const dark: Readonly<Record<Shade, { readonly line: string; readonly fill: string }>> = {
  exposed: { line: '#ff8f8a', fill: '#4a1a1c' },
  unknown: { line: '#e3b341', fill: '#3a2d0b' },
  authorised: { line: '#7ccf80', fill: '#16301a' },
  open: { line: '#b0c4ce', fill: '#26323a' },
  closed: { line: '#a0a6ad', fill: '#23282e' },
};

/** What Graphviz draws beside: backgrounds, and the lines around namespaces. */
const others: readonly (readonly [string, string])[] = [
  ['white', '#14181d'],
  ['#fafafa', '#191e24'],
  ['#f1f5f9', '#1d242c'],
  ['#cfd8dc', '#3b454f'],
  ['#90a4ae', '#55636f'],
];

function darkPictures(): string {
  const shades = (Object.keys(dark) as Shade[]).flatMap(shade => [
    [colours[shade].line, dark[shade].line] as const,
    [colours[shade].fill, dark[shade].fill] as const,
  ]);
  const recoloured = [...shades, ...others].map(
    ([light, dark]) =>
      `figure [fill="${light}"] { fill: ${dark}; } figure [stroke="${light}"] { stroke: ${dark}; }`,
  );
  return [...recoloured, 'figure text:not([fill]) { fill: var(--text); }'].join('\n');
}

/** How the page looks: on a screen in light and dark, however narrow, and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f6f8fa; --text: #1c2128; --quiet: #57606a; --line: #d0d7de; --link: #0a58ca;
  --good: #1a6b2b; --good-ground: #dff3e2; --bad: #a40e26; --bad-ground: #ffe3e3;
  --warn: #7a4b00; --warn-ground: #fff1cc; --calm: #444c56; --calm-ground: #e9edf1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --raised: #1d242c; --text: #e2e7ec; --quiet: #9aa5b1; --line: #38424c; --link: #79b8ff;
    --good: #7ccf80; --good-ground: #16301a; --bad: #ff9d98; --bad-ground: #4a1a1c;
    --warn: #e3b341; --warn-ground: #3a2d0b; --calm: #b6c0ca; --calm-ground: #2a323b;
  }
  ${darkPictures()}
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5.5rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 100rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 1rem 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
h4 { font-size: .95rem; margin: .75rem 0 .25rem; }
p { margin: .25rem 0; max-width: 80ch; }
a { color: var(--link); }
small, caption, .scope, .count { color: var(--quiet); font-weight: normal; }
.count { font-size: .95rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .5rem; z-index: 3; }
.scope { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: .25rem 0; }
.scope div { display: flex; gap: .5rem; }
.scope dt { white-space: nowrap; }
dl { margin: .25rem 0; }
dd { margin: 0; }
dl:not(.scope, .tiles) { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem .75rem; max-width: 100ch; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem; margin: 1rem 0; }
.tiles div { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .75rem; display: flex; flex-direction: column-reverse; }
.tiles dd { font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .bad dd { color: var(--bad); } .tiles .warn dd { color: var(--warn); } .tiles .good dd { color: var(--good); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .5rem 0; padding: 0; }
.problems { border: 2px solid var(--bad); border-radius: .5rem; padding: .5rem 1rem; margin: 1rem 0; background: var(--bad-ground); color: var(--text); }
.problems h2 { border: 0; margin: 0; color: var(--bad); }
search { display: block; position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); }
form { max-width: 100rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
form[hidden], [hidden] { display: none !important; }
label { display: flex; flex-direction: column; font-size: .8rem; color: var(--quiet); }
label:first-child { flex: 1 1 14rem; }
output { font-size: .9rem; padding: .3rem 0; }
input, select, button { font: inherit; font-size: .95rem; color: var(--text); background: var(--raised); border: 1px solid var(--quiet); border-radius: .3rem; padding: .25rem .5rem; min-width: 0; max-width: 100%; }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; margin: .5rem 0; font-size: .9rem; }
caption { text-align: left; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
thead th { background: var(--raised); white-space: nowrap; }
thead button { border: 0; background: none; padding: 0; font-weight: bold; cursor: pointer; }
thead button::after { content: " \\2195"; color: var(--quiet); }
[aria-sort=ascending] button::after { content: " \\2191"; color: var(--text); }
[aria-sort=descending] button::after { content: " \\2193"; color: var(--text); }
tbody th { font-weight: 600; white-space: nowrap; position: sticky; left: 0; background: var(--ground); }
tbody tr:hover, tbody tr:hover th { background: var(--raised); }
td { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.long, .rules { display: inline-block; min-width: 16rem; max-width: 24rem; white-space: normal; overflow-wrap: anywhere; }
.rules { min-width: 8rem; }
.wide { width: 100%; min-width: 10rem; }
.bar { display: block; width: 100%; height: 1.1rem; }
.bar .good { fill: var(--good); } .bar .bad { fill: var(--bad); } .bar .warn { fill: var(--warn); } .bar .now { fill: var(--text); }
.badge { display: inline-block; padding: 0 .45rem; border-radius: .6rem; white-space: nowrap; color: var(--calm); background: var(--calm-ground); }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.warn { color: var(--warn); background: var(--warn-ground); }
summary { cursor: pointer; padding: .2rem 0; }
.group { margin: .5rem 0; }
.group > article, .plan { border-left: 3px solid var(--line); margin: .5rem 0; padding-left: .75rem; }
#findings article { content-visibility: auto; contain-intrinsic-size: auto 9rem; }
pre { overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; font-size: .85rem; max-width: 100ch; }
ol { margin: .25rem 0; }
figure { margin: .5rem 0; }
figure svg { max-width: max(100%, 44rem); height: auto; }
footer { color: var(--quiet); margin: 2rem auto; }
@media (max-width: 40rem) {
  html { scroll-padding-top: 0; }
  search { position: static; }
  tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 6.5rem; max-width: 9rem; }
}
@page { size: landscape; margin: 12mm; }
@media print {
  body { font-size: 10pt; }
  nav, search, .skip { display: none !important; }
  thead button { display: contents; font-size: inherit; }
  thead button::after { content: none; }
  tbody th { position: static; }
  .tiles { grid-template-columns: repeat(7, 1fr); }
  tr, article, figure, .plan, .tiles div { break-inside: avoid; }
  h2, h3, h4, summary { break-after: avoid; }
  .scroll, pre { overflow: visible; white-space: pre-wrap; }
  td, th, tbody th { white-space: normal; overflow-wrap: break-word; padding: .15rem .3rem; max-width: none; }
  td.wide { width: 30%; min-width: 5rem; }
  .long, .rules { min-width: 0; }
  table { font-size: 8pt; }
  figure svg { max-width: 100%; }
  #findings article { content-visibility: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .badge, .bar, thead th, .problems, figure { print-color-adjust: exact; }
}
`;
