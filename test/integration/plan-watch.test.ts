import { PassThrough } from 'node:stream';
import { seiNodes } from '../../cluster/resource.ts';
import { run } from '../../plugin/cli.ts';
import { until } from '../control-plane/until.ts';
import { invoke } from '../plugin/terminal.ts';
import { tls } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

/** `plan n0 -w` in a namespace, until it ends by itself. */
function watched(namespace: string): ReturnType<typeof invoke> {
  return invoke(`plan n0 -w -n ${namespace} --kubeconfig ${bed().controlPlane.kubeconfig}`);
}

/** The same on a terminal: what is drawn on it, and errors among that. */
function drawn(namespace: string): { readonly text: () => string; readonly ended: Promise<number> } {
  let text = '';
  const stream = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
  stream.on('data', added => {
    text += added;
  });
  const line = `plan n0 -w -n ${namespace} --kubeconfig ${bed().controlPlane.kubeconfig}`;
  const ended = run(line.split(' '), {
    out: () => {},
    error: said => stream.write(`${said}\n`),
    width: 80,
    color: false,
    stdin: async () => new Uint8Array(),
    closed: new AbortController().signal,
    dialogue: { ask: async () => undefined, stream: stream as unknown as NodeJS.WriteStream },
  });
  return { text: () => text, ended };
}

test('a plan is followed until it has ended', async t => {
  const place = await inNamespace('planned');
  bed().said.refusals.set(place.key('n0'), { status: 500, body: { error: 'disk is full' } });
  await place.provide(await place.pair());
  await place.node(tls);
  await place.says('Progressing', 'True TaskWaiting', /disk is full/);
  const ended = watched('planned');
  await place.says('Progressing', 'True TaskWaiting', /disk is full/);
  bed().said.refusals.delete(place.key('n0'));
  const { code, out, err } = await ended;
  t.deepEqual([code, err], [0, '']);
  t.regex(out, /^SeiNode planned\/n0: \w+\nPlan: \w+, \d of \d tasks done/);
  t.regex(out, /mark-ready +Complete/);
  t.regex(out, /SeiNode (planned\/)?n0: Running\n/);
});

test('one that has ended is shown, and not waited for', async t => {
  const place = await inNamespace('over');
  await place.node({});
  await place.runs();
  const { code, out } = await watched('over');
  t.is(code, 0);
  t.regex(out, /^SeiNode over\/n0: Running\nPlan: Complete, (\d) of \1 tasks done\n/);
});

test('a node that is not there, or goes, ends it with a fault', async t => {
  const place = await inNamespace('goes');
  const none = await watched('goes');
  t.deepEqual([none.code, none.err.trim()], [3, 'error: SeiNode "n0" not found in namespace goes']);
  bed().said.refusals.set(place.key('n0'), { status: 500, body: { error: 'disk is full' } });
  await place.node({});
  await place.says('Progressing', 'True TaskWaiting', /disk is full/);
  const ended = watched('goes');
  const screen = drawn('goes');
  t.true(await until(() => screen.text().includes('SeiNode goes/n0: ')));
  await place.remove(seiNodes, 'n0');
  const { code, err } = await ended;
  t.is(code, 3);
  t.regex(err, /SeiNode "n0" (was deleted|not found in namespace goes)/);
  t.is(await screen.ended, 3);
  // Below the tree it would be erased with it: the tree goes first.
  const [before = ''] = screen.text().split('error: SeiNode "n0" was deleted\n');
  t.true(before.endsWith('\u001b[2K\u001b[G'), screen.text());
});
