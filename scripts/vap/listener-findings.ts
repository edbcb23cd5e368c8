import { proxyPort, publicPort } from '../../core/listeners.ts';
import { loopback } from './arguments.ts';

/** One reason of listener-split in CEL: when it is given, and what is said. */
export type CELFinding = {
  readonly reason: string;
  readonly when: string;
  readonly message: string;
  readonly fix: string;
};

const judged = 'size(variables.proxies) > 0 && variables.readable';
const rename = `name them sidecar and public (${publicPort}) at sei-sidecar, api (${proxyPort}) at kube-rbac-proxy`;
const builds = 'write the arguments that the operator writes';

const ofPod: readonly CELFinding[] = [
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).map(field => ({
    reason: field.replace('h', 'H'),
    when: `variables.pod.?${field}.orValue(false)`,
    message: `${field} is true`,
    fix: `remove ${field}`,
  })),
  {
    reason: 'HostPort',
    when: `!variables.hostNetwork && variables.containers.exists(c, ${all('ports')}.exists(p,
  p.containerPort in variables.guardedPorts && p.?hostPort.orValue(0) != 0))`,
    message: 'a guarded port is published on the address of the machine',
    fix: 'remove hostPort',
  },
  {
    reason: 'NotSidecar',
    when: `variables.containers.exists(c, c.name in ['sei-sidecar', 'kube-rbac-proxy'] && !(c.name in variables.native))`,
    message: 'sei-sidecar or kube-rbac-proxy is no init container with restartPolicy Always',
    fix: 'move it to initContainers, with restartPolicy: Always',
  },
  {
    reason: 'ProxyMissing',
    when: 'variables.tls && size(variables.proxies) == 0 && size(variables.seids) + size(variables.sidecars) > 0',
    message: 'there is a port api, and no kube-rbac-proxy',
    fix: 'let the operator apply the StatefulSet',
  },
];

const ofPorts: readonly CELFinding[] = [
  {
    reason: 'PortMissing',
    when: ports((container, name) => `!${named(container, name)}`),
    message: 'sei-sidecar lacks the port sidecar or public, or kube-rbac-proxy the port api',
    fix: rename,
  },
  {
    reason: 'PortNumber',
    when: ports(
      (container, name, number) =>
        `${named(container, name)} && !${all('ports', container)}.exists(p, p.?name.orValue('') == '${name}'
    && p.containerPort == ${number} && p.?protocol.orValue('TCP') == 'TCP')`,
    ),
    message: 'sidecar, public or api is another port than that of the contract, or not TCP',
    fix: rename,
  },
];

const ofArguments: readonly CELFinding[] = [
  {
    reason: 'Arguments',
    when: 'size(variables.proxies) > 0 && !variables.readable',
    message: 'kube-rbac-proxy has more than 100 arguments',
    fix: builds,
  },
  ...(['ignore', 'allow'] as const).map(which => ({
    reason: which === 'ignore' ? 'IgnorePaths' : 'AllowPaths',
    when: `${judged} && variables.flags.exists(flag, flag[0] == '--${which}-paths' && flag[1] != '')`,
    message: `kube-rbac-proxy has --${which}-paths`,
    fix: `remove it, health and metrics are on ${publicPort}`,
  })),
  {
    reason: 'InsecureListenAddress',
    when: `${judged} && variables.insecureListenAddress != ''`,
    message: 'kube-rbac-proxy listens without TLS',
    fix: 'remove --insecure-listen-address',
  },
  {
    reason: 'SecureListenAddress',
    when: `${judged} && (!variables.secureListenAddress.endsWith(':${proxyPort}')
  || variables.secureListenAddress.lowerAscii().matches('^${loopback}:${proxyPort}$'))`,
    message: `kube-rbac-proxy does not listen on port ${proxyPort} of the pod`,
    fix: `set --secure-listen-address=0.0.0.0:${proxyPort}`,
  },
  {
    reason: 'UpstreamNotLoopback',
    when: `${judged} && !variables.forwardsToLoopback`,
    message: 'kube-rbac-proxy forwards to another host than the pod',
    fix: 'set --upstream to the tasks port on 127.0.0.1',
  },
  {
    reason: 'UpstreamPort',
    when: `${judged} && variables.forwardsToLoopback && !(variables.upstream.startsWith('http://')
  && variables.upstream.lowerAscii().matches('^http://${loopback}:' + string(variables.tasksPort) + '/?$'))`,
    message: 'kube-rbac-proxy does not forward to the tasks listener',
    fix: 'set --upstream to the tasks port on 127.0.0.1',
  },
  {
    reason: 'AuthHeaderDisabled',
    when: `${judged} && !variables.authHeader`,
    message: 'kube-rbac-proxy lets a forged X-Remote-User through',
    fix: 'add --auth-header-fields-enabled=true',
  },
  {
    reason: 'AuthHeaderName',
    when: `${judged} && (variables.userFieldName.lowerAscii() != 'x-remote-user'
  || variables.groupsFieldName.lowerAscii() == 'x-remote-user')`,
    message: 'X-Remote-User is not the name of who was let in',
    fix: 'remove --auth-header-user-field-name and --auth-header-groups-field-name',
  },
  {
    reason: 'ConfigFile',
    when: `${judged} && variables.configFile == ''`,
    message: 'kube-rbac-proxy asks for no right',
    fix: 'add --config-file=/etc/kube-rbac-proxy/config.yaml',
  },
  {
    reason: 'TLSFiles',
    when: `${judged} && (variables.tlsCertFile == '' || variables.tlsPrivateKeyFile == '')`,
    message: 'kube-rbac-proxy does not serve the certificate of the Secret',
    fix: 'add --tls-cert-file=/etc/tls/tls.crt and --tls-private-key-file=/etc/tls/tls.key',
  },
];

