import { until } from '../control-plane/until.ts';
import { type FaultyOperator, type Fleet, oncePerTask } from '../integration/faulty-operator.ts';

/** Whether an operator leads. Who is not there does not. */
export async function leads(operator: FaultyOperator): Promise<boolean> {
  return (await operator.metric('leader_election_master_status{').catch(() => 0)) === 1;
}

/** Those that lead. */
export async function leadersOf<T extends FaultyOperator>(replicas: readonly T[]): Promise<readonly T[]> {
  const leading = await Promise.all(replicas.map(leads));
  return replicas.filter((_, index) => leading[index]);
}

/** Who leads, and who waits, once one of two leads. */
export async function rolesOf<T extends FaultyOperator>(replicas: readonly T[]): Promise<[T, T]> {
  let leaders: readonly T[] = [];
  const isOne = async () => {
    leaders = await leadersOf(replicas);
    return leaders.length === 1;
  };
  if (!(await until(isOne))) throw new Error(`${leaders.length} replicas lead`);
  return [leaders[0]!, replicas.find(each => each !== leaders[0])!];
}

/** What an operator wrote that stands still by now. What it sent before may be in our sockets yet, or not be answered. */
export async function settled({ proxy, writes }: FaultyOperator): Promise<readonly unknown[]> {
  let seen = -1;
  const isSettled = () => {
    const before = seen;
    seen = proxy.seen.length;
    return seen === before && proxy.seen.every(({ status, method }) => method === 'GET' || status);
  };
  if (!(await until(isSettled))) throw new Error('what it wrote is never answered');
  return writes();
}

/** Makes nodes whose plans are amid their sidecars' tasks. @returns lets them go on. */
export async function beginPlans(fleet: Fleet, namespace: string, count: number): Promise<() => void> {
  let isHeld = true;
  fleet.fate = (_, type) => (isHeld && type === 'config-apply' ? 'running' : 'completed');
  await fleet.create(namespace, count);
  const isAmid = async () =>
    (await fleet.nodes(namespace)).every(({ metadata: { name } }) =>
      fleet.sidecars.tasksOf(`${namespace}/${name}`).some(({ type }) => type === 'config-apply'),
    );
  await until(isAmid);
  return () => {
    isHeld = false;
  };
}

/** Asserts that all of so many nodes is what it was before, and that no task ran twice. @param before the UIDs. */
export async function isDoneOnce(
  t: Parameters<typeof oncePerTask>[0],
  fleet: Fleet,
  { namespace, count }: { readonly namespace: string; readonly count: number },
  before: readonly string[],
): Promise<void> {
  t.is(before.length, count * 4);
  t.deepEqual(await fleet.uids(namespace), before);
  for (const node of await fleet.nodes(namespace)) oncePerTask(t, fleet, node);
}
