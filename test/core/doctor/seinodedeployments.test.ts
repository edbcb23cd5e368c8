import test from 'ava';
import type { SeiNodeDeployment } from '../../../core/doctor/objects.ts';
import { seiNodeDeployments } from '../../../core/doctor/operator/seinodedeployments.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { operatorDeployment } from '../../doctor/objects.ts';
import { node } from '../resources/nodes.ts';

const metadata = { name: 'd0', namespace: 'arctic', uid: 'u0', generation: 3 };
const asLeft = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNodeDeployment', metadata };
const seen = { observedGeneration: 3 };
const owned = (uid: string): SeiNode => {
  const owner = {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNodeDeployment',
    name: 'd0',
    uid,
    controller: true,
  };
  const found = node();
  return { ...found, metadata: { ...found.metadata, ownerReferences: [owner] } };
};

type Change = Partial<Omit<SeiNodeDeployment, 'metadata'>> & { readonly metadata?: object };
const deployment = ({ metadata: more, ...change }: Change = {}): SeiNodeDeployment => ({
  ...asLeft,
  ...{ spec: { replicas: 1 }, status: seen, ...change },
  metadata: { ...metadata, ...more },
});

const cases: readonly (readonly [title: string, found: SeiNodeDeployment, details: RegExp])[] = [
  ['one that is as it was left', deployment(), /^SeiNodeDeployment arctic\/d0: it is as it was left/],
  ['more replicas than nodes', deployment({ spec: { replicas: 3 } }), /asks for 3 SeiNodes and has 1$/],
  ['an edit', deployment({ status: { observedGeneration: 2 } }), /last edit \(generation 3\) has reached no/],
  [
    'a rollout that broke off',
    deployment({
      status: {
        ...seen,
        plan: {
          phase: 'Active',
          tasks: [
            { type: 'update-node-specs', status: 'Complete' },
            { type: 'await-spec-update', status: 'Pending' },
          ],
        },
      },
    }),
    /its plan has stopped at await-spec-update$/,
  ],
  ['a genesis', deployment({ spec: { replicas: 1, genesis: {} } }), /genesis is assembled by nobody$/],
  [
    'a genesis that is done',
    deployment({
      spec: { replicas: 1, genesis: {} },
      status: { ...seen, conditions: [{ type: 'GenesisCeremonyComplete', status: 'True' }] },
    }),
    /as it was left/,
  ],
  [
    'routes',
    deployment({ spec: { replicas: 1, networking: {} } }),
    /Services and HTTPRoutes stay as they are$/,
  ],
  [
    'one that is being deleted',
    deployment({ metadata: { deletionTimestamp: '2026-06-01T00:00:00Z' } }),
    /waits for its finalizer: without it .* deleted with their volumes$/,
  ],
  [
    'one that is being deleted, to be retained',
    deployment({
      spec: { replicas: 1, deletionPolicy: 'Retain' },
      metadata: { deletionTimestamp: '2026-06-01T00:00:00Z' },
    }),
    /although its deletionPolicy is Retain$/,
  ],
];

for (const [title, found, details] of cases) {
  test(`without the Go operator ${title} is told for what it is`, t => {
    const verdict = seiNodeDeployments([found], [owned('u0'), owned('another')], [operatorDeployment()]);
    t.is(verdict.status, 'fail');
    t.is(verdict.details?.length, 1);
    t.regex(verdict.details?.[0] ?? '', details);
  });
}

const reference = operatorDeployment('elsewhere', 'ghcr.io/sei-protocol/sei-k8s-controller:v1');
const stranger = operatorDeployment('elsewhere', 'example.com/operator:v1');
const beside = [
  ['the Go operator', [reference], 'pass', /by the Go operator$/],
  ['both', [operatorDeployment(), reference], 'warn', /only while the Go operator leads/],
  [
    'one that is not known',
    [stranger],
    'warn',
    /nobody can tell whether unknown operator: .* reconciles them$/,
  ],
  ['none', [], 'fail', /nobody reconciles them/],
] as const;

for (const [title, operators, status, message] of beside) {
  test(`with ${title} deployed it is ${status}`, t => {
    const verdict = seiNodeDeployments([deployment()], [owned('u0')], operators);
    t.is(verdict.status, status);
    t.regex(verdict.message, message);
  });
}
