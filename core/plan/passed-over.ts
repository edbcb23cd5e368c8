import type { FieldFault } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';
import { loggingLevel } from './config.ts';
import { modeOf, snapshotOf } from './spec.ts';

/** The fields of a spec that mean nothing to a node's plan, each with why. They hold nothing up. */
export function passedOver(node: SeiNode): FieldFault[] {
  const { entrypoint, overrides } = node.spec;
  const { bootstrapImage, s3 } = snapshotOf(node) ?? {};
  return told([
    ...ofCeremony(node),
    [
      (overrides?.[loggingLevel.key] ?? loggingLevel.value) !== loggingLevel.value,
      `spec.overrides["${loggingLevel.key}"]`,
      `is passed over: every node logs at ${loggingLevel.value}`,
    ],
    [entrypoint, 'spec.entrypoint', 'is deprecated: the pod runs seid start whatever it says'],
    [
      bootstrapImage && s3 === undefined,
      `spec.${modeOf(node)}.snapshot.bootstrapImage`,
      'means something with s3 only',
    ],
  ]);
}

/** Whether a field says what is passed over, its name, and why. */
type Row = readonly [unknown, string, string];

/** The peers and parameters of a ceremony come from whoever assembles the genesis. */
function ofCeremony({ spec: { peers, validator } }: SeiNode): Row[] {
  if (!validator?.genesisCeremony) return [];
  return [
    [peers?.length, 'spec.peers', 'is passed over: the peers of a ceremony are those of its peers.json'],
    [validator.snapshot, 'spec.validator.snapshot', 'is passed over: a ceremony begins its chain'],
    [
      validator.genesisCeremony.genesisParams,
      'spec.validator.genesisCeremony.genesisParams',
      'is passed over: whoever assembles the genesis sets them',
    ],
  ];
}

function told(rows: readonly Row[]): FieldFault[] {
  return rows.filter(([said]) => said).map(([, field, message]) => ({ field, message }));
}
