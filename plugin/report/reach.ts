import { kinds } from '../output/reach-kind.ts';
import type { Section } from '../output/sections.ts';
import type { Contents } from './contents.ts';
import { html, Markup } from './html.ts';
import { badge, section, type Tone } from './parts.ts';
import type { NamespaceReach } from './reach-by-namespace.ts';

/** Who can connect to the nodes of each namespace: the picture of `netpol reach -o svg`, and its words. */
export function reachSection({ reach }: Contents): Markup {
  return section(
    { id: 'reach', title: 'Who can connect', count: reach.length, none: 'There is no pod to ask about.' },
    reach.map(namespaceItem),
  );
}

function namespaceItem({ namespace, picture, sections }: NamespaceReach): Markup {
  const drawn =
    picture === undefined
      ? html`<p>Too many differ for one picture: the words below have all.</p>`
      : html`<figure><div class="scroll" tabindex="0" role="group" aria-label="Picture of ${namespace}">${inPage(picture, namespace)}</div></figure>`;
  return html`<article data-namespace="${namespace}">
<h3>${namespace}</h3>
${drawn}
<details${picture === undefined && html` open`}><summary>In words</summary>${sections.map(words)}</details>
</article>
`;
}

/** An SVG within HTML: without its prologue, and without the ids and titles by which Graphviz names its parts. */
function inPage(svg: string, namespace: string): Markup {
  const { text } = html`role="img" aria-label="Who reaches the nodes of ${namespace}; in words below"`;
  const bare = svg
    .slice(svg.indexOf('<svg'))
    .replaceAll(/<!--[^<]*?-->|<title>[^<]*<\/title>| id="[^"<>]*"/g, '')
    .replaceAll(/\n+/g, '\n');
  return new Markup(bare.replace('<svg', () => `<svg ${text}`));
}

const tones: Readonly<Record<string, Tone>> = {
  controller: 'good',
  monitoring: 'good',
  allowed: 'good',
  exposed: 'bad',
  open: 'warn',
  unknown: 'warn',
};

function words({ title, rows }: Section): Markup {
  const said = rows.map(([name, value]) => {
    const text = typeof value === 'string' ? value : value.text;
    const isKind = (kinds as readonly string[]).includes(name);
    return html`<dt>${isKind ? badge(tones[name] ?? 'calm', name) : name}</dt><dd>${text}</dd>`;
  });
  return html`<h4>${title}</h4><dl>${said}</dl>`;
}
