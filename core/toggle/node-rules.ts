import { shortDuration } from '../duration.ts';
import { publicPort } from '../listeners.ts';
import { isBootstrapped } from '../plan/bootstrapped.ts';
import { snapshotOf } from '../plan/spec.ts';
import { dataClaimName } from '../resources/names.ts';
import { modesOf } from '../seinode.ts';
import type { Checked } from './facts.ts';

const week = 7 * 86_400_000;

/** What the node itself does now. */
export function stateRefusals({ node }: Checked): string[] {
  const { name, deletionTimestamp } = node.metadata;
  const deleting =
    deletionTimestamp === undefined
      ? []
      : [`SeiNode ${name} is being deleted, since ${deletionTimestamp}: nothing is begun with it`];
  const { plan } = node.status ?? {};
  const task = plan?.tasks?.find(({ status }) => status === 'Pending')?.type;
  const at = task === undefined ? '' : ` (at ${task})`;
  const active =
    plan?.phase === 'Active'
      ? [
          `a plan of SeiNode ${name} is Active${at}: wait for its end, kubectl seinode plan ${name} -w shows it`,
        ]
      : [];
  return [...deleting, ...active];
}

/** Under the reference a bootstrap Job would run over the chain that is there; ours knows a volume that has one. */
export function bootstrapRefusals({ node, seen, operator }: Checked): string[] {
  const { bootstrapImage, s3 } = snapshotOf(node) ?? {};
  if (!bootstrapImage || s3 === undefined) return [];
  const what = `SeiNode ${node.metadata.name} bootstraps from the image ${bootstrapImage}`;
  if (operator !== 'ours') {
    const who = operator === 'reference' ? 'the reference controller' : 'an operator that is not known';
    return [
      `${what}, and ${who} would do so again on its volume: take snapshot.bootstrapImage out of it first`,
    ];
  }
  return isBootstrapped(node, seen.claim)
    ? []
    : [
        `${what}, and PersistentVolumeClaim ${dataClaimName(node)} does not say that its chain is there: annotate it sei.io/bootstrapped=${node.spec.chainId} where it is`,
      ];
}

/** What the API server has against the new node. Its name is another here, and the one before still counts in a quota. */
export function dryRunRefusals({ dryRun, node, to }: Checked): string[] {
  if (dryRun?.kind === 'refused') {
    return isVerdict(dryRun.message)
      ? [`the new node is refused (server dry-run): ${dryRun.message}; nothing is deleted for it`]
      : [];
  }
  if (dryRun === undefined) return [];
  const claim = dataClaimName(node);
  const { sidecar, dataVolume } = dryRun.spec ?? {};
  const lost = [
    ...((sidecar?.tls?.secretName ?? null) === to ? [] : [`spec.sidecar.tls.secretName: ${to ?? 'none'}`]),
    ...(dataVolume?.import?.pvcName === claim ? [] : [`spec.dataVolume.import.pvcName: ${claim}`]),
  ];
  return lost.map(
    field =>
      `the API server does not keep ${field} of the new node (server dry-run): the CRD seinodes.sei.io is older, or a webhook changes it; mend that first`,
  );
}

export function dryRunWarnings({ dryRun }: Checked): string[] {
  return dryRun?.kind === 'refused' && !isVerdict(dryRun.message)
    ? [
        `whether the new node is accepted cannot be said: ${dryRun.message}; where it is not, its creation is tried until it is`,
      ]
    : [];
}

/** A quota has room once the node is gone, a name is not the one it will have, a webhook may know no dry-run. */
function isVerdict(message: string): boolean {
  return !/exceeded quota|metadata\.(generateN|n)ame\b|does not support dry run/.test(message);
}

/** What the gate would say of the Secret (contract §2). */
export function secretRefusals({ secret, node, to }: Checked): string[] {
  if (secret === undefined || secret.verdict.status === 'True') return [];
  const { reason, message } = secret.verdict;
  const { namespace, name } = node.metadata;
  return [
    `Secret ${namespace}/${to} is not ready for SeiNode ${name} (${reason}: ${message}), and the new node would not start: kubectl seinode tls request ${name} -n ${namespace} --secret ${to} says what is needed`,
  ];
}

export function secretWarnings({ secret, to, now }: Checked): string[] {
  const { verdict, notAfter = '' } = secret ?? {};
  const left = Date.parse(notAfter) - Date.parse(now);
  return verdict?.status === 'True' && left < week
    ? [`the certificate in Secret ${to} ends in ${shortDuration(left)}, at ${notAfter}: renew it soon`]
    : [];
}

export function validatorWarnings({ node }: Checked): string[] {
  return modesOf(node.spec).includes('validator')
    ? [
        `SeiNode ${node.metadata.name} IS A VALIDATOR: IT SIGNS NOTHING from its deletion until the new pod runs; no second pod starts before the first is gone, so that nothing is signed twice`,
      ]
    : [];
}

/**
 * The operator tells the new node through its tasks port that it may start. Without TLS nothing but NetworkPolicies keeps
 * others from that port.
 */
export function networkWarnings({ network, node, to }: Checked): string[] {
  if (network === undefined) {
    return [
      `NetworkPolicies in ${node.metadata.namespace} cannot be read: whether they let the operator in to the tasks of the new pod, and nobody else, is not known`,
    ];
  }
  return network.flatMap(({ rule, message, details }) => {
    if (rule === 'netpol-blocked' && details.port !== publicPort)
      return [
        `${message}; the new node does not start without it: kubectl seinode netpol template shows how`,
      ];
    return rule === 'netpol-tasks-port' && to === null
      ? [`${message}; without TLS whoever gets in there signs: kubectl seinode netpol template closes it`]
      : [];
  });
}
