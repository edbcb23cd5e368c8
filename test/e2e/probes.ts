import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../operator/manifests.ts';
import type { Kubectl } from './kubectl.ts';
import type { Calls } from './probe/calls.ts';
import type { Answer, Question } from './probe/question.ts';
import { namespaces, type Run } from './run.ts';

/** Pods that ask. `submitter` holds the role of who sends tasks, `stranger` none; the first three are in the operator's namespace. */
const probes = {
  /** Looks like a pod of the operator. */
  controller: { namespace: namespaces.controller, account: 'submitter', isLabelled: true },
  stranger: { namespace: namespaces.controller, account: 'stranger', isLabelled: true },
  unlabelled: { namespace: namespaces.controller, account: 'submitter', isLabelled: false },
  elsewhere: { namespace: namespaces.elsewhere, account: 'submitter', isLabelled: true },
  monitoring: { namespace: namespaces.monitoring, account: 'submitter', isLabelled: false },
} as const;
export type Probe = keyof typeof probes;
export const probeNames = Object.keys(probes) as Probe[];

/** The user that the pods with the right are. */
export const submitter = (probe: Probe) => `system:serviceaccount:${probes[probe].namespace}:submitter`;
export const probeNamespace = (probe: Probe) => probes[probe].namespace;

const source = join(import.meta.dirname, 'probe');

/** The pods with what they need: their accounts and their scripts. Bindings are elsewhere. */
export function probeObjects({ images, certificates }: Run): object[] {
  const scripts = readdirSync(source).map(file => [file, readFileSync(join(source, file), 'utf8')]);
  const anchors = certificates.first.authority + certificates.second.authority;
  const data = {
    ...Object.fromEntries(scripts),
    'authorities.pem': anchors,
    'package.json': '{"type":"module"}',
  };
  const places = [namespaces.controller, namespaces.elsewhere, namespaces.monitoring];
  return [
    ...places.flatMap(namespace => [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace }, data },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'submitter', namespace } },
    ]),
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'stranger', namespace: namespaces.controller },
    },
    ...probeNames.map(name => pod(name, images.seid)),
  ];
}

/** Has a probe ask. */
export async function ask({ kubectl }: Run, probe: Probe, question: Question): Promise<Answer> {
  return JSON.parse(await script(kubectl, probe, 'ask.ts', question));
}

/** Has a probe ask for as long as the certificate is not that of an issuer. @param patience seconds. */
export async function keepAsking(
  { kubectl }: Run,
  probe: Probe,
  question: Question & { readonly issuer: string; readonly patience: number },
): Promise<Calls> {
  return JSON.parse(await script(kubectl, probe, 'calls.ts', question));
}

function script({ run }: Kubectl, probe: Probe, file: string, question: Question): Promise<string> {
  const inPod = ['exec', '-n', probes[probe].namespace, probe, '--'];
  return run([...inPod, 'node', `/probe/${file}`, JSON.stringify(question)]);
}

function pod(name: Probe, image: string): object {
  const { namespace, account, isLabelled } = probes[name];
  const labels = isLabelled ? manifest('Deployment').spec.template.metadata.labels : {};
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } },
    spec: {
      ...{ serviceAccountName: account, terminationGracePeriodSeconds: 0 },
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          ...{ name: 'probe', image, command: ['sleep', '1000000'] },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'probe', mountPath: '/probe' }],
        },
      ],
      volumes: [{ name: 'probe', configMap: { name: 'probe' } }],
    },
  };
}
