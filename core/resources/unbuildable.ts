import { takenPorts, tasksPort } from '../listeners.ts';
import { labelFaults } from '../schema/labels.ts';
import { dataKeyFault, labelFault, subdomainFault } from '../schema/names.ts';
import type { FieldFault } from '../schema/structural.ts';
import { shown } from '../schema/text.ts';
import { modesOf, type SeiNode, tlsSecretName } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { bootstrapOf } from './bootstrap.ts';
import { requirementFaults } from './requirements.ts';
import { keyringEnv } from './validator-keys.ts';

/** The StatefulSet controller labels a pod with `NAME-HASH`, of ten characters at most, and a label's value has 63. */
const longestName = 52;

/**
 * Why no pod can be made of a node although the API server took it: what its CRD lets through and a pod, a Service or
 * the sidecar's neighbours do not, and images that the operator was not told. Empty where the builders' objects are
 * accepted; else it becomes a condition and no plan is begun.
 */
export function unbuildableFields(node: SeiNode, settings: Settings): FieldFault[] {
  const { metadata, spec } = node;
  return [
    ...faultOf('metadata.name', nameFault(metadata.name)),
    ...labelFaults({ 'sei.io/chain': spec.chainId }, '').map(({ message }) => ({
      field: 'spec.chainId',
      message,
    })),
    ...labelFaults(spec.podLabels, 'spec.podLabels'),
    ...faultOf('spec.image', imageFault(spec.image)),
    ...faultOf(
      `spec.${modesOf(spec)[0]}.snapshot.bootstrapImage`,
      imageFault(bootstrapOf(node)?.image ?? ''),
    ),
    ...faultOf('spec.sidecar.image', imageFault(spec.sidecar?.image ?? '')),
    ...faultOf('spec.sidecar.port', portFault(tasksPort(node))),
    ...requirementFaults(node, 'spec.sidecar.resources'),
    ...faultOf('spec.sidecar.tls.secretName', subdomainFault(tlsSecretName(node) ?? 'none')),
    ...keyringEnv(node).flatMap(({ valueFrom }) =>
      faultOf(
        'spec.validator.operatorKeyring.secret.passphraseSecretRef.key',
        dataKeyFault(valueFrom?.secretKeyRef.key ?? ''),
      ),
    ),
    ...missingImages(node, settings),
  ];
}

function faultOf(field: string, message: string | undefined): FieldFault[] {
  return message === undefined ? [] : [{ field, message }];
}

function nameFault(name: string): string | undefined {
  return name.length > longestName
    ? `has ${name.length} characters, the name of a StatefulSet has room for ${longestName}`
    : prefixed('cannot name a Service: ', labelFault(name));
}

function prefixed(prefix: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : prefix + fault;
}

function imageFault(image: string): string | undefined {
  return /\s/.test(image) ? `is ${shown(image)}, and no image has white space in its name` : undefined;
}

function portFault(port: number): string | undefined {
  if (port < 1 || port > 65_535) return `is ${port}, a port is from 1 to 65535`;
  const holder = takenPorts.get(port);
  return holder === undefined ? undefined : `is ${port}, where ${holder} answers`;
}

/** The images that have no default are asked for by what needs them. */
function missingImages(node: SeiNode, settings: Settings): FieldFault[] {
  const needed = [
    ['spec.sidecar.tls', 'SEI_KUBE_RBAC_PROXY_IMAGE', tlsSecretName(node) !== undefined],
    ['spec', 'SEI_COSMOS_EXPORTER_IMAGE', true],
  ] as const;
  return needed
    .filter(([, variable, needs]) => needs && settings[variable] === undefined)
    .map(([field, variable]) => ({ field, message: `needs ${variable} in the operator's environment` }));
}
