import { type Check, diagnose } from '../../core/doctor/diagnose.ts';
import { gatherFacts } from '../doctor/gather.ts';
import { exitCodes } from '../exit-codes.ts';
import { liveNamespace, openLive } from '../live.ts';
import { type CommonOptions, instant, namespaceOf } from '../options.ts';
import { formatChecks } from '../output/checks.ts';
import type { Terminal } from '../terminal.ts';

/** `doctor`: whether the cluster is fit for nodes under TLS, one line a check. */
export async function doctor(options: CommonOptions, terminal: Terminal): Promise<number> {
  const now = instant(options.now);
  const client = openLive(options, terminal);
  try {
    const scope = { now, namespace: namespaceOf(options), rightsIn: liveNamespace(options, client) };
    const checks = diagnose(await gatherFacts(client, scope));
    terminal.out(formatChecks(options, checks, terminal));
    return exitCode(checks);
  } finally {
    await client.close();
  }
}

/** What was not looked at may be wrong; a warning is nothing that is wrong. */
function exitCode(checks: readonly Check[]): number {
  const has = (status: Check['status']) => checks.some(check => check.status === status);
  if (has('unknown')) return exitCodes.incomplete;
  return has('fail') ? exitCodes.findings : exitCodes.ok;
}
