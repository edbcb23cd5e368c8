import { setImmediate } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { type ClientOptions, openCluster } from '../cluster/client.ts';
import { ClusterError } from '../cluster/error.ts';
import { objectKey } from '../core/kubernetes.ts';
import { durations } from '../core/leader-election.ts';
import type { Log } from '../core/log.ts';
import { parseSettings, type Settings } from '../core/settings.ts';
import { groupOf } from '../core/shards.ts';
import { FlagError, type Flags, parseFlags } from './flags.ts';
import { holdHeap } from './heap-limits.ts';
import { aborted, lead } from './lead.ts';
import { clock, Fence, NotLeading } from './leader-election/fence.ts';
import { openElectionClient } from './leader-election/leases.ts';
import { ledSince } from './leader-election/led-since.ts';
import { ShardFence } from './leader-election/shard-fence.ts';
import { Manager } from './manager.ts';
import { admissionMetrics, webhookCertificateMetric } from './metrics/admission.ts';
import { queueMetrics } from './metrics/queue.ts';
import { reconcileMetrics } from './metrics/reconcile.ts';
import { operatorRegistry } from './metrics/registry.ts';
import { requestMetrics } from './metrics/requests.ts';
import { Queue } from './queue.ts';
import { serve } from './serve.ts';
import { Share } from './share.ts';
import { sidecarClient } from './sidecar/client.ts';
import { fenced } from './sidecar/fenced.ts';
import { Webhook, type WebhookOptions } from './webhook/webhook.ts';
import { workShards } from './work-shards.ts';
import { work as workQueue } from './workers.ts';

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
 * @param stop ends it in order. @param script what a thread of it runs. @returns the exit code: 0 where it was told to stop, 2 for a wrong command line, else 1.
 */
export async function run(
  commandLine: readonly string[],
  environment: NodeJS.ProcessEnv,
  log: Log,
  stop: AbortSignal,
  script: URL,
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
    return await operate(flags, settings.value, environment, log, stop, script);
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
  script: URL,
): Promise<number> {
  const registry = operatorRegistry();
  const fence = flags.leaderElect ? new Fence(clock, durations.renewDeadline) : undefined;
  const options: ClientOptions = {
    requestTimeout: 20_000,
    stdinTaken: true,
    userAgent: 'seinode-operator',
    // The watches have theirs, and Events come beside the work.
    connections: 2 * workers,
    // Of ten collections a page each is parsed at a time: with 3,000 nodes 50 MB less than with pages of 500.
    pageSize: 250,
    observe: requestMetrics(registry),
  };
  const shards = fence && flags.shards > 1 ? new ShardFence(fence, flags.shards) : undefined;
  const writing = shards ?? fence;
  // Who wrote which field, nobody asks but the election.
  const reading = { ...options, withoutManagedFields: true };
  const client = openCluster({ ...reading, ...(writing && { fence: writing }) }, environment);
  const election = openElectionClient(options, environment, durations);
  // Before anything is listed; who works shards lists once more for each that it takes.
  const othersLed = fence && !shards ? await ledSince(election) : async () => false;
  const following = new AbortController();
  const share = shards && new Share(flags.shards, open => manager.takeOver(open));
  const works = share?.has ?? (() => true);
  const queue: Queue = new Queue({
    ...clock,
    observe: (...measured) => observe(...measured),
    admits: key => works(key.split('/')[0]),
  });
  const observe = queueMetrics(registry, controller, () => queue.gauges());
  const sidecars = sidecarClient({ token, now: () => new Date(), patience: 10_000 });
  let leads = false;
  const webhook = openWebhook(flags, registry, log, script, {
    client: openCluster(reading, environment),
    caches: () => manager.caches,
    leads: () => leads && works(client.namespace),
  });
  const manager: Manager = new Manager({
    ...{ client, settings, queue, works, signal: following.signal },
    ...{ heard: webhook?.heard, found: webhook?.found },
    sidecars: writing ? fenced(sidecars, writing.isHolding) : sidecars,
    troubled: (where, error) => {
      // What a namespace lacks that goes, it needs no more.
      const isOver =
        error instanceof NotLeading ||
        (error instanceof ClusterError && (error.fault.isTerminating || error.fault.hasNoNamespace));
      if (!isOver) log.error(error, 'cannot go on as it should', { where });
    },
    warned: ({ kind, metadata: { namespace, name } }, { message }) =>
      log.error(message, 'needs somebody to look at it', { where: `${kind} ${objectKey(namespace, name)}` }),
  });
  const ready = webhook === undefined ? [] : [webhook.check];
  const closeServers = await serve({
    ...{ flags, manager, registry, log, ready },
    leads: () => leads && (share?.isAny ?? true),
    shards,
  });
  const reconcile = reconcileMetrics(registry, controller, workers)(manager.reconcile);
  const failed = (key: string, error: unknown) => {
    if (!(error instanceof NotLeading)) log.error(error, 'reconciling failed', { seinode: key });
  };
  const reconcileAll = async () => {
    if (share === undefined) await manager.begin(await othersLed());
    leads = true;
    const working = workQueue(queue, workers, reconcile, failed, () => setImmediate());
    await aborted(stop);
    await queue.drain();
    await working;
  };
  try {
    await webhook?.begin();
    // From here on it is not ready, and answers on while all else comes to its end.
    stop.addEventListener('abort', () => void webhook?.close());
    log.info('lists what it follows', { server: client.server });
    await Promise.race([manager.synced(), aborted(stop)]);
    if (stop.aborted) return 0;
    log.info('has listed everything');
    holdHeap();
    if (fence === undefined) await reconcileAll();
    else {
      const group = shards && groupOf(shards.count);
      const work =
        shards && share
          ? () =>
              workShards({ client: election, fence: shards, share, manager, log, stop, work: reconcileAll })
          : reconcileAll;
      if (!(await lead({ client: election, fence, group, log, stop, work }))) return 1;
    }
    log.info('stopped');
    return 0;
  } finally {
    leads = false;
    following.abort();
    sidecars.close();
    await webhook?.close();
    await closeServers();
  }
}

/** The webhook, unless it is served nowhere. */
function openWebhook(
  { webhookBindAddress: address, webhookCertificate }: Flags,
  registry: Registry,
  log: Log,
  script: URL,
  around: Pick<WebhookOptions, 'client' | 'caches' | 'leads'>,
): Webhook | undefined {
  if (address === '0') return undefined;
  const died = (error: Error) => {
    log.error(error, 'a fault of the operator itself: it starts again');
    process.exit(1);
  };
  const own = { address, script, log, died, isOwn: webhookCertificate === 'self' };
  const webhook = new Webhook({ ...around, ...own, measured: admissionMetrics(registry) });
  webhookCertificateMetric(registry, () => webhook.certificateEnd);
  return webhook;
}
