import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { oldestGatekeeper } from '../../scripts/gator.ts';
import { opa, testWithOPA } from '../policies/opa.ts';

const bundle = join(import.meta.dirname, '../../policies/gatekeeper');
const templates = globSync('{.,secrets}/templates/*.yaml', { cwd: bundle });

type Capabilities = { readonly builtins: readonly { readonly name: string }[] };

testWithOPA(`the templates ask nothing that Gatekeeper ${oldestGatekeeper.version} lacks or disables`, t => {
  t.true(templates.length > 5);
  for (const template of templates) {
    const { ok, stderr } = check(template, gatekeepers());
    t.true(ok, `${template}: ${stderr}`);
  }
});

testWithOPA('without one of the builtins that they use the same check fails', t => {
  const { builtins, ...rest } = gatekeepers();
  const fewer = { ...rest, builtins: builtins.filter(({ name }) => name !== 'time.now_ns') };
  for (const template of templates) t.regex(check(template, fewer).stderr, /undefined function time\.now_ns/);
});

/** What its OPA can, without what `deploy/gatekeeper.yaml` takes away (--disable-opa-builtin={http.send}). */
function gatekeepers(): Capabilities {
  const { stdout } = opa('capabilities', '--version', oldestGatekeeper.opa);
  const { builtins, ...rest } = JSON.parse(stdout) as Capabilities;
  return { ...rest, builtins: builtins.filter(({ name }) => name !== 'http.send') };
}

function check(template: string, capabilities: Capabilities): ReturnType<typeof opa> {
  const directory = mkdtempSync(join(tmpdir(), 'template-'));
  try {
    const { rego, libs } = parse(readFileSync(join(bundle, template), 'utf8')).spec.targets[0].code[0].source;
    for (const [at, module] of [rego, ...libs].entries())
      writeFileSync(join(directory, `${at}.rego`), module);
    writeFileSync(join(directory, 'capabilities.json'), JSON.stringify(capabilities));
    return opa(
      'check',
      '--capabilities',
      join(directory, 'capabilities.json'),
      '--ignore',
      '*.json',
      directory,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
