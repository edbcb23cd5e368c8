import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { AdmissionRequest, World } from '../../core/admission/admission.ts';
import { createAdmission } from '../../core/admission/admit.ts';
import { defaultSettings } from '../../core/admission/settings.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { findGator } from '../../scripts/gator.ts';
import { createJudge } from '../../wasm/judge.ts';
import { furniture } from './admission-mix.ts';
import { namespace, seiNode } from './fleet.ts';
import { overHTTPS } from './over-https.ts';
import type { Row } from './report.ts';
import { median } from './statistics.ts';

const bundle = join(import.meta.dirname, '../../policies/gatekeeper');
const fleet = 50;
const [rounds, theirRounds] = [20, 4];

/**
 * A node judged by every rule of the bundle, beside `gator bench` of the bundle over the same nodes, policies and
 * namespaces. It asks as Gatekeeper's audit does; ours is asked as a node is created, which is judged by the same rules.
 */
export async function gatekeeper(directory: string): Promise<Row[]> {
  const gator = findGator();
  if (gator === undefined) {
    console.log('without gator the webhook has no peer');
    return [];
  }
  const world = worldOf();
  const [all, one] = [
    await gatorBench(gator, directory, world),
    await gatorBench(gator, directory, world, 'netpol-public-port'),
  ];
  const inProcess = median(ours(world));
  const overTLS = median(await overHTTPS(world, requestsOf(world), rounds));
  const row = (what: string, figure: number, peer: number): Row => ({
    what: `a node judged by all rules ${what}, beside gator bench`,
    ours: `${figure.toFixed(2)} ms`,
    peer: `${peer.toFixed(2)} ms a node`,
    figure: figure / peer,
    target: 0.5,
  });
  return [
    row('in the process', inProcess, all),
    row('through HTTPS', overTLS, all),
    row('in the process; the peer by netpol-public-port alone', inProcess, one),
  ];
}

/** The fleet without its Secrets, among the policies of the load. */
function worldOf(): World {
  const nodes = Array.from(
    { length: fleet },
    (_, index) => within(seiNode(`n${index}`), namespace) as SeiNode,
  );
  const policies = furniture().flatMap(([path, objects]) => {
    const [, home] = /networking.k8s.io\/v1\/namespaces\/(.+)\/networkpolicies$/.exec(path) ?? [];
    return home === undefined ? [] : objects.map(object => within(object, home) as unknown as NetworkPolicy);
  });
  const names = [namespace, 'beside', 'monitoring', 'sei-k8s-controller-system'];
  const namespaces = new Map(names.map(name => [name, { 'kubernetes.io/metadata.name': name }]));
  return {
    ...{ nodes, parameters: defaultParameters, settings: defaultSettings, secret: () => undefined },
    network: { policies, pods: [], namespaces, caveats: [] },
  };
}

function within(object: object, namespace: string): object {
  const { metadata, ...rest } = object as { metadata: object };
  return { ...rest, metadata: { ...metadata, namespace } };
}

function requestsOf({ nodes }: World): AdmissionRequest[] {
  return nodes.map(({ metadata, ...node }) => ({
    uid: metadata.name,
    kind: { group: 'sei.io', version: 'v1alpha1', kind: 'SeiNode' },
    ...{ namespace, name: metadata.name, operation: 'CREATE', userInfo: { username: 'alice' } },
    object: { ...node, metadata },
    oldObject: null,
  }));
}

/** Milliseconds of each answer; the first round finds nothing compiled. */
function ours(world: World): number[] {
  const admit = createAdmission(createJudge());
  const now = new Date().toISOString();
  const times = Array.from({ length: rounds }, () =>
    requestsOf(world).map(request => {
      const begun = performance.now();
      admit(request, world, now);
      return performance.now() - begun;
    }),
  );
  return times.slice(1).flat();
}

/** Milliseconds a node. Constraints ask about nodes alone, so that of all else it is only seen that it is none. @param only a rule. */
async function gatorBench(gator: string, directory: string, world: World, only = ''): Promise<number> {
  const path = join(directory, `gator-${only}`);
  mkdirSync(path);
  for (const file of readdirSync(join(bundle, 'constraints')).filter(file => file.startsWith(only))) {
    cpSync(join(bundle, 'templates', file), join(path, `template-${file}`));
    const constraint = parse(readFileSync(join(bundle, 'constraints', file), 'utf8'));
    constraint.spec.match.kinds = [{ apiGroups: ['sei.io'], kinds: ['SeiNode'] }];
    writeFileSync(join(path, file), stringify(constraint));
  }
  const { nodes, network } = world;
  const namespaces = [...network.namespaces].map(([name, labels]) => ({
    ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
  }));
  const objects = [...nodes, ...network.policies, ...namespaces].map(object => stringify(object));
  writeFileSync(join(path, 'objects.yaml'), objects.join('---\n'));
  const args = [
    'bench',
    '--engine=rego',
    '-o',
    'json',
    '-n',
    String(theirRounds),
    '--warmup',
    '1',
    '-f',
    path,
  ];
  const stdout = execFileSync(gator, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ totalReviews, reviewsPerSecond }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  return ((totalReviews / reviewsPerSecond) * 1000) / theirRounds / nodes.length;
}
