import { defaultTasksPort, probes, proxyPort, publicPort } from '../../core/listeners.ts';
import { argumentVariables } from './arguments.ts';
import { all } from './listener-findings.ts';

/** A SeiNode is not in sight: as in `policy check` of a pod without one, the pod tells whether TLS is on and the tasks port. */
export const variables: Readonly<Record<string, string>> = {
  hostNetwork: 'variables.pod.?hostNetwork.orValue(false)',
  // Two types to the API server, one to us.
  containers: 'dyn(variables.pod.?initContainers.orValue([])) + dyn(variables.pod.containers)',
  native: `
variables.pod.?initContainers.orValue([])
  .filter(c, c.?restartPolicy.orValue('') == 'Always').map(c, c.name)`,
  seids: called('seid'),
  sidecars: called('sei-sidecar'),
  proxies: called('kube-rbac-proxy'),
  tls: `size(variables.proxies) > 0 || variables.containers.exists(c, ${all('ports')}.exists(p, p.?name.orValue('') == 'api'))`,
  taskPorts: `
variables.containers.filter(c, ${all('ports')}.exists(p, p.?name.orValue('') == 'sidecar'))
  .map(c, c.ports.filter(p, p.?name.orValue('') == 'sidecar')[0].containerPort)`,
  tasksPort: `size(variables.taskPorts) > 0 ? int(variables.taskPorts[0]) : ${defaultTasksPort}`,
  ...argumentVariables,
  environment: `size(variables.sidecars) > 0 ? variables.sidecars[0].?env.orValue([]) : []`,
  tasksPortSet: valuesOf('SEI_SIDECAR_PORT'),
  publicPortSet: valuesOf('SEI_SIDECAR_PUBLIC_PORT'),
  modeSet: valuesOf('SEI_SIDECAR_AUTHN_MODE'),
  probeFaults: probes
    .map(({ container, probe, path }) => probeFault(container, `${probe}Probe`, path))
    .join(' +\n'),
  guardedPorts: `[variables.tasksPort, ${publicPort}, ${proxyPort}]`,
};

function called(name: string): string {
  return `variables.containers.filter(c, c.name == '${name}')`;
}

/** What a variable of the sidecar is set to, in turn: the last one counts. */
function valuesOf(name: string): string {
  return `
variables.environment.filter(e, e.name == '${name}')
  .map(e, has(e.valueFrom) ? '(from elsewhere)' : e.?value.orValue(''))`;
}

function probeFault(container: string, probe: string, path: string): string {
  const list = container === 'seid' ? 'seids' : 'sidecars';
  const asked = `c.${probe}`;
  return `
variables.${list}.map(c,
  !has(${asked}) ? 'ProbeMissing' :
  !['httpGet', 'tcpSocket', 'grpc'].filter(handler, handler in ${asked}).all(handler,
    ${asked}[handler].port == ${publicPort} || ${all('ports')}.exists(p,
      p.?name.orValue('') == ${asked}[handler].port && p.containerPort == ${publicPort})) ? 'ProbePort' :
  ${asked}.?httpGet.?path.orValue('') != '${path}' ? 'ProbePath' :
  ${asked}.httpGet.?scheme.orValue('') == 'HTTPS' ? 'ProbeScheme' :
  ${asked}.httpGet.?host.orValue('') != '' ? 'ProbeHost' : '')`.trim();
}
