import { oldestGatekeeper as oldest } from '../core/doctor/gatekeeper/version.ts';
import { findGoTool } from './go-tool.ts';

/** The oldest Gatekeeper that the bundle is for: the one before has no Rego v1. Its OPA is the second. */
export const oldestGatekeeper = { version: `v${oldest}`, opa: 'v1.3.0' } as const;

/** Gatekeeper's judge for the command line. @returns its path, undefined where it is not there and cannot be built. */
export function findGator(version = 'v3.23.1'): string | undefined {
  return findGoTool({
    name: 'gator',
    version,
    module: 'github.com/open-policy-agent/gatekeeper/v3',
    inside: './cmd/gator',
    takes: 'two to three minutes',
  });
}
