import { publicPort, readinessPath, seidPorts } from '../listeners.ts';
import { canonicalQuantity } from '../quantity.ts';
import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { forMode } from './mode.ts';
import { containerPort } from './port.ts';
import { unprivileged } from './security-context.ts';
import type { Container } from './types.ts';
import { seidKeyMounts } from './validator-keys.ts';
import { dataMount, home } from './volumes.ts';

/** bash can connect by itself, so that the image needs no HTTP client. The subshell closes the connection. */
const whenReady = `ready() (
  exec 3<>/dev/tcp/127.0.0.1/${publicPort} || exit 1
  printf 'GET ${readinessPath} HTTP/1.0\\r\\n\\r\\n' >&3
  read -r -t 5 _ status _ <&3 && [ "$status" = 200 ]
) 2>/dev/null
echo 'seid starts when the sidecar is ready'
until ready; do sleep 1; done`;

const script = `${whenReady}
exec seid start --home "$HOME"`;

/**
 * At its height seid sends itself SIGINT, then SIGTERM: of old it ends with 130, since 2026 with 143, for it heeds the first
 * alone. Told to end by others the latter ends with 0, far from its height, which must not count as success. bash stays to
 * know all this, and hands on what ends it meanwhile; a command in the background would have SIGINT ignored but for set -m.
 */
const haltingScript = `${whenReady}
told=
set -m
seid start --home "$HOME" --halt-height "$1" &
trap 'told=1; kill -TERM $!' TERM
wait $!; code=$?
while kill -0 $! 2>/dev/null; do wait $!; code=$?; done
if [ "$told" ] && [ $code = 0 ]; then exit 143; fi
if [ ! "$told" ] && [ $code = 143 ]; then code=130; fi
[ $code = 130 ] && echo "seid has halted at $1" && exit 0
exit $code`;

/** The node itself; it starts once the sidecar has been marked ready, however long a snapshot takes. */
export function seid(node: SeiNode, settings: Settings): Container {
  const { cpu, memory } = forMode(node, settings);
  return {
    name: 'seid',
    image: node.spec.image,
    command: ['/bin/bash', '-c'],
    args: [script],
    env: [
      { name: 'HOME', value: home },
      { name: 'TMPDIR', value: `${home}/tmp` },
    ],
    ports: Object.entries(seidPorts).map(([name, port]) => containerPort(name, port)),
    volumeMounts: [dataMount, ...seidKeyMounts(node, home)],
    securityContext: unprivileged,
    // No limits: seid is not to be throttled or killed as it catches up.
    resources: { requests: { cpu: canonicalQuantity(cpu), memory: canonicalQuantity(memory) } },
    startupProbe: {
      httpGet: { path: readinessPath, port: publicPort },
      initialDelaySeconds: 5,
      periodSeconds: 5,
      failureThreshold: 86_400,
    },
    readinessProbe: {
      httpGet: { path: '/lag_status', port: seidPorts.rpc },
      initialDelaySeconds: 30,
      periodSeconds: 10,
      failureThreshold: 3,
      timeoutSeconds: 5,
    },
  };
}

/** The same container where seid ends at a height. */
export function halting(container: Container, height: number): Container {
  return { ...container, args: [haltingScript, 'seid', String(height)] };
}
