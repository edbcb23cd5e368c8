import { severities, type Violation } from '../core/policy.ts';
import { failure, type Result, success } from '../core/result.ts';
import { isFields } from '../core/schema/structural.ts';
import { createEvaluator } from './evaluator.ts';

/** Rules that are not ours, compiled by OPA to wasm. */
export type OwnRules = {
  /** Their violations of one question (docs/policies.md, Input). A violation that is none is a failure that says why. */
  readonly violations: (input: object) => Result<readonly Violation[]>;
};

/** What they are asked; `opa build -e` names it. */
export const entrypoint = 'seinode/violations';

/**
 * Loads a module that `opa build -t wasm -e seinode/violations` made.
 *
 * @param data of the bundle that it comes from. @returns else what is wrong with it, one clause.
 */
export function loadOwnRules(wasm: Uint8Array, data?: object): Result<OwnRules> {
  try {
    const evaluate = createEvaluator(new WebAssembly.Module(Uint8Array.from(wasm)), { data });
    const tried = evaluate({}, entrypoint);
    if (!tried.ok && tried.error.includes('is not valid in this instance')) {
      return failure(`has no entrypoint ${entrypoint}: compile it with opa build -t wasm -e ${entrypoint}`);
    }
    return success({ violations: input => checked(evaluate(input, entrypoint)) });
  } catch {
    return failure('is no policy that OPA compiled to wasm');
  }
}

function checked(answer: Result<unknown>): Result<readonly Violation[]> {
  if (!answer.ok) return answer;
  const { value = [] } = answer;
  if (!Array.isArray(value)) return failure(`${entrypoint} is no set of violations`);
  const fault = value.map(faultOf).find(found => found !== undefined);
  return fault === undefined ? success(value.map(completed)) : failure(fault);
}

const texts = ['rule', 'severity', 'field', 'message', 'fix'] as const;

/** What a violation lacks. Values are not told: they may be of a Secret. */
function faultOf(violation: unknown): string | undefined {
  if (!isFields(violation)) return `a violation of ${entrypoint} is no object`;
  const missing = texts.find(field => typeof violation[field] !== 'string' || violation[field] === '');
  if (missing !== undefined) return `a violation of ${entrypoint} has no text in ${missing}`;
  const { rule, severity, details = {}, docs = '' } = violation;
  if (!isId(rule as string)) return `the rule of a violation is not made of a-z, 0-9 and dashes`;
  if (!severities.some(each => each === severity)) {
    return `a violation of ${rule} has another severity than ${severities.join(', ')}`;
  }
  return isFields(details) && typeof docs === 'string'
    ? undefined
    : `a violation of ${rule} has details that are no object, or docs that are no text`;
}

function isId(rule: string): boolean {
  return /^[a-z0-9][-a-z0-9]{0,62}$/.test(rule);
}

function completed(violation: Violation): Violation {
  const { rule, severity, field, message, fix, details = {}, docs = '' } = violation;
  return { rule, severity, field, message, fix, details, docs };
}
