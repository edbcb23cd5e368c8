import { publicPort } from '../../core/listeners.ts';
import type { NodeInput } from '../../core/policy.ts';
import { headlessService } from '../../core/resources/service.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { settings } from '../core/resources/nodes.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects that tests spoil in every way
type Loose = any;

/** What a node runs as, free to be changed. */
export type Objects = {
  readonly pod: Loose;
  readonly statefulSet: Loose;
  readonly service: Loose;
};

/** The objects that the operator makes of a node, and the pod that comes of them. */
export function objectsOf(node: SeiNode): Objects {
  const set = statefulSet(node, settings);
  const { name, namespace } = node.metadata;
  const { metadata, spec } = set.spec.template;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: `${name}-0`, namespace },
    spec,
  };
  // Written out, so that a change of the pod is none of the template that it comes of.
  return JSON.parse(JSON.stringify({ pod, statefulSet: set, service: headlessService(node) }));
}

/** What the rules are asked of them. */
export function inputOf(node: SeiNode, objects: Partial<Objects>): NodeInput {
  return { now: '2026-06-01T00:00:00Z', node, ...objects };
}

/** A container of a pod. @throws where there is none. */
export function container(pod: Loose, name: string): Loose {
  const all = [...pod.spec.initContainers, ...pod.spec.containers];
  const found = all.find(each => each.name === name);
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

/** Writes an argument of the proxy over the one of the same flag, or adds it; without `=` the flag goes. */
export function argument(pod: Loose, flag: string): void {
  const proxy = container(pod, 'kube-rbac-proxy');
  const [name] = flag.split('=');
  proxy.args = proxy.args.filter((each: string) => each.split('=')[0] !== name);
  if (flag.includes('=')) proxy.args.push(flag);
}

/** Writes a variable of the sidecar's environment; without a value it goes. */
export function variable(pod: Loose, name: string, value?: string): void {
  const sidecar = container(pod, 'sei-sidecar');
  sidecar.env = sidecar.env.filter((each: { name: string }) => each.name !== name);
  if (value !== undefined) sidecar.env.push({ name, value });
}

/**
 * Makes a node's objects those of the Go controller before its issue 268: one listener for tasks, health and metrics,
 * past the proxy's authorisation under TLS.
 */
export function beforeTheSplit({ statefulSet: { spec }, service }: Objects, tasksPort: number): void {
  const pod = spec.template;
  const tls = pod.spec.initContainers.some(({ name }: { name: string }) => name === 'kube-rbac-proxy');
  const sidecar = container(pod, 'sei-sidecar');
  const seid = container(pod, 'seid');
  sidecar.ports = sidecar.ports.filter(({ name }: { name: string }) => name === 'sidecar');
  variable(pod, 'SEI_SIDECAR_PUBLIC_PORT');
  seid.args = [seid.args[0].replaceAll(`127.0.0.1/${publicPort}`, `localhost/${tasksPort}`)];
  service.spec.ports = service.spec.ports.filter(({ name }: { name: string }) => name !== 'public');
  const asked = tls ? { port: 8443, scheme: 'HTTPS' } : { port: tasksPort };
  seid.startupProbe.httpGet = { path: '/v0/healthz', ...asked };
  if (tls) throughTheProxy(pod);
  else for (const probe of ['livenessProbe', 'readinessProbe']) sidecar[probe].httpGet.port = tasksPort;
}

function throughTheProxy(pod: Loose): void {
  const [sidecar, proxy] = [container(pod, 'sei-sidecar'), container(pod, 'kube-rbac-proxy')];
  argument(pod, '--ignore-paths=/v0/healthz,/v0/startupz,/v0/livez,/v0/metrics');
  argument(pod, '--auth-header-fields-enabled');
  for (const probe of ['livenessProbe', 'readinessProbe']) {
    proxy[probe] = { httpGet: { ...sidecar[probe].httpGet, port: 8443, scheme: 'HTTPS' } };
    delete sidecar[probe];
  }
}
