import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import type { Violation } from '../../core/policy.ts';

/** A cluster, and what of it Gatekeeper is asked about: objects as the audit sees them, or AdmissionReviews. */
export type Asked = {
  readonly inventory: readonly object[];
  readonly reviews: readonly object[];
  readonly parameters?: PolicyParameters;
};

/** What a template says: the message of Gatekeeper, and the violation. */
export type Shown = { readonly msg: string; readonly details: Violation };

const policies = join(import.meta.dirname, '../../policies/gatekeeper');

/**
 * Asks gator about clusters, by the templates and constraints that are committed.
 *
 * @param gator path of the binary. @param rules those that are asked, by id.
 * @returns for each cluster what is said of each of its reviews, by all of these rules.
 */
export function askGator(gator: string, rules: readonly string[], clusters: readonly Asked[]): Shown[][][] {
  const directory = mkdtempSync(join(tmpdir(), 'gator-'));
  try {
    for (const rule of rules) writeYAML(join(directory, `${rule}.yaml`), telling(read(rule, 'templates')));
    const tests = clusters.flatMap((cluster, at) => {
      const files = writeCluster(join(directory, `${at}`), cluster);
      return rules.map(rule => testOf(directory, `${at}`, rule, cluster, files));
    });
    writeYAML(join(directory, 'suite.yaml'), {
      apiVersion: 'test.gatekeeper.sh/v1alpha1',
      kind: 'Suite',
      metadata: { name: 'asked' },
      tests,
    });
    return answersIn(run(gator, directory), clusters, rules.length);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** gator prints messages alone, and only where a case fails: here a message is all there is to say, and no case passes. */
function telling(template: ReturnType<typeof read>): object {
  const [{ source }] = template.spec.targets[0].code;
  source.rego = source.rego.replace(
    'violation contains answers.shown(found) if',
    'violation contains {"msg": json.marshal(answers.shown(found))} if',
  );
  return template;
}

function testOf(directory: string, at: string, rule: string, { parameters }: Asked, files: Files): object {
  const constraint = read(rule, 'constraints');
  if (parameters !== undefined && rule.startsWith('netpol-')) constraint.spec.parameters = parameters;
  writeYAML(join(directory, at, `${rule}.yaml`), constraint);
  const cases = files.reviews.map((object, index) => ({
    name: `${index}`,
    object,
    inventory: files.inventory,
    assertions: [{ violations: 1, message: '^none is like this$' }],
  }));
  return { name: `${at} ${rule}`, template: `${rule}.yaml`, constraint: `${at}/${rule}.yaml`, cases };
}

type Files = { readonly inventory: readonly string[]; readonly reviews: readonly string[] };

function writeCluster(directory: string, { inventory, reviews }: Asked): Files {
  mkdirSync(directory);
  const write = (name: string, content: string) => {
    writeFileSync(join(directory, `${name}.yaml`), content);
    return join(directory, `${name}.yaml`).split('/').slice(-2).join('/');
  };
  const json = (objects: readonly object[]) => objects.map(object => JSON.stringify(object)).join('\n---\n');
  return {
    inventory: inventory.length === 0 ? [] : [write('inventory', json(inventory))],
    reviews: reviews.map((review, index) => write(`review-${index}`, JSON.stringify(review))),
  };
}

function run(gator: string, directory: string): string {
  const { stdout, stderr } = spawnSync(gator, ['verify', join(directory, 'suite.yaml')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return `${stdout}\n${stderr}`;
}

/** The lines of a case, and under each what keeps it from passing, come before the line of its test. */
function answersIn(output: string, clusters: readonly Asked[], rules: number): Shown[][][] {
  const answers = clusters.map(({ reviews }) => reviews.map((): Shown[] => []));
  const cases: [review: number, shown: Shown[]][] = [];
  let asked = 0;
  for (const [, indent, name, why] of output.matchAll(/^( *)--- FAIL: (.+)\t\(.*\)(?:\n {8}(.*))?$/gm)) {
    if (indent !== '') cases.push([Number(name), messagesIn(why ?? '')]);
    else {
      const [cluster] = name!.split(' ');
      asked += cases.length;
      for (const [review, shown] of cases.splice(0)) answers[Number(cluster)]![review]!.push(...shown);
    }
  }
  const wanted = rules * clusters.flatMap(({ reviews }) => reviews).length;
  if (asked !== wanted) throw new Error(`gator answered ${asked} of ${wanted}: ${output.slice(0, 2000)}`);
  return answers;
}

/** `got messages [MESSAGE MESSAGE]`, each JSON. */
function messagesIn(line: string): Shown[] {
  const [, list] = /got messages \[(.*)\]$/.exec(line) ?? [];
  if (list === undefined) throw new Error(`gator: ${line}`);
  return JSON.parse(`[${list.replaceAll('} {"details":', '},{"details":')}]`);
}

// biome-ignore lint/suspicious/noExplicitAny: manifests as they are written
function read(rule: string, folder: string): any {
  const isSecret = rule === 'tls-secret' || rule === 'tls-sans';
  return parse(readFileSync(join(policies, isSecret ? 'secrets' : '', folder, `${rule}.yaml`), 'utf8'));
}

function writeYAML(file: string, content: object): void {
  writeFileSync(file, stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }));
}