const ofEnvironment: readonly CELFinding[] = [
  {
    reason: 'EnvMissing',
    when: 'size(variables.sidecars) > 0 && (size(variables.tasksPortSet) == 0 || size(variables.publicPortSet) == 0)',
    message: 'sei-sidecar lacks SEI_SIDECAR_PORT or SEI_SIDECAR_PUBLIC_PORT',
    fix: 'set both',
  },
  {
    reason: 'EnvValue',
    when: `(size(variables.tasksPortSet) > 0 && ${lastOf('tasksPortSet')} != string(variables.tasksPort))
  || (size(variables.publicPortSet) > 0 && ${lastOf('publicPortSet')} != '${publicPort}')`,
    message: 'SEI_SIDECAR_PORT or SEI_SIDECAR_PUBLIC_PORT is not the port that the container has',
    fix: `set them to the tasks port and ${publicPort}`,
  },
  {
    reason: 'EqualPorts',
    when: `size(variables.tasksPortSet) > 0 && size(variables.publicPortSet) > 0
  && ${lastOf('tasksPortSet')} == ${lastOf('publicPortSet')}`,
    message: 'SEI_SIDECAR_PORT and SEI_SIDECAR_PUBLIC_PORT are equal',
    fix: 'give tasks a port of their own',
  },
  {
    reason: 'AuthnMode',
    when: `size(variables.sidecars) > 0 && (variables.tls
  ? size(variables.modeSet) == 0 || ${lastOf('modeSet')} != 'trusted-header'
  : size(variables.modeSet) > 0 && !(${lastOf('modeSet')} in ['', 'unauthenticated']))`,
    message:
      'SEI_SIDECAR_AUTHN_MODE does not fit: trusted-header beside kube-rbac-proxy, and unset without it',
    fix: 'set it so',
  },
];

const ofProbes: readonly CELFinding[] = [
  ...[
    ['ProbeMissing', 'a probe of sei-sidecar or seid is missing'],
    ['ProbePort', `a probe of sei-sidecar or seid does not ask on the public port ${publicPort}`],
    ['ProbePath', 'a probe of sei-sidecar or seid asks for another path'],
    ['ProbeScheme', 'a probe of sei-sidecar or seid asks with TLS'],
    ['ProbeHost', 'a probe of sei-sidecar or seid asks another host than the pod'],
  ].map(([reason, message]) => ({
    reason: reason as string,
    when: `'${reason}' in variables.probeFaults`,
    message: message as string,
    fix: `ask with httpGet on port ${publicPort}, liveness for /v0/livez, else for /v0/healthz`,
  })),
  {
    reason: 'StartupProbe',
    when: 'variables.sidecars.exists(c, has(c.startupProbe))',
    message: 'sei-sidecar has a startup probe, for which kube-rbac-proxy waits',
    fix: 'remove it, it sits on seid',
  },
  {
    reason: 'ProbeThroughProxy',
    when: `variables.proxies.exists(c, ['startupProbe', 'livenessProbe', 'readinessProbe'].exists(probe,
  probe in c && has(c[probe].httpGet)))`,
    message: 'a probe of kube-rbac-proxy asks over HTTP',
    fix: `set it to tcpSocket on port ${proxyPort}`,
  },
  {
    reason: 'WaitPort',
    when: `variables.seids.exists(c, (${all('command')} + ${all('args')}).exists(word,
  word.matches('[:/ ](${proxyPort}|7777|' + string(variables.tasksPort) + ')([^0-9.]|$)')))`,
    message: `seid waits for an answer on another port than ${publicPort}`,
    fix: `ask 127.0.0.1:${publicPort}/v0/healthz`,
  },
];

/** Every reason that CEL can give of a pod by itself, in the order that it is said in. */
export const findings: readonly CELFinding[] = [
  ...ofPod,
  ...ofPorts,
  ...ofArguments,
  ...ofEnvironment,
  ...ofProbes,
];

/** A list of a container, empty where it has none. */
export function all(field: string, container = 'c'): string {
  return `${container}.?${field}.orValue([])`;
}

function ports(wrong: (container: string, name: string, number: string) => string): string {
  const sidecar = [
    ['sidecar', 'variables.tasksPort'],
    ['public', String(publicPort)],
  ].map(([name, number]) => `(${wrong('c', name as string, number as string)})`);
  return `variables.sidecars.exists(c, ${sidecar.join(' || ')})
  || variables.proxies.exists(c, ${wrong('c', 'api', String(proxyPort))})`;
}

function named(container: string, name: string): string {
  return `${all('ports', container)}.exists(p, p.?name.orValue('') == '${name}')`;
}

function lastOf(list: string): string {
  return `variables.${list}[size(variables.${list}) - 1]`;
}
