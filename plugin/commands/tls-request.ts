import { printableLine } from '../../core/printable.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Gathered } from '../gather.ts';
import { gatherOne } from '../gather-one.ts';
import { reportProblems } from '../output/problems.ts';
import { removeKeyFile, writeKeyFile } from '../request/key-file.ts';
import { type Made, make } from '../request/make.ts';
import { type Order, parseOrder, type RequestOptions } from '../request/order.ts';
import { targetOf, warningsFor } from '../request/target.ts';
import type { Terminal } from '../terminal.ts';

/** `tls request NODE`: what a platform needs to provision the certificate of a node. */
export async function tlsRequest(options: RequestOptions, terminal: Terminal): Promise<number> {
  const order = parseOrder(options);
  const common = { ...options, output: options.output ?? 'yaml' };
  // What is asked for does not depend on what the Secret holds now.
  await using gathered = await gatherOne(common, terminal, options.node, { secrets: false });
  const [found] = gathered.nodes;
  const fault = found && (await fulfil(order, found.object, options, gathered, terminal));
  if (fault !== undefined) {
    terminal.error(printableLine(`error: ${fault}`));
  }
  const complete = reportProblems(terminal, common, gathered, gathered.fleet.faults);
  return complete && fault === undefined ? exitCodes.ok : exitCodes.incomplete;
}

/** @returns why it could not be done, undefined where it was. */
async function fulfil(
  order: Order,
  node: SeiNode,
  { secret, output }: RequestOptions,
  { fleet, now }: Gathered,
  terminal: Terminal,
): Promise<string | undefined> {
  const target = targetOf(node, secret);
  if (!target.ok) {
    return `SeiNode ${node.metadata.namespace}/${node.metadata.name}: ${target.error}`;
  }
  const made = await make(order, target.value, now, output);
  for (const warning of warningsFor(node, target.value, fleet)) {
    terminal.error(printableLine(`warning: ${warning}`));
  }
  return deliver(made, terminal);
}

/** The key first: a request is of no use without its key, nor is a key whose request nobody got. */
async function deliver({ text, key }: Made, terminal: Terminal): Promise<string | undefined> {
  const kept = key && writeKeyFile(key.file, key.privateKey);
  if (kept?.ok === false) {
    return kept.error;
  }
  const written = await terminal.out(text);
  if (key === undefined || written !== false) {
    return undefined;
  }
  removeKeyFile(key.file);
  return `nobody received what was made, so its private key was removed from ${key.file}`;
}
