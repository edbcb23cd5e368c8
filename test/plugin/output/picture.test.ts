import test from 'ava';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { dot } from '../../../plugin/output/picture/dot.ts';
import type { Graph } from '../../../plugin/output/picture/graph.ts';
import { mermaid } from '../../../plugin/output/picture/mermaid.ts';
import { svg } from '../../../plugin/output/picture/svg.ts';
import { unsafe } from '../hostile.ts';
import { manifests, node } from '../reach-network.ts';
import { invoke } from '../terminal.ts';

test('a picture has who connects by namespace, each port in the colour of the worst, and why', async t => {
  const { out } = await invoke('netpol reach n0 -f - -o mermaid', manifests);
  const lines = out.split('\n').map(line => line.trim());
  for (const line of [
    'source0["curl<br/>every pod of namespace default"]:::exposed',
    'source1["manager<br/>controller"]:::authorised',
    'source3["addresses in 203.0.113.0/24"]:::exposed',
    'target0p8443["8443 tasks"]:::exposed',
    'target0p9100["9100 health, metrics"]:::authorised',
    'source0 -->|"legacy ingress[0].from[0]"| target0p8443',
    'source2 -->|"unknown"| target0',
  ]) {
    t.true(lines.includes(line), `${line} in\n${out}`);
  }
});

test('what no policy isolates is open to everybody, who is one box', async t => {
  const [open = ''] = manifests.split('---\napiVersion: networking');
  const { out } = await invoke('netpol reach -f - -o mermaid', open);
  t.is(out.match(/"everybody<br\/>\d pods now"/g)?.length, 1);
});

test('a picture of fifty nodes has a box for each kind of them', async t => {
  const fifty = Array.from({ length: 50 }, (_, at) => node(`m${at}`, 'sidecar: {tls: {secretName: s}}'));
  const { out } = await invoke('netpol reach -f - -o dot', `${manifests}\n${fifty.join('\n')}`);
  t.is(out.match(/^ +target\d+ \[/gm)?.length, 2);
  t.regex(out, /<b>51 pods<\/b>/);
  t.regex(out, /and 43 more/);
});

test('a picture of several namespaces is refused: it would show nothing at a glance', async t => {
  const elsewhere = manifests.replaceAll('namespace: arctic', 'namespace: baltic');
  const { code, err } = await invoke('netpol reach -f - -o svg', manifests + elsewhere);
  t.is(code, 2);
  t.regex(err, /one namespace, not arctic, baltic; say which with -n NAMESPACE/);
});

test('-o svg is laid out, well-formed, and says what the picture says', async t => {
  const { out } = await invoke('netpol reach n0 -f - -o svg', manifests);
  t.true(XMLValidator.validate(out));
  for (const text of ['legacy ingress[0].from[0]', '8443 tasks', 'curl', 'Who reaches the nodes of arctic']) {
    t.true(out.includes(`>${text}<`), text);
  }
});

/** What ends a label or a tag in one of the languages. */
const pieces = [...'"<>&;#`\\]|{}()-\n\u001b\u202e', '<script>', '%%', '-->', '</td>'];
const hostile = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
  .map(some => some.join(''));

test('whatever a name holds, it stays a name', async t => {
  await fc.assert(
    fc.asyncProperty(hostile, async name => {
      const graph = graphNaming(`a${name}b`);
      const drawn = await svg(dot(graph));
      t.true(XMLValidator.validate(drawn), name);
      const names = JSON.stringify(new XMLParser({ ignoreAttributes: false }).parse(drawn));
      t.false(/"(script|a|image)":/.test(names), name);
      t.notRegex(drawn, unsafe);
      const lines = mermaid(graph).split('\n');
      t.is(lines.length, mermaid(graphNaming('ab')).split('\n').length, name);
      for (const line of lines)
        t.regex(line.replaceAll('<br/>', ''), /^[^<>"`]*("[^<>"`]*"[^<>"`]*)?$|-->\|/);
    }),
    { seed: 8, numRuns: 60 },
  );
});

function graphNaming(name: string): Graph {
  return {
    namespace: name,
    sources: [
      { id: 'source0', namespace: name, lines: [name, name], shade: 'exposed' },
      { id: 'source1', namespace: undefined, lines: [name], shade: 'unknown' },
    ],
    targets: [{ id: 'target0', names: [name, name], ports: [{ port: 1, text: name, shade: 'closed' }] }],
    edges: [
      { from: 'source0', to: 'target0', port: 1, text: name, shade: 'exposed' },
      { from: 'source1', to: 'target0', port: undefined, text: name, shade: 'unknown' },
    ],
  };
}
