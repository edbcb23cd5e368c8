import { findGoTool } from './go-tool.ts';

/** Gatekeeper's judge for the command line. @returns its path, undefined where it is not there and cannot be built. */
export function findGator(): string | undefined {
  return findGoTool({
    name: 'gator',
    version: 'v3.23.1',
    source: 'github.com/open-policy-agent/gatekeeper/v3/cmd/gator',
    takes: 'two to three minutes',
  });
}
