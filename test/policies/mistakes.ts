import { argument, container, type Objects, variable } from './workload.ts';

/** What people may do to the objects that the operator makes of a node under TLS, and the reasons it is found by. */
export type Mistake = readonly [what: string, make: (objects: Objects) => void, ...reasons: string[]];

/** Of a pod, or of the template that it comes of. */
export const mistakesOfPods: readonly Mistake[] = [
  ['paths that need no token', ({ pod }) => argument(pod, '--ignore-paths=/v0/metrics'), 'IgnorePaths'],
  ['a list of paths', ({ pod }) => argument(pod, '--allow-paths=/v0/tasks'), 'AllowPaths'],
  [
    'another host behind the proxy',
    ({ pod }) => argument(pod, '--upstream=http://n1:7777/'),
    'UpstreamNotLoopback',
  ],
  [
    'every address behind the proxy',
    ({ pod }) => argument(pod, '--upstream=http://0.0.0.0:7777/'),
    'UpstreamNotLoopback',
  ],
  [
    'the public port behind the proxy',
    ({ pod }) => argument(pod, '--upstream=http://127.0.0.1:9100/'),
    'UpstreamPort',
  ],
  ['no upstream', ({ pod }) => argument(pod, '--upstream'), 'UpstreamNotLoopback'],
  ['no header of the user', ({ pod }) => argument(pod, '--auth-header-fields-enabled'), 'AuthHeaderDisabled'],
  [
    'the header turned off',
    ({ pod }) => argument(pod, '--auth-header-fields-enabled=false'),
    'AuthHeaderDisabled',
  ],
  ['another header', ({ pod }) => argument(pod, '--auth-header-user-field-name=X-User'), 'AuthHeaderName'],
  [
    'groups over the user',
    ({ pod }) => argument(pod, '--auth-header-groups-field-name=X-Remote-User'),
    'AuthHeaderName',
  ],
  [
    'a listener without TLS',
    ({ pod }) => argument(pod, '--insecure-listen-address=:8080'),
    'InsecureListenAddress',
  ],
  ['another port', ({ pod }) => argument(pod, '--secure-listen-address=0.0.0.0:9443'), 'SecureListenAddress'],
  [
    'a proxy on loopback',
    ({ pod }) => argument(pod, '--secure-listen-address=127.0.0.1:8443'),
    'SecureListenAddress',
  ],
  ['no certificate', ({ pod }) => argument(pod, '--tls-cert-file'), 'TLSFiles'],
  ['no key', ({ pod }) => argument(pod, '--tls-private-key-file'), 'TLSFiles'],
  ['no configuration', ({ pod }) => argument(pod, '--config-file'), 'ConfigFile'],
  ['no proxy', ({ pod }) => pod.spec.initContainers.pop(), 'ProxyMissing'],
  ['a proxy beside seid', ({ pod }) => pod.spec.containers.push(pod.spec.initContainers.pop()), 'NotSidecar'],
  ['a proxy that ends', ({ pod }) => delete container(pod, 'kube-rbac-proxy').restartPolicy, 'NotSidecar'],
  [
    'a proxy asked over HTTP',
    ({ pod }) => asks(container(pod, 'kube-rbac-proxy'), 'livenessProbe', 8443),
    'ProbeThroughProxy',
  ],
  ['no liveness', ({ pod }) => delete container(pod, 'sei-sidecar').livenessProbe, 'ProbeMissing'],
  [
    'readiness of the tasks port',
    ({ pod }) => asks(container(pod, 'sei-sidecar'), 'readinessProbe', 7777),
    'ProbePort',
  ],
  [
    'readiness of the proxy',
    ({ pod }) => asks(container(pod, 'sei-sidecar'), 'readinessProbe', 'api'),
    'ProbePort',
  ],
  ['readiness with TLS', ({ pod }) => tlsProbe(container(pod, 'sei-sidecar').readinessProbe), 'ProbeScheme'],
  ['startup of the machine', ({ pod }) => local(container(pod, 'seid').startupProbe), 'ProbeHost'],
  ['startup when a port is open', ({ pod }) => connects(container(pod, 'seid'), 'startupProbe'), 'ProbePath'],
  [
    'startup by a name seid has not',
    ({ pod }) => asks(container(pod, 'seid'), 'startupProbe', 'public'),
    'ProbePort',
  ],
  [
    'a startup probe too many',
    ({ pod }) => asks(container(pod, 'sei-sidecar'), 'startupProbe', 9100),
    'StartupProbe',
  ],
  ['seid that waits for 7777', ({ pod }) => waits(container(pod, 'seid'), 7777), 'WaitPort'],
  ['seid that waits for 8443', ({ pod }) => waits(container(pod, 'seid'), 8443), 'WaitPort'],
  ['no public port', ({ pod }) => container(pod, 'sei-sidecar').ports.pop(), 'PortMissing'],
  ['a public port elsewhere', ({ pod }) => renumber(container(pod, 'sei-sidecar').ports[1]), 'PortNumber'],
  ['no api port', ({ pod }) => delete container(pod, 'kube-rbac-proxy').ports, 'PortMissing'],
  [
    'a port of the machine',
    ({ pod }) => Object.assign(container(pod, 'sei-sidecar').ports[0], { hostPort: 7777 }),
    'HostPort',
  ],
  ['a listener without its port', ({ pod }) => variable(pod, 'SEI_SIDECAR_PUBLIC_PORT'), 'EnvMissing'],
  ['another tasks port', ({ pod }) => variable(pod, 'SEI_SIDECAR_PORT', '7000'), 'EnvValue'],
  [
    'two listeners on one port',
    ({ pod }) => variable(pod, 'SEI_SIDECAR_PORT', '9100'),
    'EnvValue',
    'EqualPorts',
  ],
  ['no mode', ({ pod }) => variable(pod, 'SEI_SIDECAR_AUTHN_MODE'), 'AuthnMode'],
  ['no authentication', ({ pod }) => variable(pod, 'SEI_SIDECAR_AUTHN_MODE', 'unauthenticated'), 'AuthnMode'],
  ['the network of the machine', ({ pod }) => Object.assign(pod.spec, { hostNetwork: true }), 'HostNetwork'],
  ['the processes of the machine', ({ pod }) => Object.assign(pod.spec, { hostPID: true }), 'HostPID'],
  ['the memory of the machine', ({ pod }) => Object.assign(pod.spec, { hostIPC: true }), 'HostIPC'],
];

