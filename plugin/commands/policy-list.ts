import type { Rule } from '../../core/policy.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../options.ts';
import { render } from '../output/render.ts';
import { table } from '../output/table.ts';
import { wrap } from '../output/wrap.ts';
import { knownRules } from '../rules.ts';
import { paint, type Terminal } from '../terminal.ts';

type RuleOptions = Pick<CommonOptions, 'output' | 'noHeaders'>;

/** `policy list`: the rules, one row each. */
export async function policyList(options: RuleOptions, terminal: Terminal): Promise<number> {
  const wide = options.output === 'wide';
  const header = ['ID', 'SEVERITY', 'TITLE', ...(wide ? ['DOCS'] : [])];
  const rows = knownRules.map(({ id, severity, title, docs }) => [
    id,
    severity,
    title,
    ...(wide ? [docs] : []),
  ]);
  const text = () => table(options.noHeaders ? rows : [header, ...rows], terminal.foldAt);
  const content = () => ({ items: knownRules });
  terminal.out(render(options.output, { kind: 'PolicyList', content, names: () => names(knownRules), text }));
  return exitCodes.ok;
}

/** `policy explain ID`: why a rule exists, an example of what breaks it, and the fix. */
export async function policyExplain(
  options: RuleOptions & { readonly id: string },
  terminal: Terminal,
): Promise<number> {
  const rule = knownRules.find(({ id }) => id === options.id);
  if (rule === undefined) {
    throw new UsageError(
      `no rule is named "${options.id}"; the rules are ${knownRules.map(({ id }) => id).join(', ')}`,
    );
  }
  const text = () => explanation(rule, terminal);
  const content = () => ({ ...rule });
  terminal.out(render(options.output, { kind: 'Policy', content, names: () => names([rule]), text }));
  return exitCodes.ok;
}

function names(named: readonly Rule[]): string[] {
  return named.map(({ id }) => `policy.seinode.sei.io/${id}`);
}

function explanation(rule: Rule, terminal: Terminal): string {
  const section = (title: string, body: string) => `\n${paint(terminal, 'bold', title)}\n${body}`;
  return [
    `${paint(terminal, 'bold', rule.id)} (${rule.severity}): ${rule.title}\n`,
    section('Why', wrap(rule.description, terminal.width, '  ')),
    section('Example of a finding', rule.example.replaceAll(/^(?=.)/gm, '  ')),
    section('Fix', wrap(rule.fix, terminal.width, '  ')),
    section('More', `  ${rule.docs}\n`),
  ].join('');
}
