import { objectKey } from '../../core/kubernetes.ts';
import type { Severity } from '../../core/policy.ts';
import type { Finding } from '../findings.ts';
import { patchText } from '../output/findings.ts';
import { knownRules } from '../rules.ts';
import type { Contents } from './contents.ts';
import { html, lines, type Markup, path } from './html.ts';
import { badge, counted, facets, section, type Tone } from './parts.ts';

const tones: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', info: 'calm' };

/** What the rules have found, by rule, the worst first: where, what, and what mends it. */
export function findingsSection({ findings, views }: Contents): Markup {
  const nodes = new Map(
    views.map(view => [objectKey(view.node.metadata.namespace, view.node.metadata.name), facets(view)]),
  );
  const byRule = Map.groupBy(findings, ({ severity, rule }) => `${severity} ${rule}`);
  const groups = [...byRule.values()].map(found => ruleGroup(found, nodes));
  return section(
    { id: 'findings', title: 'Findings', count: findings.length, none: 'No rule has found anything.' },
    groups,
  );
}

function ruleGroup(found: readonly Finding[], nodes: ReadonlyMap<string, Markup>): Markup {
  const [{ rule, severity, docs }] = found as readonly [Finding];
  const title = knownRules.find(({ id }) => id === rule)?.title;
  return html`<details class="group" open><summary>${badge(tones[severity], severity)} <strong>${rule}</strong> <span class="count">${counted(found.length)}</span> ${title}</summary>
<p><a href="${docs}" rel="noreferrer">The rule, why, and an example</a></p>
${found.map(finding => findingItem(finding, nodes))}${patches(found)}</details>
`;
}

/** What mends many alike is there once, below them. */
function patches(found: readonly Finding[]): Markup[] {
  const byPatch = [...Map.groupBy(found, patchText)].filter(([patch]) => patch !== '');
  return byPatch.map(
    ([
      patch,
      mended,
    ]) => html`<details><summary>What mends ${named(mended)}, for kubectl</summary><pre tabindex="0">${lines(patch)}</pre></details>
`,
  );
}

function named([first, ...others]: readonly Finding[]): string {
  const name = objectKey(first?.object.namespace ?? '', first?.object.name ?? '');
  return others.length === 0 ? name : `${name} and ${counted(others.length)} more`;
}

function findingItem(finding: Finding, nodes: ReadonlyMap<string, Markup>): Markup {
  const { rule, object, file, line } = finding;
  const key = objectKey(object.namespace, object.name);
  const known = object.kind === 'SeiNode' ? nodes.get(key) : undefined;
  return html`<article ${known ?? html`data-namespace="${object.namespace}" data-verdict="" data-tls=""`} data-rule="${rule}">
<h3>${object.kind === 'SeiNode' ? key : `${object.kind} ${key}`}${file === undefined ? undefined : html` <small>${path(`${file}:${line}`)}</small>`}</h3>
<p>${finding.message}</p>
<p><strong>Fix:</strong> ${finding.fix}</p></article>
`;
}
