import { defaultSettings } from '../../../core/admission/settings.ts';
import type { Facts } from '../../../core/doctor/facts.ts';
import type { ValidatingWebhook } from '../../../core/doctor/objects.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { success } from '../../../core/result.ts';
import { webhookConfiguration } from '../../doctor/objects.ts';
import { type Finding, findings } from './findings.ts';
import { authority, certificate, healthy, slice, stranger } from './healthy.ts';

const shipped = webhookConfiguration(authority.certificate);

/** The webhooks, of which one is otherwise. */
function otherwise(name: string, change: Partial<ValidatingWebhook>): Partial<Facts> {
  const webhooks = (shipped.webhooks as ValidatingWebhook[]).map(webhook =>
    webhook.name.startsWith(`${name}.`) ? { ...webhook, ...change } : webhook,
  );
  return { webhooks: success([{ ...shipped, webhooks }]) };
}
const withoutDelete = (name: string, ...operations: string[]) =>
  otherwise(name, {
    rules: [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], operations }],
  });
const signedBy = (pem: string) => ({ webhooks: success([webhookConfiguration(pem)]) });
const serves = async (...days: Parameters<typeof certificate>) => ({
  certificate: success({ chain: await certificate(...days) }),
});
const answers = (message: string): Partial<Facts> => ({
  probe: { namespace: 'arctic', answer: { outcome: 'refused', message } },
});
const renamed = {
  ...defaultParameters,
  controller: { ...defaultParameters.controller, podSelector: { matchLabels: { app: 'mine' } } },
};
const client = (service: { namespace: string; name: string }) => ({
  clientConfig: { service, caBundle: shipped.webhooks[0].clientConfig.caBundle },
});
const selector = { matchLabels: { tier: 'gold' } };

