import { pods, seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import type { Programs } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { makePlace } from '../integration/furniture.ts';
import type { Place } from '../integration/place.ts';
import { byHand, imported } from '../toggle/by-hand.ts';
import { makeNode } from '../toggle/node.ts';
import { plugin } from '../toggle/plugin.ts';
import { type Bed, startBed } from '../toggle/started-bed.ts';
import type { Row } from './report.ts';
import { median, spread } from './statistics.ts';

const nodes = 7;

/** Seconds, from yes. */
type Toggled = { readonly done: number; readonly down: number };

/** A way to turn TLS on for node n0 of a place. */
type Way = (bed: Bed, place: Place) => Promise<void>;

/** `tls enable` beside the same done by a script of kubectl, which protects the volume as far and looks at nothing. */
export async function toggling(programs: Programs): Promise<Row[]> {
  const rows: Row[] = [];
  for (const controller of ['ours', 'reference'] as const) {
    const controlPlane = await startControlPlane(programs);
    const bed = await startBed(controlPlane, { controller });
    try {
      rows.push(...(await beside(bed, `under ${controller}`)));
    } finally {
      await bed.stop();
      await controlPlane.stop();
    }
  }
  return rows;
}

async function beside(bed: Bed, under: string): Promise<Row[]> {
  const ours: Toggled[] = [];
  const peer: Toggled[] = [];
  // In turns, so that both meet the same machine; the first of each warms it.
  for (let number = 0; number <= nodes; number += 1) {
    const [one, other] = [
      await measure(bed, `plugin-${number}`, byPlugin),
      await measure(bed, `kubectl-${number}`, byKubectl),
    ];
    if (number > 0) {
      ours.push(one);
      peer.push(other);
    }
  }
  return (['done', 'down'] as const).map(key => {
    const of = (all: readonly Toggled[]) => all.map(each => each[key]);
    return {
      what: `tls enable ${under}, seconds ${key === 'done' ? 'from yes to the end' : 'of downtime'}`,
      ours: `${spread(of(ours))} s`,
      peer: `${spread(of(peer))} s  kubectl`,
      figure: median(of(ours)) - median(of(peer)),
      target: 2,
      runs: { ours, peer },
    };
  });
}

const byPlugin: Way = async ({ controlPlane: { kubeconfig } }, { namespace }) => {
  const args = ['tls', 'enable', 'n0', '--secret', 'n0-tls', '-n', namespace, '--yes'];
  const { code, stderr } = await plugin(args, { kubeconfig }).ended;
  if (code !== 0) throw new Error(stderr);
};

const byKubectl: Way = async (bed, place) => {
  const { setImport, stripOwner, remove, create } = byHand(bed.controlPlane, place);
  await setImport();
  await stripOwner();
  await remove();
  await create({ ...imported, sidecar: { tls: { secretName: 'n0-tls' } } });
  const waiting = ['wait', '--for=jsonpath={.status.phase}=Running', 'seinode/n0', '--timeout=60s'];
  const { code, stderr } = await bed.controlPlane.kubectl(['-n', place.namespace, ...waiting]);
  if (code !== 0) throw new Error(stderr);
};

async function measure(bed: Bed, namespace: string, way: Way): Promise<Toggled> {
  const place = await makePlace(bed, namespace);
  await makeNode(bed, place);
  const ready = (await phases(bed.controlPlane, namespace)).uid;
  const begun = performance.now();
  let [end, gone, back] = [0, 0, 0];
  const ended = way(bed, place).then(() => {
    end = performance.now();
  });
  await until(async () => {
    const { uid, phase, isPod } = await phases(bed.controlPlane, namespace);
    if (gone === 0 && !isPod) gone = performance.now();
    if (gone > 0 && back === 0 && uid !== ready && phase === 'Running') back = performance.now();
    return back > 0;
  }, 60_000);
  await ended;
  return { done: (end - begun) / 1000, down: (back - gone) / 1000 };
}

async function phases({ call }: ControlPlane, namespace: string) {
  const [node, pod] = await Promise.all([
    call('GET', `/apis/${seiNodes.group}/${seiNodes.version}/namespaces/${namespace}/seinodes/n0`),
    call('GET', `/api/${pods.version}/namespaces/${namespace}/pods/n0-0`),
  ]);
  const { metadata, status } = node.body as SeiNode;
  const isPod = pod.status === 200 && !(pod.body as SeiNode).metadata.deletionTimestamp;
  return { uid: metadata?.uid, phase: status?.phase, isPod };
}
