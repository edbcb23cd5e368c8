import { isFields } from '../schema/structural.ts';

/** The annotation by which somebody lets a change through that the rules would refuse; its value says why. */
export const breakGlass = 'seinode.sei.io/break-glass';

/** Why the rules are set aside for an object of any kind; undefined where they are not: a blank reason is none. */
export function breakGlassReason(object: unknown): string | undefined {
  const metadata = isFields(object) ? object.metadata : undefined;
  const annotations = isFields(metadata) ? metadata.annotations : undefined;
  const reason = isFields(annotations) ? annotations[breakGlass] : undefined;
  return typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : undefined;
}
