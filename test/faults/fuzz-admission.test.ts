import test from 'ava';
import { createAdmission } from '../../core/admission/admit.ts';
import { parseJSON } from '../../core/json.ts';
import { decodeNetworkPolicy } from '../../core/network/decode-policy.ts';
import { networkPolicyTemplate } from '../../core/network/template.ts';
import { isFields } from '../../core/schema/structural.ts';
import { type Around, review } from '../../operator/webhook/review.ts';
import { createJudge } from '../../wasm/judge.ts';
import { n0, now, request, secret, template, validator, world } from '../core/admission/world.ts';
import { privateKey } from '../wasm/fixtures.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

const admit = createAdmission(createJudge());
const here = world();
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'n0-0', namespace: 'arctic', labels: { app: 'a', 'sei.io/node': 'n0' } },
  spec: { containers: [{ name: 'a', ports: [{ containerPort: 8443, name: 'tasks' }] }] },
  status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] },
};
const wide = networkPolicyTemplate(here.parameters, 'arctic').policy;
const open = {
  ...wide,
  spec: {
    podSelector: {},
    ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
  },
};
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'arctic', labels: { a: 'b' } } };
const corpus = [
  request({ after: n0 }),
  request({ before: n0, after: { ...n0, spec: { ...n0.spec, sidecar: {} } } }),
  request({ after: validator }),
  request({ before: secret('good'), after: secret('upper') }),
  request({ before: secret('good') }),
  request({ before: template, after: open }),
  request({ before: template }),
  request({ after: open }),
  request({ before: pod, after: { ...pod, metadata: { ...pod.metadata, labels: {} } } }),
  request({ after: { ...pod, metadata: { ...pod.metadata, name: 'x' } } }),
  request({ before: namespace, after: { ...namespace, metadata: { ...namespace.metadata, labels: {} } } }),
].map(asked => ({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked }));

/** Stretches of the key that is in the Secrets. */
const stretch = privateKey.split('\n')[1]?.slice(20, 60) ?? '';
const keys = [stretch, Buffer.from(privateKey).toString('base64').slice(60, 120)];

test('a review with anything done to it is answered by its uid, or refused in a sentence', async t => {
  await fuzz(t, {
    who: 'webhook',
    fault: 'an AdmissionReview that was made to hurt',
    count: 3_000,
    whole: 20_000,
    holds: random => {
      const text = JSON.stringify(mutateValue(random, random.pick(corpus))) ?? '';
      const body = random.below(4) === 0 ? mutateText(random, text) : text;
      const told: string[] = [];
      const around: Around = {
        world: { world: here } as Around['world'],
        admit,
        now: () => now,
        measure: ({ kind, operation }) => void told.push(kind, operation),
        failed: ({ message }) => void told.push(message),
      };
      const reply = review(Buffer.from(body), around);
      const said = JSON.stringify(reply) + told.join(' ');
      if (keys.some(key => said.includes(key))) return `shows a key: ${said.slice(0, 200)}`;
      if (reply.status !== 200) {
        const isSentence = [400, 413].includes(reply.status) || isNeverSent(parseJSON(body));
        return isSentence ? noSentence(reply.text) : `${reply.status} ${told}`;
      }
      return noAnswer(reply.review, body);
    },
  });
});

/** A policy that the API server itself refuses, before anybody is asked: what is made of it then is a fault of ours, and goes by failurePolicy. */
function isNeverSent(body: unknown): boolean {
  const { object, oldObject } = (body as { readonly request: { object?: unknown; oldObject?: unknown } })
    .request;
  return [object, oldObject].some(
    policy =>
      isFields(policy) &&
      policy.kind === 'NetworkPolicy' &&
      decodeNetworkPolicy(policy, 'arctic').faults.length > 0,
  );
}

/** What the API server would not take for an answer to what it asked. */
function noAnswer(answer: object, body: string): string | undefined {
  const asked = parseJSON(body);
  const uid = isFields(asked) && isFields(asked.request) ? asked.request.uid : undefined;
  const { response } = JSON.parse(JSON.stringify(answer));
  const { allowed, warnings = [], status, auditAnnotations = {} } = response;
  if (response.uid !== uid || typeof allowed !== 'boolean') return `answers ${JSON.stringify(response)}`;
  if (!allowed && noSentence(status.message.replaceAll('\n', ' ')))
    return noSentence(status.message.replaceAll('\n', ' '));
  const others: string[] = [...warnings, ...Object.values(auditAnnotations)];
  return others.map(each => noSentence(each, 2100)).find(wrong => wrong !== undefined);
}
