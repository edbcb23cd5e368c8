import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import type { CommonOptions, DocumentFormat } from '../options.ts';
import { reportFaults, reportProblems } from '../output/problems.ts';
import { parametersFor } from '../parameters.ts';
import { bundle } from '../report/bundle.ts';
import { contentsOf } from '../report/contents.ts';
import { page } from '../report/page.ts';
import type { Terminal } from '../terminal.ts';

export type ReportOptions = CommonOptions<DocumentFormat> & { readonly parameters?: string };

/** `report`: all that there is to say of the nodes, as one HTML file or as a bundle with the objects. */
export async function report(options: ReportOptions, terminal: Terminal): Promise<number> {
  if (terminal.bytes === undefined) {
    throw new UsageError(`a report is no text for a terminal: write > report.${options.output}`);
  }
  await using gathered = await gather(options, terminal, [], { children: true, network: 'pods' });
  const { parameters, faults: refused } = await parametersFor(options, terminal, gathered.client);
  if (refused.length > 0) return reportFaults(terminal, refused);
  const contents = await contentsOf(gathered, options, parameters, terminal);
  const text = page(contents);
  await terminal.bytes(options.output === 'zip' ? bundle(text, gathered, contents) : Buffer.from(text));
  return reportProblems(terminal, options, gathered, contents.faults) ? exitCodes.ok : exitCodes.incomplete;
}
