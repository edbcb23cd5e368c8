import { printableLine } from '../../core/printable.ts';
import { decide } from '../../core/toggle/decide.ts';
import { isEnded, type Journal, wantedTLS } from '../../core/toggle/journal.ts';
import { deedOf, settingText } from '../../core/toggle/outline.ts';
import { UsageError } from '../errors.ts';
import { liveNamespace } from '../live.ts';
import { explanationOf, formatResults } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { goOn } from '../toggle/drive.ts';
import { listJournals, type Stored } from '../toggle/journals.ts';
import { look } from '../toggle/look.ts';
import { type ChangeOptions, sameFlags } from '../toggle/options.ts';
import { exitCodeOf, type Result } from '../toggle/report.ts';
import { confirmed, openSession, type Session } from '../toggle/session.ts';

type Options = ChangeOptions & { readonly node?: string };

/** `tls resume [NODE]`: goes on with a toggle, wherever it was left, by whom and from where. */
export function tlsResume(options: Options, terminal: Terminal): Promise<number> {
  return goingOn(options, terminal, {});
}

/** `tls abort [NODE]`: the node as it was before, on its volume; the import stays. */
export function tlsAbort(options: Options, terminal: Terminal): Promise<number> {
  return goingOn(options, terminal, { direction: 'back' });
}

async function goingOn(options: Options, terminal: Terminal, known: Partial<Journal>): Promise<number> {
  if (options.filename !== undefined) throw new UsageError('a toggle is in a cluster: -f names none');
  await using session = openSession(options, terminal);
  const namespace = liveNamespace(options, session.client);
  const result = await gone(options, terminal, session, known);
  session.progress.stop();
  terminal.out(formatResults(options, [result]));
  const flags = sameFlags(options, result.namespace || (namespace ?? 'default'));
  for (const line of explanationOf(result, flags)) terminal.error(line);
  return exitCodeOf([result]);
}

async function gone(
  options: Options,
  terminal: Terminal,
  session: Session,
  known: Partial<Journal>,
): Promise<Result> {
  const stored = await chosen(options, session, known);
  if (!('lease' in stored)) return stored;
  const { journal } = stored;
  const { namespace, name } = journal.node;
  if (isEnded(journal)) return ended(journal, known);
  const changes = { ...known, ...(options.noVerify && { verify: false }) };
  const next = { ...journal, ...changes };
  const seen = { ...(await look(session.client, journal)), verified: false };
  const decision = decide(next, seen);
  for (const line of planLines(next, decision)) terminal.error(printableLine(line));
  if (options.dryRun !== 'none')
    return { namespace, name, outcome: 'Planned', journal, dryRun: options.dryRun };
  const question = `Go on ${next.direction === 'back' ? 'back ' : ''}with SeiNode ${namespace}/${name} at ${session.client.where}?`;
  const answer = await confirmed(options, terminal, question, session.interrupted);
  if (answer !== 'yes')
    return { namespace, name, outcome: answer === 'no' ? 'NotBegun' : 'Interrupted', journal };
  return goOn(session.driver(), stored, changes);
}

/** The toggle that is meant: that of the node, or the one that is unfinished. */
async function chosen(
  options: Options,
  { client }: Session,
  known: Partial<Journal>,
): Promise<Stored | Result> {
  const namespace = liveNamespace(options, client);
  const found = await listJournals(client, namespace, options.node);
  const broken = found.find(item => !item.ok);
  const stored = found.flatMap(item => (item.ok ? [item.value] : []));
  const unfinished = stored.filter(({ journal }) => !isEnded(journal));
  const verb = known.direction === 'back' ? 'abort' : 'resume';
  if (unfinished.length > 1) {
    const names = unfinished.map(({ journal: { node } }) => `${node.namespace}/${node.name}`).join(', ');
    throw new UsageError(`toggles of ${names} are unfinished; say which: tls ${verb} NODE -n NAMESPACE`);
  }
  // What cannot be read may be the one that is unfinished.
  const ended = broken || options.node === undefined ? undefined : stored.at(-1);
  const [one = ended] = unfinished;
  if (one !== undefined) return one;
  const where = namespace === undefined ? 'in any namespace' : `in namespace ${namespace}`;
  const what = options.node === undefined ? `no toggle is unfinished ${where}` : 'it was never toggled';
  const message = broken && !broken.ok ? broken.error : what;
  return { namespace: namespace ?? '', name: options.node ?? '', outcome: 'Refused', message };
}

function ended(journal: Journal, known: Partial<Journal>): Result {
  const { step, node, times } = journal;
  const [outcome, at] = [step === 'Aborted' ? 'Aborted' : 'Done', times.at(-1)?.at] as const;
  if (outcome === 'Done' && known.direction === 'back') {
    const message = `its toggle is Done since ${at}: toggle it the other way round, tls enable or tls disable`;
    return { ...node, outcome: 'Refused', message };
  }
  return { ...node, outcome, journal };
}

function planLines(journal: Journal, decision: ReturnType<typeof decide>): string[] {
  const { node, who, times, step, from, to } = journal;
  const next = deedOf(journal, decision) ?? ('why' in decision ? decision.why : undefined);
  return [
    `The toggle of SeiNode ${node.namespace}/${node.name} from ${settingText(from)} to ${settingText(to)}, begun by ${who} at ${times[0]?.at}, stands at ${step}.`,
    `It goes on to ${settingText(wantedTLS(journal))}.${next === undefined ? '' : ` Next: ${next}`}`,
  ];
}
