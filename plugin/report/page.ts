import { createHash } from 'node:crypto';
import { utcSeconds } from '../../core/tls-secret.ts';
import manifest from '../../package.json' with { type: 'json' };
import { faultText } from '../output/problems.ts';
import { isReady } from '../view.ts';
import { certificatesSection } from './certificates.ts';
import { client } from './client.ts';
import type { Contents } from './contents.ts';
import { findingsSection } from './findings.ts';
import { fleetSection } from './fleet.ts';
import { html, Markup, path } from './html.ts';
import { counted, type Tone, verdictText } from './parts.ts';
import { plansSection } from './plans.ts';
import { reachSection } from './reach.ts';
import { style } from './style.ts';

/**
 * A report as one HTML file that asks nobody for anything: its policy lets in one script and one style, by their hashes, and
 * no picture, font, frame, request or form.
 */
export function page(contents: Contents): string {
  const script = `(${client})();`;
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const { scope, now, faults } = contents;
  const title = `SeiNodes, ${scope.map(([name, value]) => `${name.toLowerCase()} ${value}`).join('; ')}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${faults.length > 0 && 'Incomplete: '}${path(title)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>SeiNodes</h1>
<dl class="scope">${[...scope, ['Judged at', utcSeconds(Date.parse(now) / 1000)] as const].map(([name, value]) => html`<div><dt>${name}</dt><dd>${path(value)}</dd></div>`)}</dl>
${problems(contents)}
${tiles(contents)}
<nav aria-label="Parts of the report"><ul>${parts.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<search>${filters(contents)}</search>
<main id="main" tabindex="-1">
${fleetSection(contents)}${certificatesSection(contents)}${reachSection(contents)}${findingsSection(contents)}${plansSection(contents)}</main>
<footer>kubectl-seinode ${manifest.version}. Verdicts are as of the moment above; nothing in here is asked for again.</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

const parts = [
  ['fleet', 'Fleet'],
  ['certificates', 'Certificates'],
  ['reach', 'Who can connect'],
  ['findings', 'Findings'],
  ['plans', 'Plans'],
] as const;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A report that is not whole says so before all else. */
function problems({ faults }: Contents): Markup | undefined {
  if (faults.length === 0) return undefined;
  return html`<section class="problems" aria-labelledby="problems-title"><h2 id="problems-title">Incomplete: not all could be read</h2>
<p>What follows leaves out, or does not know, what these hide:</p>
<ul>${faults.map(fault => html`<li>${path(faultText({ ...fault, message: '' }))}${fault.message}</li>`)}</ul></section>`;
}

function tiles({ views, findings }: Contents): Markup {
  const tls = views.filter(({ verdict }) => verdict !== undefined);
  const unready = tls.filter(view => !isReady(view)).length;
  const exposed = views.filter(({ exposure }) => exposure && exposure.open.length > 0).length;
  const of = (severity: string) => findings.filter(finding => finding.severity === severity).length;
  const list: readonly (readonly [string, number, Tone])[] = [
    ['nodes', views.length, 'calm'],
    ['TLS ready', tls.length - unready, 'good'],
    ['TLS not ready', unready, 'bad'],
    ['TLS off', views.length - tls.length, 'calm'],
    ['exposed', exposed, 'bad'],
    ['errors', of('error'), 'bad'],
    ['warnings', of('warning'), 'warn'],
  ];
  return html`<dl class="tiles">${list.map(([name, count, tone]) => html`<div class="${count > 0 && tone}"><dt>${name}</dt><dd>${counted(count)}</dd></div>`)}</dl>`;
}

/** Of use by the script alone, which shows it. */
function filters({ views, findings, reach }: Contents): Markup {
  const namespaces = [
    ...views.map(({ node }) => node.metadata.namespace),
    ...findings.map(({ object }) => object.namespace),
    ...reach.map(({ namespace }) => namespace),
  ];
  const choice = (title: string, name: string, values: readonly string[]) =>
    html`<label>${title}<select name="${name}"><option value="">all</option>${[...new Set(values)].toSorted().map(value => html`<option>${value}</option>`)}</select></label>
`;
  return html`<form id="filters" hidden>
<label><span>Filter (<kbd>/</kbd>)</span><input type="search" name="text" autocomplete="off" placeholder="name, Secret, rule, image"></label>
${choice('Namespace', 'namespace', namespaces)}${choice('Verdict', 'verdict', views.map(verdictText))}${choice('TLS', 'tls', ['on', 'off'])}<button type="reset">Show all</button> <output></output>
</form>`;
}
