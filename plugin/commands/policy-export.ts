import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { streamOf, type Tree, treeOf } from '../export/tree.ts';
import { archiveOf, writeTree } from '../export/write.ts';
import type { EngineFormat } from '../options.ts';
import { errorLine, reportFaults } from '../output/problems.ts';
import { readParameters } from '../source/parameters.ts';
import type { Terminal } from '../terminal.ts';

export type ExportOptions = {
  readonly format: EngineFormat;
  readonly outputDir?: string;
  readonly parameters?: string;
};

/** `policy export`: the rules for another engine, as one stream or as files. */
export async function policyExport(options: ExportOptions, terminal: Terminal): Promise<number> {
  const { format, parameters: file } = options;
  if (file !== undefined && format !== 'gatekeeper') {
    throw new UsageError('--parameters is for --format gatekeeper: nothing else holds who may connect');
  }
  const { parameters, faults } = await readParameters(file, terminal.stdin);
  if (faults.length > 0) return reportFaults(terminal, faults);
  return write(options, treeOf(format, file === undefined ? undefined : parameters), terminal);
}

async function write({ format, outputDir }: ExportOptions, tree: Tree, terminal: Terminal): Promise<number> {
  if (outputDir !== undefined) return toDirectory(outputDir, tree, terminal);
  if (format === 'rego') return toBundle(tree, terminal);
  terminal.out(streamOf(tree));
  if (format === 'gatekeeper') terminal.error(twice);
  return exitCodes.ok;
}

const twice =
  'Apply this twice: the constraints are of kinds that Gatekeeper makes of the templates, some seconds after it has them.';

function toDirectory(directory: string, tree: Tree, terminal: Terminal): number {
  const written = writeTree(directory, tree);
  if (written.ok) return exitCodes.ok;
  terminal.error(errorLine({ message: written.error }));
  return exitCodes.incomplete;
}

async function toBundle(tree: Tree, terminal: Terminal): Promise<number> {
  if (terminal.bytes === undefined) {
    throw new UsageError(
      'an OPA bundle is no text for a terminal: write > bundle.tar.gz, or --output-dir DIRECTORY',
    );
  }
  await terminal.bytes(await archiveOf(tree));
  return exitCodes.ok;
}
