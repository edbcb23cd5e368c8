import { type Cell, cellOf, type Engine, engines, rows } from '../test/parity/table.ts';

/** docs/parity.md: what each engine knows of each rule, out of the table that test/parity holds the engines to. */
export function parityPage(): string {
  const notes: string[] = [];
  const lines = rows.map(rule => {
    const cells = engines.map(engine => shown(cellOf(rule, engine), notes));
    return `| [${rule}](rules/${rule}.md) | ${cells.join(' | ')} |`;
  });
  return [
    ...intro,
    `| | ${engines.join(' | ')} |`,
    `|---|${engines.map(() => '---|').join('')}`,
    ...lines,
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    '',
    ...outro,
    '',
  ].join('\n');
}

/** A cell is one word, and the number of what it does not know. */
function shown({ knows, why }: Cell, notes: string[]): string {
  if (why === undefined) return knows;
  if (!notes.includes(why)) notes.push(why);
  return `${knows === 'nothing' ? '–' : knows} (${notes.indexOf(why) + 1})`;
}

const words: Readonly<Record<Engine, string>> = {
  'policy check': 'the plugin, over files or a cluster: rules in wasm',
  'opa eval': 'OPA over `policies/seinode`, asked what the plugin and the webhook ask wasm',
  webhook: 'the operator, asked about requests: rules in wasm',
  'Gatekeeper audit': 'the bundle, over what is synced',
  'Gatekeeper admission': 'the bundle, asked about requests',
  CRD: "CEL in the operator's CustomResourceDefinition",
  ValidatingAdmissionPolicy: '`policies/vap`',
};

const intro = [
  '# One rule, every engine',
  '',
  '<!-- Written by npm run verify out of test/parity/table.ts: change that. -->',
  '',
  'The rules are written once, in Rego, and asked by several engines. This is what each of them knows of each rule. Where a cell',
  'says `all`, the engine finds the same violations as the others, with the same message and details.',
  '',
  ...Object.entries(words).map(([engine, is]) => `- **${engine}**: ${is}.`),
  '',
];

const outro = [
  '`test/parity` holds the engines to this table: clusters and requests of every rule, by hand and generated, are asked of each, and a',
  'difference fails, as does a violation that a cell says an engine cannot find, and a rule without a row. `PARITY_RUNS=1000` generates',
  'more of them. CRD and ValidatingAdmissionPolicy are held to Rego on a real API server (`test/integration/vap*.test.ts`).',
  '',
  'Requests are judged before against after: refused is what they make worse. Two at once can each look harmless to whoever judges',
  'them one by one; the audit and `policy check` see what is there.',
];
