import { objectKey } from '../../core/kubernetes.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { verify } from '../verify/verify.ts';
import type { NodeView } from '../view.ts';
import type { Section } from './sections.ts';
import type { Cell } from './table.ts';

type Found = Awaited<ReturnType<typeof verify>>;

/** The content of a TLSVerification. */
export function verificationReport(
  { node, requiredDNSNames }: NodeView,
  found: Found,
): Record<string, unknown> {
  const secretName = tlsSecretName(node);
  return {
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    tls: secretName !== undefined,
    secretName,
    ready: found.ok,
    outcome: found.outcome,
    message: found.message,
    requiredDNSNames,
    missing: found.missing,
    expectedSHA256: found.expected,
    served: found.served,
    tasks: found.tasks,
  };
}

/** What was found, for a person. */
export function verificationSection({ node }: NodeView, found: Found, terminal: Terminal): Section {
  const { namespace, name } = node.metadata;
  const { served, expected, tasks } = found;
  const rows: (readonly [string, Cell])[] = [
    ['Outcome', inColour(terminal, found.ok, found.outcome)],
    ['Because', found.message],
  ];
  if (expected !== undefined) rows.push(['Secret', `${tlsSecretName(node)}, SHA-256 ${expected}`]);
  if (served !== undefined) {
    rows.push(
      ['Served', `SHA-256 ${served.sha256}`],
      ['Names', served.dnsNames.join(', ') || '(none)'],
      ['Issuer', served.issuer || '(empty)'],
      ['Valid', `${served.notBefore} to ${served.notAfter}`],
    );
  }
  if (tasks !== undefined) {
    rows.push(['Tasks', inColour(terminal, tasks.allowed, `${tasks.status}: ${tasks.message}`)]);
  }
  return { title: objectKey(namespace, name), rows };
}

function inColour(terminal: Terminal, good: boolean, text: string): Cell {
  return { text, paint: line => paint(terminal, good ? 'green' : 'red', line) };
}
