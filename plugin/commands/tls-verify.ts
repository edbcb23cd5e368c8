import { tlsSecretName } from '../../core/seinode.ts';
import { anchorOf } from '../../core/sidecar/anchors.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Gathered } from '../gather.ts';
import { gatherOne } from '../gather-one.ts';
import type { CommonOptions } from '../options.ts';
import { reportProblems } from '../output/problems.ts';
import { nodeName, render } from '../output/render.ts';
import { sections } from '../output/sections.ts';
import { verificationReport, verificationSection } from '../output/verification.ts';
import type { Terminal } from '../terminal.ts';
import type { Account } from '../verify/tasks.ts';
import { verify } from '../verify/verify.ts';
import { type NodeView, viewFleet } from '../view.ts';

export type VerifyFlags = CommonOptions & { readonly node: string; readonly serviceAccount?: string };

/** `tls verify NODE`: what the pod of a node really serves. */
export async function tlsVerify(options: VerifyFlags, terminal: Terminal): Promise<number> {
  const account = accountOf(options);
  await using gathered = await gatherOne(options, terminal, options.node);
  const { views, faults } = viewFleet(gathered);
  const complete = reportProblems(terminal, options, gathered, faults);
  const [view] = views;
  if (!complete || view === undefined) return exitCodes.incomplete;
  return verifyOne(view, gathered, account, options, terminal);
}

async function verifyOne(
  view: NodeView,
  { client }: Gathered,
  account: Account | undefined,
  { output }: VerifyFlags,
  terminal: Terminal,
): Promise<number> {
  const { node, secret, verdict } = view;
  if (account !== undefined && tlsSecretName(node) === undefined) {
    throw new UsageError(
      `TLS of SeiNode ${node.metadata.namespace}/${node.metadata.name} is off, so that its tasks port asks for no token; leave out --service-account`,
    );
  }
  const subject = { node, anchor: anchorOf(secret), ...(verdict && { verdict }) };
  const found = await verify(client!, subject, account && { account });
  const text = render(output, {
    kind: 'TLSVerification',
    content: () => verificationReport(view, found),
    names: () => [nodeName(node.metadata)],
    text: () => sections(terminal, [verificationSection(view, found, terminal)]),
  });
  terminal.out(text);
  return found.ok && found.tasks?.allowed !== false ? exitCodes.ok : exitCodes.findings;
}

/** @throws UsageError for what a handshake cannot be, and for no ServiceAccount. */
function accountOf({ filename, now, serviceAccount }: VerifyFlags): Account | undefined {
  if (filename !== undefined) {
    throw new UsageError(
      'tls verify asks a pod, and files have none: leave out -f, or judge them with tls check',
    );
  }
  if (now !== undefined) {
    throw new UsageError(
      'tls verify shakes hands now: leave out --now, or judge another moment with tls check',
    );
  }
  if (serviceAccount === undefined) return undefined;
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(serviceAccount) ?? [];
  if (namespace === undefined || name === undefined) {
    throw new UsageError(
      `--service-account "${serviceAccount}" names none; write --service-account NAMESPACE/NAME`,
    );
  }
  return { namespace, name };
}
