import { readFileSync } from 'node:fs';
import * as runtime from '@open-policy-agent/opa-wasm';
import type { NodeInput, TLSVerdict, Violation } from '../core/policy.ts';
import { failure, type Result, success } from '../core/result.ts';
import { hostBuiltins } from './builtins.ts';

/** The types of opa-wasm leave the default export out of its ESM entry, and with it loadPolicySync. */
const { default: opa } = runtime as unknown as {
  default: typeof import('@open-policy-agent/opa-wasm', { with: { 'resolution-mode': 'require' }});
};

/** The rules, ready to be asked. Answers come in a stable order; a fault of the runtime is a failure, never a throw. */
export type Judge = {
  /** Condition SidecarTLSSecretReady of a node; undefined where its TLS is off. */
  readonly verdict: (input: NodeInput) => Result<TLSVerdict | undefined>;
  /** Every violation of every rule, sorted by rule, field and message. */
  readonly violations: (input: NodeInput) => Result<readonly Violation[]>;
};

/**
 * Instantiates the compiled rules. An instance serves one thread; the module may be shared.
 *
 * @param policy the bytes or the module of policy.wasm; read from beside this file when left out.
 * @throws where policy.wasm is missing or is no such module: a fault of the installation.
 */
export function createJudge(policy: Uint8Array | WebAssembly.Module = readPolicy()): Judge {
  const evaluate = evaluator(policy instanceof WebAssembly.Module ? policy : compile(policy));
  return {
    verdict: input => evaluate(input, 'seinode/tls/verdict') as Result<TLSVerdict | undefined>,
    violations: input => sorted(evaluate(input, 'seinode/violations') as Result<readonly Violation[]>),
  };
}

function readPolicy(): Uint8Array {
  return readFileSync(new URL('policy.wasm', import.meta.url));
}

function compile(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

/** A trap leaves the instance's memory in an unknown state, so the next question gets a fresh one. */
function evaluator(module: WebAssembly.Module): (input: NodeInput, entrypoint: string) => Result<unknown> {
  const load = () => opa.loadPolicySync(module, { initial: 16 }, hostBuiltins());
  let policy = load();
  return (input, entrypoint) => {
    try {
      return success(policy.evaluate(input, entrypoint)[0]?.result);
    } catch (fault) {
      policy = load();
      return failure(`the policy runtime failed: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
  };
}

/** Sets come out of wasm in the order of their hashes. */
function sorted(violations: Result<readonly Violation[]>): Result<readonly Violation[]> {
  return violations.ok ? success(violations.value.toSorted(byRuleFieldMessage)) : violations;
}

function byRuleFieldMessage(a: Violation, b: Violation): number {
  return compare(a.rule, b.rule) || compare(a.field, b.field) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
