import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { opaVersion } from './opa.ts';

/**
 * What policy.wasm was made of, as an in-toto statement of SLSA 1.0 (https://slsa.dev/spec/v1.0/provenance). Nobody signs it:
 * who doubts builds anew, byte for byte (`npm run verify`).
 */
export function provenance(root: string, wasm: Buffer, entrypoints: readonly string[]): object {
  const sources = globSync('policies/seinode/**/*.rego', {
    cwd: root,
    exclude: ['**/*_test.rego'],
  }).toSorted();
  const home = 'https://github.com/sei-protocol/kubectl-seinode';
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'policy.wasm', digest: digestOf(wasm) }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${home}/blob/main/scripts/opa.ts`,
        externalParameters: { entrypoints },
        resolvedDependencies: [
          { uri: `pkg:golang/github.com/open-policy-agent/opa@${opaVersion}` },
          ...sources.map(name => ({ name, digest: digestOf(readFileSync(join(root, name))) })),
        ],
      },
      runDetails: { builder: { id: `${home}/blob/main/scripts/verify.ts` } },
    },
  };
}

function digestOf(content: Buffer): { readonly sha256: string } {
  return { sha256: createHash('sha256').update(content).digest('hex') };
}
