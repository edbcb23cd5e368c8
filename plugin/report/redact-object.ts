import type { KubernetesObject } from '../../core/kubernetes.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { lastApplied } from '../../core/toggle/manifest.ts';
import { hidden, redacted } from './redact.ts';

/**
 * An object to be handed on: without the data of a Secret, without managedFields and what kubectl last applied, and without
 * the values of annotations and of env that are not this project's own. In all that is left, what looks like a key is gone.
 */
export function redactedObject(object: KubernetesObject): Fields {
  return within(withoutData(object)) as Fields;
}

/** The keys of a Secret stay. */
function withoutData(object: KubernetesObject): Fields {
  const fields = object as unknown as Fields;
  if (object.kind !== 'Secret') return fields;
  const { stringData, data, ...rest } = fields;
  const keys = [data, stringData].flatMap(entries => Object.keys(isFields(entries) ? entries : {}));
  return { ...rest, data: Object.fromEntries(keys.map(key => [key, hidden])) };
}

/** Also of what is in an object: a StatefulSet has a template, a pod's. */
function within(value: unknown, at = ''): unknown {
  if (typeof value === 'string') return redacted(value);
  if (Array.isArray(value)) {
    return value.map((each, index) => {
      if (at === 'env') return variable(each);
      return asksForSecret(value[index - 1]) ? hidden : within(each, at);
    });
  }
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'managedFields' && key !== lastApplied);
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, at === 'annotations' && !isOurs(key) ? hidden : within(inner, key)]),
  );
}

function isOurs(annotation: string): boolean {
  return /^(?:[\w-]+\.)*sei\.io\//.test(annotation);
}

function variable(given: unknown): unknown {
  const each = within(given);
  if (!isFields(each) || !('value' in each) || /^SEI_/.test(String(each.name))) return each;
  return { ...each, value: hidden };
}

/** An argument after which a secret stands as the next one. */
function asksForSecret(argument: unknown): boolean {
  return (
    typeof argument === 'string' &&
    /^--?[\w-]*(?:password|passwd|token|secret|api-?key|mnemonic)$/i.test(argument)
  );
}
