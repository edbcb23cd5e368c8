import test from 'ava';
import { mergeConditions } from '../../core/merge-conditions.ts';
import { advance, type TaskOutcome } from '../../core/plan/advance.ts';
import { markReadyPlan } from '../../core/plan/build.ts';
import { cutWithin, isPrintable, printableLine, printableWithin } from '../../core/printable.ts';
import { refusal } from '../../core/sidecar/answer.ts';
import { node, now, planID } from './plan/nodes.ts';

const hostile = '\u001b[2J\u009b31m\u202e\u2066\u200b\u2028\u0000\r😀';

test('a text is cut before a character, never within it', t => {
  t.is(cutWithin('ab😀', 4), 'ab😀');
  t.is(cutWithin('ab😀c', 4), 'ab…');
  t.is(cutWithin('ab😀cd', 5), 'ab😀…');
  for (let longest = 1; longest < 40; longest += 1) {
    const cut = printableWithin(hostile.repeat(9), longest);
    t.true(cut.isWellFormed() && cut.length <= longest && isPrintable(cut), cut);
  }
});

test('a line for people has a length that it keeps, escapes among it', t => {
  t.is(printableLine('a\nb'), 'a\\nb');
  t.is(printableLine('x'.repeat(4_000)), 'x'.repeat(4_000));
  t.is(printableLine('x'.repeat(4_002)), `${'x'.repeat(4_000)}… (2 more)`);
  t.is(printableLine('\t'.repeat(1_000)).length, 4_000);
  t.regex(printableLine('\t'.repeat(5_000)), /^.{4000}… \(1000 more\)$/s);
});

test('what goes into status holds nothing for a terminal, and what an API server stores as it is', t => {
  const plan = markReadyPlan(node({ fullNode: {} }), planID);
  const { id } = plan.tasks[0]!;
  const outcome: TaskOutcome = { id, attempt: 0, kind: 'terminal', message: hostile.repeat(200) };
  const facts = { status: 'False', reason: 'PlanFailed', message: hostile.repeat(5_000) } as const;
  const [condition] = mergeConditions([], { Progressing: facts }, now);
  const said = refusal(
    { status: 500, text: `${'x'.repeat(199)}😀😀` },
    { verb: 'get', node: 'a/b', tls: true },
  );
  const texts = [advance(plan, outcome, now).failedTaskDetail?.error ?? '', condition!.message, said];
  for (const text of texts) t.true(text.length > 100 && text.isWellFormed() && isPrintable(text), text);
});