/** Of the headless Service. */
export const mistakesOfServices: readonly Mistake[] = [
  [
    'the tasks port',
    ({ service }) => service.spec.ports.push({ name: 'sidecar', port: 7777 }),
    'TasksPortPublished',
  ],
  [
    'the tasks port by its name',
    ({ service }) => service.spec.ports.push({ port: 80, targetPort: 'sidecar' }),
    'TasksPortPublished',
  ],
  ['no metrics', ({ service }) => remove(service, 'public'), 'ServicePortMissing'],
  ['no proxy', ({ service }) => remove(service, 'api'), 'ServicePortMissing'],
  [
    'every machine',
    ({ service }) => Object.assign(service.spec, { type: 'NodePort' }),
    'PublishedOutside',
    'PublishedOutside',
  ],
  [
    'an address outside',
    ({ service }) => Object.assign(service.spec, { externalIPs: ['203.0.113.7'] }),
    'PublishedOutside',
    'PublishedOutside',
  ],
  [
    'an address of its own',
    ({ service }) => Object.assign(service.spec, { clusterIP: '10.0.0.7' }),
    'NotHeadless',
  ],
  [
    'nothing until it is ready',
    ({ service }) => delete service.spec.publishNotReadyAddresses,
    'NotReadyAddresses',
  ],
];

type Fields = Record<string, unknown>;

function asks(of: Fields, probe: string, port: number | string): void {
  of[probe] = { httpGet: { path: probe === 'livenessProbe' ? '/v0/livez' : '/v0/healthz', port } };
}

function connects(of: Fields, probe: string): void {
  of[probe] = { tcpSocket: { port: 9100 } };
}

function tlsProbe(probe: { httpGet: Fields }): void {
  probe.httpGet.scheme = 'HTTPS';
}

function local(probe: { httpGet: Fields }): void {
  probe.httpGet.host = '127.0.0.1';
}

function waits(seid: { args: string[] }, port: number): void {
  seid.args = seid.args.map(script => script.replaceAll('9100', String(port)));
}

function renumber(port: Fields): void {
  port.containerPort = 9090;
}

function remove({ spec }: { spec: { ports: { name: string }[] } }, name: string): void {
  spec.ports = spec.ports.filter(port => port.name !== name);
}
