import { configMaps, pods, seiNodes } from '../../cluster/resource.ts';
import { defaultTasksPort, proxyPort, publicPort } from '../../core/listeners.ts';
import { podTemplate } from '../../core/resources/pod-template.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import type { PodTemplate } from '../../core/resources/types.ts';
import type { KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { node, settings, tls } from '../core/resources/nodes.ts';
import { ask, type Question, type Reply } from './ask.ts';
import type { Place } from './place.ts';
import type { PodBed } from './with-pods.ts';

/** The role of our manifests for who sends tasks. */
export const submitter = 'sei-validator-task-submitter';

/** A chain whose genesis came with the sidecar's image. */
export const chain = { chainId: 'pods-1' };

/** How a node's ports are asked: those that a plain port does not need are left out. */
export type Ports = {
  /** Through kube-rbac-proxy. @param token undefined: none is shown. */
  readonly proxy: (token: string | undefined, path: string, more?: Partial<Question>) => Promise<Reply>;
  readonly tasks: (path: string, more?: Partial<Question>) => Promise<Reply>;
  readonly open: (path: string, more?: Partial<Question>) => Promise<Reply>;
};

/** The ports of node n0 of a place. */
export function portsOf({ authority }: PodBed, place: Place): Ports {
  const verifiedBy = { ca: authority.certificate, name: place.namesOf('n0')[1]! };
  return {
    proxy: (token, path, { headers = [], ...more } = {}) => {
      const bearer = token === undefined ? [] : ['authorization', `Bearer ${token}`];
      return ask({ port: proxyPort, path, verifiedBy, headers: [...bearer, ...headers], ...more });
    },
    tasks: (path, more) => ask({ port: defaultTasksPort, path, ...more }),
    open: (path, more) => ask({ port: publicPort, path, ...more }),
  };
}

/**
 * Makes the pod of a node under TLS without an operator, and waits until its proxy answers.
 *
 * @param change what is otherwise in it. @param pair what its Secret holds, where it is not what it should be.
 */
export async function makePod(
  bed: PodBed,
  place: Place,
  change: (template: PodTemplate) => PodTemplate = template => template,
  pair?: KeyPair,
): Promise<Ports> {
  const { metadata, ...made } = node({ ...tls, image: 'sei:v6.3.0' });
  const here = { ...made, metadata: { ...metadata, namespace: place.namespace } };
  const { metadata: config, data } = proxyConfig(here)!;
  const template = change(podTemplate(here, settings));
  await place.provide(pair ?? (await place.pair()));
  await place.create(configMaps, { metadata: { name: config.name }, data });
  await place.create(pods, { ...template, metadata: { ...template.metadata, name: 'n0-0' } });
  const key = place.key('n0-0');
  await place.awaits(
    'proxy runs',
    () => bed.kubelet.pod(key)?.container('kube-rbac-proxy')?.status.started === true,
  );
  const ports = portsOf(bed, place);
  await until(async () => (await ports.open('/v0/livez')).status === 200);
  return ports;
}

/** Has it deleted, and waits until it is gone. */
export async function endPod({ kubelet }: PodBed, place: Place): Promise<void> {
  await place.remove(pods, 'n0-0');
  await place.awaits('pod is gone', () => kubelet.pod(place.key('n0-0')) === undefined);
}

/** Has node n0 deleted, and waits until it and its pod are gone. */
export async function endNode({ kubelet }: PodBed, place: Place): Promise<void> {
  await place.remove(seiNodes, 'n0');
  const isGone = () =>
    place.found(seiNodes, 'n0') === undefined && kubelet.pod(place.key('n0-0')) === undefined;
  await place.awaits('node is gone', isGone);
}

/** With another value in each container of a name. */
export function withContainer(name: string, change: object): (template: PodTemplate) => PodTemplate {
  return template => ({
    ...template,
    spec: {
      ...template.spec,
      initContainers: template.spec.initContainers.map(each =>
        each.name === name ? { ...each, ...change } : each,
      ),
    },
  });
}
