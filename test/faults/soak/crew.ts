import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'undici';
import { until } from '../../control-plane/until.ts';
import type { FaultyOperator } from '../../integration/faulty-operator.ts';
import { leadersOf } from '../replicas.ts';
import type { Sample } from './slope.ts';

/** The replicas of the operator, and who starts one that has ended, as the kubelet does. */
export type Crew = {
  readonly replicas: readonly FaultyOperator[];
  readonly leader: () => Promise<FaultyOperator>;
  /** How often anything was asked so far that is no reading, Leases apart. */
  readonly writes: () => number;
  /** From now on nobody is started again. */
  readonly dismiss: () => void;
};

/** Starts them. */
export async function startCrew(replicas: readonly FaultyOperator[]): Promise<Crew> {
  let isOver = false;
  const keep = async (replica: FaultyOperator) => {
    for (;;) {
      await replica.ended();
      if (isOver) return;
      await replica.start().catch(() => {});
    }
  };
  await Promise.all(replicas.map(replica => replica.start()));
  for (const replica of replicas) void keep(replica);
  const leader = async () => {
    let leading: FaultyOperator | undefined;
    const isLed = async () => {
      [leading] = await leadersOf(replicas);
      return leading !== undefined;
    };
    if (!(await until(isLed))) throw new Error('nobody leads');
    return leading!;
  };
  const writes = () =>
    replicas
      .flatMap(({ proxy }) => proxy.seen)
      .filter(({ method, path }) => method !== 'GET' && !/\/leases\b/.test(path)).length;
  return {
    ...{ replicas, leader, writes },
    dismiss: () => {
      isOver = true;
    },
  };
}

/** The lines of /metrics. */
export async function linesOf({ metrics }: FaultyOperator): Promise<readonly string[]> {
  const { body } = await request(`${metrics}/metrics`);
  return (await body.text()).split('\n');
}

/** What an operator's process holds now (proc_pid_status(5), proc_pid_fd(5), /metrics). @param at seconds. */
export async function held(replica: FaultyOperator, at: number): Promise<Sample> {
  const pid = replica.pid();
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const lines = await linesOf(replica);
  const figure = (name: string) => Number(lines.find(line => line.startsWith(`${name} `))?.split(' ')[1]);
  return {
    ...{
      at,
      pid: pid!,
      resident: Number(resident) / 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    },
    heap: figure('nodejs_heap_size_used_bytes') / 2 ** 20,
    external: figure('nodejs_external_memory_bytes') / 2 ** 20,
    resources: figure('nodejs_active_resources_total'),
    nodes: lines.filter(line => line.startsWith('seinode_phase{')).length,
    series: lines.filter(line => line !== '' && !line.startsWith('#')).length,
  };
}
