import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetworkAnswer, NetworkInput } from '../../core/network/question.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { gatekeeperLibs } from '../../scripts/gatekeeper-libs.ts';

/** What an engine makes of a network: who reaches whom, and what the rules find. */
export type Verdict = {
  readonly reach: NetworkAnswer;
  readonly violations: readonly NetworkViolation[];
};

const root = join(import.meta.dirname, '../..');

/** Asks `opa eval`. @param opa path of the binary. */
export function askOPA(opa: string, inputs: readonly NetworkInput[]): Verdict[] {
  return inFile(JSON.stringify({ cases: inputs }), file => {
    const query = `[verdict | some network in input.cases; ${verdict('data')}]`;
    const args = ['eval', '--format', 'json', '-d', 'policies/seinode', '-i', file, query];
    return JSON.parse(run(opa, args)).result[0].expressions[0].value;
  });
}

/** Asks gator, by a constraint that says what it found of each object. @param gator path of the binary. */
export function askGatekeeper(gator: string, inputs: readonly NetworkInput[]): Verdict[] {
  const objects = inputs.map((network, at) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: `case-${at}` },
    network,
  }));
  const manifests = [template(), constraint, ...objects].map(object => JSON.stringify(object));
  return inFile(manifests.join('\n---\n'), file => {
    const results = JSON.parse(run(gator, ['test', '-f', file, '-o', 'json'])) as Found[];
    const byName = new Map(results.map(({ violatingObject, msg }) => [violatingObject.metadata.name, msg]));
    return objects.map(({ metadata }) => JSON.parse(byName.get(metadata.name) ?? 'null'));
  });
}

type Found = {
  readonly msg: string;
  readonly violatingObject: { readonly metadata: { readonly name: string } };
};

/** Rego that binds `verdict` on `network`. */
function verdict(below: 'data' | 'data.lib'): string {
  const ask = (what: string) => `${below}.${what} with input as {"network": network}`;
  return [
    `reach := ${ask('seinode.netpol.reach')}`,
    `violations := ${ask('seinode.violations')}`,
    'verdict := {"reach": reach, "violations": violations}',
  ].join('; ');
}

const constraint = {
  apiVersion: 'constraints.gatekeeper.sh/v1beta1',
  kind: 'SeiNodeVerdict',
  metadata: { name: 'verdict' },
  // A denial would end in exit code 1.
  spec: { enforcementAction: 'dryrun' },
};

function template(): object {
  const rego = `package seinodeverdict

violation contains {"msg": json.marshal(verdict)} if {
	network := input.review.object.network
	${verdict('data.lib')}
}
`;
  const source = { version: 'v1', rego, libs: gatekeeperLibs(join(root, 'policies/seinode')) };
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: { name: 'seinodeverdict' },
    spec: {
      crd: { spec: { names: { kind: 'SeiNodeVerdict' } } },
      targets: [{ target: 'admission.k8s.gatekeeper.sh', code: [{ engine: 'Rego', source }] }],
    },
  };
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' });
}

function inFile<T>(content: string, use: (file: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    const file = join(directory, 'input.yaml');
    writeFileSync(file, content);
    return use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
