import { ClusterError } from '../../cluster/error.ts';
import { modesOf } from '../../core/seinode.ts';
import { isEnded, type Journal } from '../../core/toggle/journal.ts';
import { UsageError } from '../errors.ts';
import { liveNamespace } from '../live.ts';
import { placeText, resumptionText } from '../output/toggle-plan.ts';
import { explanationOf, formatResults } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { goOn } from '../toggle/drive.ts';
import { listJournals, type Stored } from '../toggle/journals.ts';
import { look } from '../toggle/look.ts';
import { type ChangeOptions, placeOf, sameFlags } from '../toggle/options.ts';
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
  await using session = openSession(options, terminal);
  const { result, plan } = await gone(options, terminal, session, known);
  session.progress.stop();
  terminal.out(formatResults(options, [result], plan));
  for (const line of explanationOf(result, sameFlags(options, result.namespace))) terminal.error(line);
  return exitCodeOf([result]);
}

type Gone = {
  readonly result: Result;
  /** Where it is the answer. */
  readonly plan?: string;
};

async function gone(
  options: Options,
  terminal: Terminal,
  session: Session,
  known: Partial<Journal>,
): Promise<Gone> {
  const stored = await chosen(options, session, known);
  const { journal } = stored;
  const { namespace, name } = journal.node;
  if (isEnded(journal)) return { result: ended(journal, known) };
  const changes = { ...known, ...(options.noVerify && { verify: false }) };
  const next = { ...journal, ...changes };
  const seen = { ...(await look(session.client, journal)), verified: false };
  const plan = `${placeText(session.client, terminal)}\n${resumptionText(next, seen, terminal)}`;
  const { dryRun } = options;
  if (dryRun !== 'none') {
    return { result: { namespace, name, outcome: 'Planned', journal: next, dryRun }, plan };
  }
  terminal.error(plan.trimEnd());
  const answer = await confirmed(
    options,
    terminal,
    questionOf(next, placeOf(session.client)),
    session.interrupted,
  );
  if (answer !== 'yes') {
    return { result: { namespace, name, outcome: answer === 'no' ? 'NotBegun' : 'Interrupted', journal } };
  }
  return { result: await goOn(session.driver(), stored, changes) };
}

function questionOf({ node, direction, manifest }: Journal, place: string): string {
  const what = modesOf(manifest.spec).includes('validator') ? 'VALIDATOR' : 'SeiNode';
  const how = direction === 'back' ? 'back with' : 'with';
  return `Go on ${how} ${what} ${node.namespace}/${node.name} at ${place}?`;
}

/** The toggle that is meant: that of the node, or the one that is unfinished. @throws ClusterError where there is none. */
async function chosen(options: Options, { client }: Session, known: Partial<Journal>): Promise<Stored> {
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
  const none =
    options.node === undefined
      ? `no toggle is unfinished ${where}`
      : `SeiNode "${options.node}" was never toggled ${where}`;
  throw new ClusterError(broken && !broken.ok ? broken.error : none);
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
