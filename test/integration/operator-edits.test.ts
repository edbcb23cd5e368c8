import anyTest, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { pods, seiNodes } from '../../cluster/resource.ts';
import { blocks } from '../../core/plan/spec-faults.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { type Edit, editsOf, lastSpec, specOf } from '../acto/edits.ts';
import { faultsOf } from '../acto/made.ts';
import { type Row, rows } from '../acto/rows.ts';
import { childrenOf, differences, settled, withActo } from './acto-bed.ts';
import type { Place } from './place.ts';

const { test, bed } = withActo();
/** So many nodes are edited at once. */
const abreast = pLimit(10);
const counts = { fields: 0, edits: 0, equivalent: 0, statusWrites: 0 };

const withEdits = Object.entries(rows).filter((entry): entry is [string, Row] => 'base' in entry[1]);
for (const [at, [path, row]] of withEdits.entries()) {
  test(`${path}: edits of a running node, and one made fresh`, t =>
    abreast(() => edited(t, `e${at}`, path, row)));

  if (row.takes === 'update') {
    test(`${path}: an edit while the init plan runs`, t => abreast(() => hurried(t, `h${at}`, path, row)));
  }
  for (const [index, value] of wrongFromBirth(path, row).entries()) {
    test(`${path}: a node that is born with ${JSON.stringify(value)} is told so, and runs once that is mended`, t =>
      abreast(() => born(t, `b${at}-${index}`, path, row, value)));
  }
}

/** Every edit leaves what runs as it is, says what it must, and the next plan makes of the spec what a new node is. */
async function edited(t: ExecutionContext, namespace: string, path: string, row: Row): Promise<void> {
  const place = await bed().inNamespace(namespace);
  const first = specOf(path, row, row.values[0]);
  await create(place, first);
  await place.runs();
  t.deepEqual(await differences(bed(), place, first), [], 'the objects are those of its spec');
  // What a running node imports is marked a moment after it runs.
  const isMarked = () =>
    bed()
      .writesOf(namespace)
      .others.some(write => write.includes('persistentvolumeclaims/'));
  if (path.startsWith('dataVolume.import')) await place.awaits('marks its volume', isMarked);
  const began = bed().writesOf(namespace);
  const pod = place.podOf();
  const edits = editsOf(path, row);
  let taken = 0;
  for (const edit of edits) taken += await make(t, place, edit);
  const made = bed().writesOf(namespace);
  if (row.takes === 'now') t.not(place.podOf(), pod);
  else {
    t.true(made.status - began.status <= taken, 'a status is written once an edit at most');
    t.deepEqual(made.others.slice(began.others.length), [], 'nothing else is written');
    t.is(place.podOf(), pod, 'the pod is the one that it was');
    t.deepEqual(await differences(bed(), place, first), [], 'and all stays until the next plan');
  }
  const last = { ...lastSpec(path, row), image: 'sei:v6.4.0' };
  const { status, node } = await bed().put(place, last);
  t.is(status, 200, JSON.stringify(node));
  await place.becomes('runs the next image', ({ status }) => status?.currentImage === 'sei:v6.4.0');
  await settled(place, node.metadata.generation!);
  await sameAsFresh(t, place, last);
  counts.fields += 1;
  counts.edits += edits.length;
  counts.equivalent += edits.filter(({ comes }) => comes === 'equal' || comes === 'same').length;
  counts.statusWrites += made.status - began.status;
}

/** @returns 1 where the spec is another by it, as the API server counts. */
async function make(t: ExecutionContext, place: Place, { what, spec, comes }: Edit): Promise<0 | 1> {
  const before = place.found<SeiNode>(seiNodes, 'n0')!.metadata.generation!;
  const { status, node } = await bed().put(place, spec);
  if (comes === 'refused') {
    t.is(status, 422, `${what}: ${JSON.stringify(node)}`);
    return 0;
  }
  t.is(status, 200, `${what}: ${JSON.stringify(node)}`);
  const { generation } = node.metadata;
  if (comes === 'same') t.is(generation, before, what);
  const { status: said } = await settled(place, generation!);
  t.is(said?.phase, 'Running', what);
  t.is(conditionOf(said, 'SpecServed')?.message, toldOf(spec), what);
  return generation === before ? 0 : 1;
}

