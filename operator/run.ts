import { type ClientOptions, openCluster } from '../cluster/client.ts';
import { durations } from '../core/leader-election.ts';
import type { Log } from '../core/log.ts';
import { parseSettings, type Settings } from '../core/settings.ts';
import { FlagError, type Flags, parseFlags } from './flags.ts';
import { aborted, lead } from './lead.ts';
import { clock, Fence, NotLeading } from './leader-election/fence.ts';
import { openElectionClient } from './leader-election/leases.ts';
import { Manager } from './manager.ts';
import { queueMetrics } from './metrics/queue.ts';
import { reconcileMetrics } from './metrics/reconcile.ts';
import { operatorRegistry } from './metrics/registry.ts';
import { requestMetrics } from './metrics/requests.ts';
import { Queue } from './queue.ts';
import { serve } from './serve.ts';
import { sidecarClient } from './sidecar/client.ts';
import { fenced } from './sidecar/fenced.ts';
import { work } from './workers.ts';

/** Milliseconds that an end in order may take: the kubelet kills after 30 s. */
const grace = 25_000;
/** Nodes that are worked at once. None waits for a sidecar, so these are requests to the API server. */
const workers = 32;
/** As the kubelet mounts it (Kubernetes API, ServiceAccount admission). */
const token = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const controller = 'seinode';

/**
 * The operator from its start to its end.
 *
 * @param stop ends it in order. @returns the exit code: 0 where it was told to stop, 2 for a wrong command line, else 1.
 */
export async function run(
  commandLine: readonly string[],
  environment: NodeJS.ProcessEnv,
  log: Log,
  stop: AbortSignal,
): Promise<number> {
  try {
    const flags = parseFlags(commandLine);
    if ('help' in flags) {
      process.stdout.write(`${flags.help}\n`);
      return 0;
    }
    const settings = parseSettings(environment);
    if (!settings.ok) throw new Error(`the environment is not complete: ${settings.error}`);
    stop.addEventListener('abort', () => setTimeout(() => process.exit(1), grace).unref());
    return await operate(flags, settings.value, environment, log, stop);
  } catch (error) {
    log.error(error, 'the operator does not start');
    return error instanceof FlagError ? 2 : 1;
  }
}

async function operate(
  flags: Flags,
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  log: Log,
  stop: AbortSignal,
): Promise<number> {
  const registry = operatorRegistry();
  const fence = flags.leaderElect ? new Fence(clock, durations.renewDeadline) : undefined;
  const options: ClientOptions = {
    requestTimeout: 20_000,
    stdinTaken: true,
    userAgent: 'seinode-operator',
    // The watches have theirs, and Events come beside the work.
    connections: 2 * workers,
    observe: requestMetrics(registry),
    ...(fence && { fence }),
  };
  const client = openCluster(options, environment);
  const following = new AbortController();
  const queue: Queue = new Queue({ ...clock, observe: (...measured) => observe(...measured) });
  const observe = queueMetrics(registry, controller, () => queue.gauges());
  const sidecars = sidecarClient({ token, now: () => new Date(), patience: 10_000 });
  const manager = new Manager({
    ...{ client, settings, queue, signal: following.signal },
    sidecars: fence ? fenced(sidecars, fence.isHolding) : sidecars,
    troubled: (where, error) => log.error(error, 'cannot go on as it should', { where }),
  });
  let leads = false;
  const closeServers = await serve(flags, manager, registry, log, () => leads);
  const reconcile = reconcileMetrics(registry, controller, workers)(manager.reconcile);
  const failed = (key: string, error: unknown) => {
    if (!(error instanceof NotLeading)) log.error(error, 'reconciling failed', { seinode: key });
  };
  const reconcileAll = async () => {
    await manager.begin();
    leads = true;
    const working = work(queue, workers, reconcile, failed);
    await aborted(stop);
    await queue.drain();
    await working;
  };
  try {
    log.info('lists what it follows', { server: client.server });
    await Promise.race([manager.caches.synced(), aborted(stop)]);
    if (stop.aborted) return 0;
    log.info('has listed everything');
    if (fence === undefined) await reconcileAll();
    else {
      const election = openElectionClient(options, environment, durations);
      if (!(await lead({ client: election, fence, log, stop, work: reconcileAll }))) return 1;
    }
    log.info('stopped');
    return 0;
  } finally {
    leads = false;
    following.abort();
    sidecars.close();
    await closeServers();
  }
}
