import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** A cluster, by kubectl, which the checks need for exec and kustomize anyway. */
export type Kubectl = {
  /** Runs kubectl on the context. @returns stdout. @throws an Error with what stderr says. */
  readonly run: (args: readonly string[], input?: string) => Promise<string>;
  /** An object, undefined where there is none. */
  readonly get: <T>(kind: string, name: string, namespace?: string) => Promise<T | undefined>;
  /** Creates or changes objects. */
  readonly apply: (objects: readonly object[]) => Promise<void>;
  readonly signal: AbortSignal | undefined;
};

/**
 * The context that KUBECONFIG's files name: it stays this one, whatever somebody chooses meanwhile.
 *
 * @throws where there is none.
 */
export async function currentContext(): Promise<string> {
  const context = await kubectl(['config', 'view', '-o', 'jsonpath={.current-context}']);
  if (context === '') throw new Error('no cluster is named: set KUBECONFIG, or choose a context of it');
  return context;
}

/** @param signal ends what runs. */
export function kubectlOn(context: string, signal?: AbortSignal): Kubectl {
  const run: Kubectl['run'] = (args, input) => kubectl([`--context=${context}`, ...args], input, signal);
  return {
    ...{ run, signal },
    get: async (kind, name, namespace = 'default') => {
      const found = await run(['get', kind, name, '-n', namespace, '--ignore-not-found', '-o', 'json']);
      return found === '' ? undefined : JSON.parse(found);
    },
    apply: async items => {
      const list = { apiVersion: 'v1', kind: 'List', items };
      await run(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
    },
  };
}

async function kubectl(args: readonly string[], input = '', signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  // A group of its own: Ctrl-C is for us, who then remove what was made, with kubectl.
  const child = spawn('kubectl', args, { detached: true, signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', fault =>
      reject('path' in fault ? new Error('kubectl is not on PATH: install it') : fault),
    );
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {}).end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`kubectl ${args.slice(0, 5).join(' ')}: ${err.trim()}`);
  return out;
}

/**
 * Asks again, each second, until nothing is wrong.
 *
 * @param wrong what is; undefined where nothing. @throws an Error with what was wrong last, when the time is over.
 */
export async function eventually(
  { signal }: Kubectl,
  seconds: number,
  wrong: () => Promise<string | undefined>,
): Promise<undefined> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const reason = await wrong();
    if (reason === undefined) return undefined;
    if (Date.now() > deadline) throw new Error(`${reason}, still after ${seconds} s`);
    await sleep(1000, undefined, { signal });
  }
}

type Pod = {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
};
type ContainerStatus = {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason: string; readonly message?: string } };
};

/** Waits until pods are ready. @throws with why one is not. */
export function podsRun(kubectl: Kubectl, namespace: string, names: readonly string[]): Promise<void> {
  return eventually(kubectl, 120, async () => {
    for (const name of names) {
      const pod = await kubectl.get<Pod>('pod', name, namespace);
      const isReady = pod?.status.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      );
      if (!isReady) return `pod ${namespace}/${name} is not ready${pod ? whyNot(pod) : ''}`;
    }
    return undefined;
  });
}

/** What keeps a pod from running, such as an image that is not there; empty where nothing is told. */
export function whyNot({ status }: Pod): string {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waiting = containers
    .filter(({ state }) => state?.waiting && state.waiting.reason !== 'PodInitializing')
    .map(({ name, state }) =>
      `: ${name}: ${state?.waiting?.reason} ${state?.waiting?.message ?? ''}`.trimEnd(),
    );
  const unscheduled = status.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  return waiting[0] ?? (unscheduled?.message ? `: ${unscheduled.message}` : '');
}
