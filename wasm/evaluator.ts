import * as runtime from '@open-policy-agent/opa-wasm';
import { failure, type Result, success } from '../core/result.ts';
import { hostBuiltins } from './builtins.ts';
import { createReferences, type References } from './references.ts';

/** The types of opa-wasm leave the default export out of its ESM entry, and with it loadPolicySync. */
const { default: opa } = runtime as unknown as {
  default: typeof import('@open-policy-agent/opa-wasm', { with: { 'resolution-mode': 'require' }});
};

/** Asks one entrypoint, `seinode/violations`; undefined is the answer of a rule that is undefined. */
export type Evaluate = (input: object, entrypoint: string) => Result<unknown>;

export type EvaluatorOptions = {
  /** What the rules find in `data` beside each other. */
  readonly data?: object | undefined;
  /** Of one question: they are gone with its answer. */
  readonly references?: References | undefined;
  /** The most memory that the rules may fill; it never shrinks. 2048 where it is left out, as for one command. */
  readonly mebibytes?: number | undefined;
};

/**
 * Instantiates a compiled policy with the host's builtins. A fault of the runtime is a failure: a trap leaves the
 * instance's memory in an unknown state, so the next question gets a fresh one.
 *
 * @throws where the module is no policy that OPA compiled.
 */
export function createEvaluator(
  module: WebAssembly.Module,
  { data, references = createReferences(), mebibytes = 2048 }: EvaluatorOptions = {},
): Evaluate {
  const builtins = new Proxy(hostBuiltins(references), { get: builtinOf });
  // Of 64 KiB.
  const pages = { initial: 16, maximum: mebibytes * 16 };
  const load = () => {
    const policy = opa.loadPolicySync(module, pages, builtins);
    if (data !== undefined) policy.setData(data);
    return policy;
  };
  let policy = load();
  return (input, entrypoint) => {
    try {
      return success(policy.evaluate(encode(input), entrypoint)[0]?.result);
    } catch (fault) {
      policy = load();
      const isFull = fault === 'opa_malloc: failed';
      return failure(
        isFull
          ? `the question is too large: the ${mebibytes} MiB that the rules may use for one are full`
          : `the policy runtime failed: ${describe(fault)}`,
      );
    } finally {
      references.clear();
    }
  };
}

/** One that nobody has is said by its name: rules of one's own may ask for `http.send`. */
function builtinOf(builtins: ReturnType<typeof hostBuiltins>, name: string): unknown {
  return (
    builtins[name] ??
    (() => {
      throw `the builtin ${name} is not there: rules ask nobody, and read no clock but input.now`;
    })
  );
}

const encoder = new TextEncoder();

/** JSON as bytes. wasm refuses half a surrogate pair, for which Go, and so OPA, reads U+FFFD. */
function encode(input: object): ArrayBuffer {
  const json = JSON.stringify(input);
  const readable = json.includes('\\ud')
    ? json.replaceAll(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, sequence =>
        sequence === '\\\\' ? sequence : '\ufffd',
      )
    : json;
  return encoder.encode(readable).buffer;
}

/** opa-wasm throws bare strings of its own; a message of JSON.parse quotes the text, which may be a private key. */
function describe(fault: unknown): string {
  if (fault instanceof RangeError || fault instanceof WebAssembly.RuntimeError) {
    return fault.message;
  }
  return fault instanceof Error ? fault.name : typeof fault === 'string' ? fault : 'it gave no reason';
}
