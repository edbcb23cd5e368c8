import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Violation } from '../../core/policy.ts';
import { findGator } from '../../scripts/gator.ts';
import { node } from '../core/resources/nodes.ts';
import { examples } from '../plugin/terminal.ts';
import { type Mistake, mistakesOfPods, mistakesOfServices } from '../policies/mistakes.ts';
import { objectsOf } from '../policies/workload.ts';
import { requires } from '../requires.ts';
import { generatedClusters } from './clusters.ts';
import { type Asked, askGator } from './gator.ts';
import { askPlugin, isAbout } from './plugin.ts';

const gator = findGator();
const testWithGator = requires('gator, or Go to build it', gator !== undefined);
const networks = ['netpol-tasks-port', 'netpol-public-port', 'netpol-blocked'];
const count = Number(process.env.CLUSTERS ?? 6);

testWithGator(`gator finds in ${count} generated networks what policy check finds`, async t => {
  t.true((await same(t, [...networks, 'label-contract'], generatedClusters(count, 7).map(audited))) > 20);
});

testWithGator('gator finds what policy check finds of every mistake in pods and Services', async t => {
  const clusters = [...mistakesOfPods, ...mistakesOfServices].map(spoilt).map(audited);
  t.true((await same(t, ['listener-split'], clusters)) >= clusters.length);
});

testWithGator('gator finds what policy check finds of the example fleet', async t => {
  const names = ['cn-only', 'empty-key', 'expired', 'foreign-key', 'good-ec', 'no-secret', 'not-yet-valid'];
  const inventory = names.flatMap(name =>
    parseAllDocuments(readFileSync(join(examples, `${name}.yaml`), 'utf8')).map(each => each.toJS()),
  );
  t.is(await same(t, ['tls-secret', 'tls-sans'], [audited({ inventory })]), names.length - 1);
});

/** The nodes, which tell of all that is theirs. */
function audited({ inventory, parameters }: Pick<Asked, 'inventory' | 'parameters'>): Asked {
  const reviews = inventory.filter(object => (object as KubernetesObject).kind === 'SeiNode');
  return { inventory, reviews, ...(parameters && { parameters }) };
}

function spoilt([, make]: Mistake): Pick<Asked, 'inventory'> {
  const secured = node({ sidecar: { tls: { secretName: 'tls' } } });
  const objects = objectsOf(secured);
  make(objects);
  return { inventory: [secured, objects.pod, objects.statefulSet, objects.service] };
}

/** @returns how many violations there are. */
async function same(
  t: ExecutionContext,
  rules: readonly string[],
  clusters: readonly Asked[],
): Promise<number> {
  const answers = askGator(gator as string, rules, clusters);
  let violations = 0;
  for (const [at, cluster] of clusters.entries()) {
    const found = (await askPlugin(cluster)).filter(({ rule }) => rules.includes(rule));
    for (const [index, object] of cluster.reviews.entries()) {
      const theirs = (answers[at]?.[index] ?? []).map(({ details }) => details);
      const ours = found.filter(each => isAbout(each, object as KubernetesObject));
      t.deepEqual(comparable(theirs), comparable(ours), `cluster ${at}, node ${index}`);
      violations += ours.length;
    }
  }
  return violations;
}

/** Why a pair does not load only the parser knows. */
const cause = /(?<=that a TLS server can load): .*/;

/** Without what the plugin alone says: that, and how to mend a policy. */
function comparable(violations: readonly Violation[]): object[] {
  return violations
    .map(
      ({ rule, severity, field, message, details: { patches: _, create: __, ...details }, fix, docs }) => ({
        ...{ rule, severity, field, message: message.replace(cause, ''), fix, docs },
        details: JSON.parse(JSON.stringify(details)),
      }),
    )
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
