import test from 'ava';
import { questionOf } from '../../core/network/classes.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import { boundedJudge } from '../../operator/bounded-judge.ts';
import { createJudge } from '../../wasm/judge.ts';

const judge = boundedJudge(createJudge());

test('policies of everyday size are judged as they are', t => {
  t.true(asked(100).ok);
});

test('policies that would hold up the operator are not asked about, and the failure says how large they are', t => {
  const answer = asked(50_000);
  t.false(answer.ok);
  t.regex(answer.ok ? '' : answer.error, /ask 100001 things of pods, and 2000 are the most/);
});

function asked(peers: number) {
  const policy: NetworkPolicy = {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    metadata: { namespace: 'arctic', name: 'large' },
    spec: {
      podSelector: {},
      ingress: [
        {
          from: Array.from({ length: peers }, (_, at) => ({
            podSelector: { matchLabels: { app: `a${at}` } },
          })),
        },
      ],
    },
  };
  const network = { policies: [policy], pods: [], namespaces: new Map(), caveats: [] };
  return judge.networkViolations(questionOf(network, [], defaultParameters).input);
}
