import type { TLSSetting } from '../../core/toggle/manifest.ts';
import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import type { ToggleOptions } from '../toggle/options.ts';

/** `tls enable NODE… --secret NAME`: TLS of a Secret, by delete and recreate; the volume is kept. */
export function tlsEnable(options: ToggleOptions, terminal: Terminal): Promise<number> {
  if (!options.secret) throw new UsageError('--secret "" names no Secret; write --secret NAME');
  return toggleOrPlan(options, options.secret, terminal);
}

/** `tls disable NODE…`: no TLS, by delete and recreate; the volume is kept. */
export function tlsDisable(options: ToggleOptions, terminal: Terminal): Promise<number> {
  return toggleOrPlan(options, null, terminal);
}

/** Files need nothing of what a cluster does. */
async function toggleOrPlan(options: ToggleOptions, to: TLSSetting, terminal: Terminal): Promise<number> {
  const { nodes, selector, fieldSelector, filename, dryRun, now } = options;
  const isSelected = selector !== undefined || fieldSelector !== undefined;
  if (isSelected === nodes.length > 0) throw new UsageError('say which nodes: their names, or -l SELECTOR');
  if (filename === undefined) {
    if (now !== undefined)
      throw new UsageError('a toggle of a cluster is judged now: --now is for -f, leave it out');
    return (await import('./tls-toggle.ts')).toggle(options, to, terminal);
  }
  if (dryRun !== 'client')
    throw new UsageError(
      'only what is in a cluster can be toggled: leave out -f, or add --dry-run=client for the plan',
    );
  return (await import('./tls-plan.ts')).planOfFiles(options, to, terminal);
}
