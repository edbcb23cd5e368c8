import type { FieldFault } from '../schema/structural.ts';
import { modes, type SeiNode } from '../seinode.ts';

/** A field that this operator does not serve: `held` where an init plan must not begin, else it is only ignored. */
export type UnservedField = FieldFault & { readonly effect: 'held' | 'ignored' };

type ModeFields = {
  readonly snapshot?: { readonly bootstrapImage?: string; readonly s3?: object };
  readonly genesisCeremony?: object;
  readonly resultExport?: object;
};

/**
 * The fields of a node that the operator cannot serve yet, in the order of the CRD; they become a condition. A node
 * that was begun without one that is `held` would be another one than was asked for.
 */
export function unservedFields(node: SeiNode): UnservedField[] {
  const ofModes = modes.flatMap(mode =>
    unservedOfMode(`spec.${mode}`, (node.spec[mode] ?? {}) as ModeFields),
  );
  const why = 'is deprecated: the pod runs seid start whatever it says';
  return node.spec.entrypoint === undefined
    ? ofModes
    : [{ field: 'spec.entrypoint', message: why, effect: 'ignored' }, ...ofModes];
}

function unservedOfMode(field: string, fields: ModeFields): UnservedField[] {
  const { bootstrapImage, s3 } = fields.snapshot ?? {};
  const rows = [
    [Boolean(bootstrapImage) && s3 !== undefined, 'snapshot.bootstrapImage', 'is not served yet', 'held'],
    [
      Boolean(bootstrapImage) && s3 === undefined,
      'snapshot.bootstrapImage',
      'means something with s3 only',
      'ignored',
    ],
    [fields.genesisCeremony !== undefined, 'genesisCeremony', 'is not served yet', 'held'],
    [fields.resultExport !== undefined, 'resultExport', 'is not served yet: nothing is exported', 'ignored'],
  ] as const;
  return rows
    .filter(([unserved]) => unserved)
    .map(([, name, message, effect]) => ({ field: `${field}.${name}`, message, effect }));
}