/** Whatever of an edit the init plan had still seen: after the next plan it is as if it had begun with it. */
async function hurried(t: ExecutionContext, namespace: string, path: string, row: Row): Promise<void> {
  const place = await bed().inNamespace(namespace);
  await create(place, specOf(path, row, row.values[0]));
  const last = lastSpec(path, row);
  const { node } = await bed().put(place, last);
  await settled(place, node.metadata.generation!);
  const next = { ...last, image: 'sei:v6.4.0' };
  const { node: updated } = await bed().put(place, next);
  await place.becomes('runs the next image', ({ status }) => status?.currentImage === next.image);
  await settled(place, updated.metadata.generation!);
  await sameAsFresh(t, place, next);
}

/** What is wrong from the beginning begins nothing, and leaves nothing behind once it is right. */
async function born(
  t: ExecutionContext,
  namespace: string,
  path: string,
  row: Row,
  value: unknown,
): Promise<void> {
  const place = await bed().inNamespace(namespace);
  const spec = specOf(path, row, value);
  await create(place, spec);
  const { status } = await settled(place, 1);
  t.is(status?.phase, 'Pending');
  t.is(conditionOf(status, 'SpecServed')?.message, toldOf(spec));
  t.deepEqual(
    bed()
      .writesOf(namespace)
      .others.filter(write => !write.includes('/seinodes/')),
    [],
    'nothing is made',
  );
  t.is(place.found(pods, 'n0-0'), undefined);
  const mended = specOf(path, row, row.values[0]);
  await bed().put(place, mended);
  await place.runs();
  await sameAsFresh(t, place, mended);
}

/** A node is as one that was made so. */
async function sameAsFresh(t: ExecutionContext, place: Place, spec: Fields): Promise<void> {
  const expected = await fresh(spec);
  t.deepEqual(await differences(bed(), place, spec), [], 'the objects are those of its spec');
  t.deepEqual(await childrenOf(bed(), place, spec), expected.children, 'and those of a new node');
  t.deepEqual(
    told(place.found<SeiNode>(seiNodes, 'n0')?.status),
    expected.told,
    'it says what a new one says',
  );
}

type Fresh = { readonly children: unknown; readonly told: unknown };
const known = new Map<string, Promise<Fresh>>();

/** What becomes of a spec in a new node; each is made once. */
function fresh(spec: Fields): Promise<Fresh> {
  const key = JSON.stringify(spec);
  const making = known.get(key) ?? makeFresh(`f${known.size}`, spec);
  known.set(key, making);
  return making;
}

async function makeFresh(namespace: string, spec: Fields): Promise<Fresh> {
  const place = await bed().inNamespace(namespace);
  await create(place, spec);
  const { status } = await place.runs();
  return { children: await childrenOf(bed(), place, spec), told: told(status) };
}

function told(status: SeiNode['status']): unknown[] {
  const { phase, currentImage } = status ?? {};
  const conditions = ['SpecServed', 'SidecarImagePinned'].map(type => {
    const { reason, message } = conditionOf(status, type) ?? {};
    return [type, reason, message];
  });
  return [phase, currentImage, conditions];
}

/** The message of SpecServed, undefined where there is none. */
function toldOf(spec: Fields): string | undefined {
  const faults = faultsOf(spec);
  return faults.length === 0
    ? undefined
    : faults.map(({ field, message }) => `${field} ${message}`).join('; ');
}

/** The values with which no init plan begins. */
function wrongFromBirth(path: string, row: Row): unknown[] {
  return (row.told ?? []).filter(value =>
    faultsOf(specOf(path, row, value)).some(fault => blocks(fault, 'init')),
  );
}

async function create(place: Place, spec: Fields): Promise<void> {
  if (JSON.stringify(spec).includes('"label"')) {
    const labels = { fleet: 'a', also: 'b' };
    await place.node({}, 'neighbour', labels);
    await place.runs('neighbour');
  }
  await place.create(seiNodes, { metadata: { name: 'n0' }, spec });
}

anyTest.after('the operator has stopped for nothing, and no error is in its log', t => {
  t.truthy(bed().operator.pid());
  // A connection that the recorder has closed as it was taken up again is tried anew.
  t.deepEqual(
    bed()
      .operator.errors()
      .filter(line => !line.includes('ECONNRESET')),
    [],
  );
  t.log(JSON.stringify({ ...counts, fresh: known.size }));
});
