import { crossFieldFaults } from '../schema/rules.ts';
import type { SeiNode } from '../seinode.ts';
import { loggingLevel } from './config.ts';
import { snapshotGenerationOf } from './spec.ts';

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
 * a pod from being built, and fields not served, are for the builders to say.
 */
export function planFaults(node: SeiNode): SpecFault[] {
  const { replayer, overrides } = node.spec;
  const generation = snapshotGenerationOf(node);
  const kept = generation?.tendermint?.keepRecent ?? 0;
  const level = overrides?.[loggingLevel.key] ?? loggingLevel.value;
  return [
    ...crossFieldFaults(node.spec).map(({ field, message }) => invalid(field, message)),
    ...when(replayer && !replayer.snapshot?.s3, invalid('spec.replayer.snapshot', 'must set s3')),
    ...when(generation && !generation.tendermint, emptyGeneration),
    ...when(generation?.tendermint?.publish && kept < 2, keepTwo),
    ...when(level !== loggingLevel.value, fixedLevel),
  ];
}

/** Whether a fault keeps a plan from being made. */
export function blocks(fault: SpecFault, plan: 'init' | 'other'): boolean {
  return fault.blocks === 'every plan' || (fault.blocks === 'init' && plan === 'init');
}

const emptyGeneration = invalid('snapshotGeneration', 'says nothing; leave it out to make no snapshots');
const keepTwo = invalid(
  'snapshotGeneration.tendermint.keepRecent',
  'must be 2 or more where publish is set: the last but one is uploaded',
);
const fixedLevel: SpecFault = {
  field: `spec.overrides["${loggingLevel.key}"]`,
  message: `is passed over: every node logs at ${loggingLevel.value}`,
  reason: 'FieldNotServed',
  blocks: 'nothing',
};

function invalid(field: string, message: string): SpecFault {
  return { field, message, reason: 'FieldInvalid', blocks: 'every plan' };
}

function when(wrong: unknown, fault: SpecFault): SpecFault[] {
  return wrong ? [fault] : [];
}
