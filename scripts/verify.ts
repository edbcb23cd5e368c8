import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandsPage } from './commands-page.ts';
import { crdRules } from './crd-rules.ts';
import { gatekeeperBundle } from './gatekeeper/bundle.ts';
import { licencesPage } from './licences.ts';
import { compilePolicies, findOPA } from './opa.ts';
import { parityPage } from './parity.ts';
import { provenance } from './provenance.ts';
import { describeRules } from './rules.ts';
import { shippedWebhooks } from './shipped-webhooks.ts';
import { fieldReference } from './spec/fields.ts';
import { specIndex } from './spec/pages.ts';
import { admissionPolicies } from './vap/policies.ts';

// Regenerates what is generated and fails where the tree then differs: `npm run verify`.
const root = join(import.meta.dirname, '..');
const entrypoints = [
  'seinode/violations',
  'seinode/tls/verdict',
  'seinode/netpol/reach',
  'seinode/admission/worse',
];

if (import.meta.main) {
  verify();
}

/**
 * Makes every generated file anew, without writing any.
 *
 * @param opa path of the OPA binary.
 * @returns content by path from the root.
 */
export function generate(opa: string): ReadonlyMap<string, Buffer> {
  const rules = describeRules(opa, join(root, 'policies/seinode'));
  const wasm = compilePolicies(opa, entrypoints);
  return new Map([
    ['wasm/policy.wasm', wasm],
    ['wasm/provenance.json', json(provenance(root, wasm, entrypoints))],
    ['wasm/rules.json', json(rules)],
    ['core/doctor/crd/rules.json', json(crdRules(root))],
    ['core/doctor/webhook/webhooks.json', json(shippedWebhooks(root))],
    ['docs/commands.md', Buffer.from(`${commandsPage()}\n`)],
    ['docs/licences.md', Buffer.from(licencesPage(root))],
    ['docs/parity.md', Buffer.from(parityPage())],
    ['docs/spec/seinode-fields.md', Buffer.from(fieldReference(root))],
    ['docs/spec/README.md', Buffer.from(specIndex(root))],
    ...admissionPolicies(),
    ...gatekeeperBundle(root, rules),
  ]);
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function verify(): void {
  const opa = findOPA();
  if (opa === undefined) {
    console.error(
      'verify needs OPA: put it on PATH at the pinned version (scripts/opa.ts), or install Go to build it',
    );
    process.exitCode = 1;
    return;
  }
  const changed = [...generate(opa)].flatMap(([file, content]) => write(file, content) ?? []);
  console.log(
    changed.length === 0
      ? 'verify: nothing differs'
      : `verify: regenerated ${changed.join(', ')}; commit them`,
  );
  process.exitCode = changed.length === 0 ? 0 : 1;
}

/** @returns the file where its content was another. */
function write(file: string, content: Buffer): string | undefined {
  const path = join(root, file);
  const before = existing(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return before?.equals(content) ? undefined : file;
}

function existing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
