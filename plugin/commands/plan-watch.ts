import { seiNodes } from '../../cluster/resource.ts';
import { whyNotServed } from '../../cluster/served.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { keyOf } from '../../core/watch/change.ts';
import { drawOn } from '../drawing.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { openLive } from '../live.ts';
import { formatPlan, planSteps } from '../output/plan.ts';
import { errorLine } from '../output/problems.ts';
import { decodeNode } from '../source/decode.ts';
import { sized, type Terminal } from '../terminal.ts';
import { changesOf } from './list-watch.ts';
import type { PlanOptions } from './plan.ts';

/**
 * `plan NODE -w`: the tree, and what becomes of it until the plan has ended. On a terminal the tree is drawn again as it changes,
 * each second; elsewhere each task that stands otherwise is a line.
 */
export async function planWatch(options: PlanOptions, screen: Terminal): Promise<number> {
  if (options.filename !== undefined || options.now !== undefined) {
    throw new UsageError('-w follows a cluster: files and --now stand still');
  }
  if (options.allNamespaces) throw new UsageError('-w follows one node: say where it is with -n');
  if (options.output !== 'table') throw new UsageError(`-w is for people: it has no -o ${options.output}`);
  const stream = screen.dialogue?.stream;
  using shown = stream ? drawn(screen, stream) : told(screen);
  const terminal = { ...screen, error: shown.say };
  const client = openLive(options, terminal);
  const named = { ...options, fieldSelector: `metadata.name=${options.node}` };
  const over = new AbortController();
  const signal = AbortSignal.any([terminal.closed, over.signal]);
  try {
    for await (const change of changesOf(client, named, terminal, signal)) {
      const [item] = change.type === 'listed' ? change.items : [change.object];
      if (item === undefined || change.type === 'deleted') return gone(options, terminal, item);
      const { node, faults } = decodeNode(item, keyOf(item).split('/')[0]!);
      if (faults.length > 0) {
        const { field, message } = faults[0]!;
        terminal.error(errorLine({ message: `SeiNode ${options.node}: ${field} ${message}` }));
        return exitCodes.incomplete;
      }
      shown.show(node);
      if (!['Active', undefined].includes(node.status?.plan?.phase)) return exitCodes.ok;
    }
    return exitCodes.ok;
  } catch (error) {
    throw await whyNotServed(client, seiNodes, error);
  } finally {
    over.abort();
    await client.close();
  }
}

function gone({ node, namespace }: PlanOptions, terminal: Terminal, item: Fields | undefined): number {
  const where = namespace ? ` in namespace ${namespace}` : '';
  const message =
    item === undefined ? `SeiNode "${node}" not found${where}` : `SeiNode "${node}" was deleted`;
  terminal.error(errorLine({ message }));
  return exitCodes.incomplete;
}

type Shown = {
  readonly show: (node: SeiNode) => void;
  /** Errors, each above what is drawn: below it they would be taken for a part of it, and go with it. */
  readonly say: Terminal['error'];
  readonly [Symbol.dispose]: () => void;
};

/** The last tree stays where results go; before that it is where progress goes. */
function drawn(terminal: Terminal, stream: NodeJS.WriteStream): Shown {
  let last: SeiNode | undefined;
  const tree = (width: number) =>
    last === undefined ? '' : formatPlan({ output: 'table' }, last, Date.now(), { ...terminal, width });
  const redraw = () => draw(tree(Math.min(sized(terminal).width, stream.columns)));
  const { draw, above, end } = drawOn(stream, redraw);
  const timer = setInterval(redraw, 1_000);
  return {
    show: node => {
      last = node;
      redraw();
    },
    say: text => above(() => terminal.error(text)),
    [Symbol.dispose]: () => {
      clearInterval(timer);
      end();
      terminal.out(tree(sized(terminal).width));
    },
  };
}

function told(terminal: Terminal): Shown {
  let before: ReadonlyMap<string, string> | undefined;
  return {
    show: node => {
      const steps = planSteps(node, Date.now());
      if (before === undefined) terminal.out(formatPlan({ output: 'table' }, node, Date.now(), terminal));
      else for (const [key, line] of steps) if (before.get(key) !== line) terminal.out(`${line}\n`);
      before = steps;
    },
    say: terminal.error,
    [Symbol.dispose]: () => {},
  };
}
