import test from 'ava';
import { pods, seiNodes } from '../../cluster/resource.ts';
import { sharedList } from '../../operator/shared-list.ts';

/** A list that answers when it is told to, with how many were begun before it. */
function made() {
  const answers: PromiseWithResolvers<never>[] = [];
  const list = sharedList(() => {
    const answer = Promise.withResolvers<never>();
    answers.push(answer);
    return answer.promise;
  });
  const turn = () => new Promise(resolve => setImmediate(resolve));
  return { answers, list, turn };
}

test('who asks at once shares one list, and who asks while it is under way the next', async t => {
  const { answers, list, turn } = made();
  const first = [list(seiNodes, 'arctic', ''), list(seiNodes, 'arctic', '')];
  await turn();
  const later = [list(seiNodes, 'arctic', ''), list(seiNodes, 'arctic', '')];
  await turn();
  t.is(answers.length, 1);
  answers[0]!.resolve(['first'] as never);
  t.deepEqual(await Promise.all(first), [['first'], ['first']] as never);
  await turn();
  t.is(answers.length, 2);
  answers[1]!.resolve(['second'] as never);
  t.deepEqual(await Promise.all(later), [['second'], ['second']] as never);
  void list(seiNodes, 'arctic', '');
  await turn();
  t.is(answers.length, 3);
});

test('another namespace, kind or label is another list', async t => {
  const { answers, list, turn } = made();
  void list(seiNodes, 'arctic', '');
  void list(seiNodes, 'pacific', '');
  void list(pods, 'arctic', '');
  void list(pods, 'arctic', 'a=b');
  await turn();
  t.is(answers.length, 4);
});

test('a list that fails fails for those who share it, and for nobody later', async t => {
  const { answers, list, turn } = made();
  const first = [list(pods, 'arctic', ''), list(pods, 'arctic', '')];
  await turn();
  const later = list(pods, 'arctic', '');
  answers[0]!.reject(new Error('away'));
  for (const each of first) await t.throwsAsync(each, { message: 'away' });
  await turn();
  answers[1]!.resolve([] as never);
  t.deepEqual(await later, []);
});