const table: readonly Finding[] = [
  [
    'none, and Gatekeeper in its place',
    { webhooks: success([]) },
    'webhook-installed',
    'warn',
    /Gatekeeper's constraints alone/,
  ],
  [
    'none at all',
    { webhooks: success([]), gatekeeper: { ...healthy.gatekeeper, constraints: success([]) } },
    'webhook-installed',
    'fail',
    /nothing refuses/,
  ],
  ['none at all', { webhooks: success([]) }, 'webhook-failure-policy', 'skipped', /not installed/],
  [
    'one is missing',
    { webhooks: success([{ ...shipped, webhooks: shipped.webhooks.slice(1) }]) },
    'webhook-installed',
    'fail',
    /lacks seinodes\.seinode\.sei\.io$/,
  ],
  [
    'open while the operator is away',
    otherwise('seinodes', { failurePolicy: 'Ignore' }),
    'webhook-failure-policy',
    'fail',
    /^seinodes\.seinode\.sei\.io has failurePolicy Ignore/,
  ],
  [
    'NetworkPolicies open while the operator is away',
    otherwise('networkpolicies', { failurePolicy: 'Ignore' }),
    'webhook-failure-policy',
    'fail',
    /^networkpolicies/,
  ],
  [
    'closed for what must go on',
    otherwise('secrets', { failurePolicy: 'Fail' }),
    'webhook-failure-policy',
    'warn',
    /^secrets.* stops what must go on/,
  ],
  [
    'deletes off',
    withoutDelete('networkpolicies', 'CREATE', 'UPDATE'),
    'webhook-rules',
    'fail',
    /^networkpolicies\.\S+ is not asked about DELETE of networkpolicies\.networking\.k8s\.io$/,
  ],
  [
    'updates off as well',
    withoutDelete('networkpolicies', 'CREATE'),
    'webhook-rules',
    'fail',
    /UPDATE .* \(and 1 more\)$/,
  ],
  ['everything', withoutDelete('networkpolicies', '*'), 'webhook-rules', 'pass', /every operation/],
  [
    'a namespace of nodes left out',
    otherwise('seinodes', { namespaceSelector: selector }),
    'webhook-selectors',
    'fail',
    /leaves out arctic, which holds nodes/,
  ],
  [
    'a namespace without nodes left out',
    otherwise('seinodes', {
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
        ],
      },
    }),
    'webhook-selectors',
    'pass',
    /no namespace/,
  ],
  [
    'objects left out',
    otherwise('secrets', { objectSelector: selector }),
    'webhook-selectors',
    'fail',
    /objectSelector of secrets/,
  ],
  [
    'a condition more',
    otherwise('seinodes', { matchConditions: [{ name: 'mine', expression: 'false' }] }),
    'webhook-selectors',
    'fail',
    /matchCondition of its own, mine/,
  ],
  [
    "the controller's own labels",
    { ...otherwise('pods', { objectSelector: { matchLabels: { 'control-plane': 'controller-manager' } } }) },
    'webhook-selectors',
    'pass',
    /no namespace/,
  ],
  [
    'labels of another controller',
    {
      ...otherwise('pods', { objectSelector: { matchLabels: { 'control-plane': 'controller-manager' } } }),
      policySettings: success({ isThere: true, faults: [], parameters: renamed, admission: defaultSettings }),
    },
    'webhook-selectors',
    'fail',
    /leaves out pods with the controller's labels, app=mine/,
  ],
  [
    'a condition less',
    otherwise('seinodes', { matchConditions: shipped.webhooks[0].matchConditions.slice(1) }),
    'webhook-selectors',
    'fail',
    /lacks the matchCondition not-the-operator/,
  ],
  [
    'the condition that knows another controller',
    {
      ...otherwise('pods', {
        matchConditions: shipped.webhooks
          .at(-1)
          .matchConditions.map(({ name, expression }: { name: string; expression: string }) => ({
            name,
            expression: name.startsWith('of-a-node')
              ? expression
                  .replaceAll('app.kubernetes.io/name', 'app')
                  .replaceAll('sei-k8s-controller', 'mine')
              : expression,
          })),
      }),
      policySettings: success({ isThere: true, faults: [], parameters: renamed, admission: defaultSettings }),
    },
    'webhook-selectors',
    'pass',
    /no namespace/,
  ],
  [
    'labels of another controller, as shipped',
    {
      policySettings: success({ isThere: true, faults: [], parameters: renamed, admission: defaultSettings }),
    },
    'webhook-selectors',
    'fail',
    /^pods\S+ leaves out pods with the controller's labels, app=mine/,
  ],
  [
    'a long timeout',
    otherwise('pods', { timeoutSeconds: 30 }),
    'webhook-timeout',
    'warn',
    /^pods.* 30 s, not 3 s: a webhook that hangs/,
  ],
  [
    'the default timeout',
    otherwise('pods', { timeoutSeconds: undefined as never }),
    'webhook-timeout',
    'warn',
    /10 s, not 3 s/,
  ],
  ['a short timeout', otherwise('pods', { timeoutSeconds: 1 }), 'webhook-timeout', 'warn', /cut off/],
  ['an empty caBundle', signedBy(''), 'webhook-certificate', 'fail', /^the caBundle of seinodes\S+ is empty/],
  ['a caBundle without sense', signedBy('x'), 'webhook-certificate', 'fail', /holds no certificate/],
  [
    'an expired caBundle',
    { now: '2040-01-01T00:00:00Z' },
    'webhook-certificate',
    'fail',
    /caBundle of \S+ expired at/,
  ],
  [
    'a mismatched caBundle',
    signedBy(stranger.certificate),
    'webhook-certificate',
    'fail',
    /does not vouch for the serving certificate \(issuer CN=webhook\)/,
  ],
  [
    'two authorities during a rotation',
    signedBy(stranger.certificate + authority.certificate),
    'webhook-certificate',
    'pass',
    /vouches/,
  ],
  [
    'the certificate itself as caBundle',
    certificate().then(pem => ({ ...signedBy(pem), certificate: success({ chain: pem }) })),
    'webhook-certificate',
    'pass',
    /vouches/,
  ],
  [
    'an expired certificate',
    serves(-30, -1),
    'webhook-certificate',
    'fail',
    /the serving certificate expired at 2026-05-31T00:00:00Z/,
  ],
  ['a certificate of tomorrow', serves(1, 30), 'webhook-certificate', 'fail', /not valid before 2026-06-02/],
  [
    'a certificate not renewed in time',
    serves(-60, 5),
    'webhook-certificate',
    'warn',
    /not renewed in time: 5d are left/,
  ],
  [
    'a certificate of another name',
    serves(-30, 60, 'elsewhere.svc'),
    'webhook-certificate',
    'fail',
    /lacks the name sei-k8s-controller-webhook\.sei-k8s-controller-system\.svc/,
  ],
  ['no Secret', { certificate: success(undefined) }, 'webhook-certificate', 'fail', /holds no certificate/],
  ['no Service', { endpoints: success(undefined) }, 'webhook-endpoints', 'fail', /there is no Service/],
  [
    'no endpoint that is ready',
    { endpoints: success([slice(false)]) },
    'webhook-endpoints',
    'fail',
    /no endpoint that is ready/,
  ],
  [
    'another Service',
    otherwise('pods', client({ namespace: 'a', name: 'b' })),
    'webhook-endpoints',
    'fail',
    /^pods\S+ does not point at/,
  ],
  [
    'a URL',
    { webhooks: success([webhookConfiguration(authority.certificate, 'https://localhost:1/')]) },
    'webhook-endpoints',
    'skipped',
    /URL/,
  ],
  [
    'it refuses',
    answers('cannot create: admission webhook "seinodes.seinode.sei.io" denied the request: x'),
    'webhook-reachable',
    'pass',
    /it refused/,
  ],
  [
    'nobody answers',
    answers(
      'answers 500: Internal error occurred: failed calling webhook "seinodes.seinode.sei.io": failed to call webhook: connection refused',
    ),
    'webhook-reachable',
    'fail',
    /does not reach it: failed to call webhook: connection refused/,
  ],
  [
    'another refuses',
    answers('admission webhook "other" denied the request'),
    'webhook-reachable',
    'unknown',
    /other/,
  ],
  [
    'no right',
    answers('no permission to create seinodes.sei.io'),
    'webhook-reachable',
    'unknown',
    /no permission/,
  ],
  [
    'it is let through unasked',
    otherwise('seinodes', { failurePolicy: 'Ignore' }),
    'webhook-reachable',
    'warn',
    /says nothing/,
  ],
  ['no namespace to ask in', { probe: undefined }, 'webhook-reachable', 'skipped', /no namespace/],
];

findings(table);
