import test from 'ava';
import { ClusterError } from '../../../cluster/error.ts';
import { durations } from '../../../core/leader-election.ts';
import { alone } from '../../../operator/leader-election/alone.ts';
import { clock, Fence } from '../../../operator/leader-election/fence.ts';

type Look = string | undefined | Error;

/** What comes of a row of looks: each is answered in turn, the last for ever. */
async function after(looks: readonly Look[]) {
  const fence = new Fence(clock, durations.renewDeadline);
  const over = new AbortController();
  const said: string[] = [];
  const seen = { begun: undefined as number | undefined, ended: undefined as string | undefined, said };
  let count = 0;
  const look = async () => {
    const answer = looks[Math.min(count++, looks.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const wait = async () => {
    await new Promise(setImmediate);
    if (count > looks.length + 1) over.abort();
  };
  const log = { error: (error: unknown) => said.push((error as Error).message) };
  const options = { rivals: { look }, fence, durations, log, wait, signal: over.signal };
  await alone(options);
  seen.begun = over.signal.aborted ? undefined : count;
  while (!over.signal.aborted && !fence.signal.aborted) await new Promise(setImmediate);
  if (fence.signal.aborted) seen.ended = (fence.signal.reason as Error).message;
  return seen;
}

const broken = new ClusterError('GET leases: 500', { status: 500 });
const refused = new ClusterError('GET leases: 403', { status: 403 });
const leads = 'another operator leads: old';
const cannot = 'cannot look for other operators: GET leases: ';

const rows: readonly (readonly [string, readonly Look[], number | undefined, string[], RegExp?])[] = [
  ['nobody else: it begins', [undefined], 1, []],
  ['another one: it waits until that is gone', ['old', 'old', undefined], 3, [leads]],
  ['another one for ever: it never begins', ['old'], undefined, [leads]],
  ['no answer: it does not begin', [broken], undefined, [`${cannot}500`]],
  [
    'no answer in between: it does not begin beside the other one',
    ['old', broken, 'old', undefined],
    4,
    [leads, `${cannot}500`, leads],
  ],
  ['it may not look: it begins, and says so', [refused], 1, [`${cannot}403`]],
  [
    'another one comes: it ends',
    [undefined, undefined, 'new'],
    1,
    [leads.replace('old', 'new')],
    /new leads/,
  ],
  ['no answer later: it goes on', [undefined, broken], 1, [`${cannot}500`]],
];
for (const [what, looks, begun, said, ended] of rows) {
  test(what, async t => {
    const seen = await after(looks);
    t.is(seen.begun, begun);
    t.deepEqual(seen.said, said);
    t.regex(seen.ended ?? '', ended ?? /^$/);
  });
}
