import test from 'ava';
import { planStatus } from './plans.ts';
import { nodeYAML } from './source/manifests.ts';
import { invoke } from './terminal.ts';

const manifest = nodeYAML('n0', planStatus);

test('a plan is a tree: each task, and where it stands', async t => {
  const { code, out, err } = await invoke('plan n0 -f -', manifest);
  t.deepEqual([code, err], [0, '']);
  t.is(
    out,
    `SeiNode default/n0: Initializing
Plan: Active, 2 of 4 tasks done, then Running
├─ ensure-data-pvc    Complete
├─ apply-statefulset  Complete
├─ config-apply       Waiting: pod n0-0 does not exist yet
└─ discover-peers     Pending
`,
  );
});

test('a long reason goes on beside the trunk', async t => {
  const long = manifest.replace('does not exist yet', 'is not there. '.repeat(12));
  const { out } = await invoke('plan n0 -f -', long);
  const lines = out.split('\n');
  const at = lines.findIndex(line => line.includes('config-apply'));
  t.regex(lines[at + 1]!, /^│ {21}\S/);
  t.true(lines.every(line => line.length <= 100));
});

test('where no plan was begun it says so, or why', async t => {
  const none = await invoke('plan n0 -f -', nodeYAML('n0'));
  t.is(none.out, 'SeiNode default/n0: no phase yet\n  no plan: no operator has begun one\n');
  const held =
    'status: {phase: Pending, conditions: [{type: Progressing, status: "False", reason: GateClosed, message: "Secret n0-tls is not there"}]}\n';
  const closed = await invoke('plan n0 -f -', nodeYAML('n0', held));
  t.is(closed.out, 'SeiNode default/n0: Pending\n  Secret n0-tls is not there\n');
});

test('what a task type says cannot move the cursor', async t => {
  const hostile = manifest.replace('type: discover-peers', String.raw`type: "discover\u001b[2J"`);
  const { out } = await invoke('plan n0 -f -', hostile);
  t.false(out.includes('\u001b'));
  t.true(out.includes(String.raw`discover\u001b[2J`));
});
