import { keySecrets } from '../references.ts';
import { labelFaults } from '../schema/labels.ts';
import { crossFieldFaults } from '../schema/rules.ts';
import type { FieldFault } from '../schema/structural.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { ceremonyFaults } from './ceremony-faults.ts';
import { passedOver } from './passed-over.ts';
import { modeOf, snapshotGenerationOf } from './spec.ts';

/** A field of spec that is wrong, or asks for what is not served. */
export type SpecFault = {
  readonly field: string;
  /** What is wrong, to follow the field's name. */
  readonly message: string;
  readonly reason: 'FieldNotServed' | 'FieldInvalid';
  /** Which plans are not made while it stands: an init plan, every plan, none. */
  readonly blocks: 'init' | 'every plan' | 'nothing';
};

/**
 * What keeps plans from being built of a spec that the CRD let through, and what of it a plan passes over. What keeps
 * a pod from being built is for the builders to say.
 */
export function planFaults(node: SeiNode): SpecFault[] {
  const { validator } = node.spec;
  return [
    ...crossFieldFaults(node.spec).map(({ field, message }) => invalid(field, message)),
    ...selectorFaults(node),
    ...when(validator?.genesisCeremony && validator.signingKey, keyOfCeremony),
    ...tlsFaults(node),
    ...ceremonyFaults(node).map(({ field, message }) => ({
      ...invalid(field, message),
      blocks: 'init' as const,
    })),
    ...replayerFaults(node),
    ...generationFaults(node),
    ...passedOver(node).map(notServed),
  ];
}

/** What no label can be is selected by nobody: the other sources go on. */
function selectorFaults({ spec: { peers = [] } }: SeiNode): SpecFault[] {
  return peers.flatMap(({ label }, at) =>
    labelFaults(label?.selector ?? {}, `spec.peers[${at}].label.selector`).map(({ field, message }) => ({
      ...{ field, message: `${message}; it selects nobody` },
      ...({ reason: 'FieldInvalid', blocks: 'nothing' } as const),
    })),
  );
}

/** Whether a fault keeps a plan from being made. */
export function blocks(fault: SpecFault, plan: 'init' | 'other'): boolean {
  return fault.blocks === 'every plan' || (fault.blocks === 'init' && plan === 'init');
}

/** The whole Secret of TLS is mounted into the proxy: nothing else may be in it. */
function tlsFaults(node: SeiNode): SpecFault[] {
  const tls = tlsSecretName(node);
  const used = keySecrets(node).find(({ name }) => name === tls);
  return when(used, invalid('spec.sidecar.tls.secretName', `must name another Secret than ${used?.field}`));
}

function replayerFaults({ spec: { replayer } }: SeiNode): SpecFault[] {
  if (!replayer) return [];
  const { snapshot, resultExport } = replayer;
  const canonical = resultExport?.shadowResult?.canonicalRpc;
  return [
    ...when(!snapshot?.s3, invalid('spec.replayer.snapshot', 'must set s3')),
    ...when(snapshot?.s3 && !(snapshot.s3.targetHeight > 0), noHeight),
    ...when(resultExport && !resultExport.shadowResult, emptyExport),
    // A node that runs is not held up by what it is not asked about again.
    ...when(canonical !== undefined && !isAddress(canonical), { ...noAddress, blocks: 'init' }),
  ];
}

const noHeight = invalid('spec.replayer.snapshot.s3.targetHeight', 'must be above 0');
const emptyExport = invalid(
  'spec.replayer.resultExport',
  'says nothing; set shadowResult, or leave it out to export nothing',
);
const keyOfCeremony = invalid(
  'spec.validator.signingKey',
  'must not be set with genesisCeremony, which makes the key on the volume',
);
const noAddress = invalid(
  'spec.replayer.resultExport.shadowResult.canonicalRpc',
  'must be a URL of http or https without user, query and fragment, such as http://rpc.example.com:26657',
);

/** As the sidecar takes it. */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return !(url.username || url.password || url.search || url.hash);
}

function generationFaults(node: SeiNode): SpecFault[] {
  const generation = snapshotGenerationOf(node);
  if (generation === undefined) return [];
  const field = `spec.${modeOf(node)}.snapshotGeneration`;
  const { tendermint } = generation;
  const tooFew = tendermint?.publish !== undefined && tendermint.keepRecent < 2;
  return [
    ...when(!tendermint, invalid(field, 'says nothing; leave it out to make no snapshots')),
    ...when(
      tooFew,
      invalid(
        `${field}.tendermint.keepRecent`,
        'must be 2 or more where publish is set: the last but one is uploaded',
      ),
    ),
  ];
}

function invalid(field: string, message: string): SpecFault {
  return { field, message, reason: 'FieldInvalid', blocks: 'every plan' };
}

function notServed({ field, message }: FieldFault): SpecFault {
  return { field, message, reason: 'FieldNotServed', blocks: 'nothing' };
}

function when(wrong: unknown, fault: SpecFault): SpecFault[] {
  return wrong ? [fault] : [];
}
