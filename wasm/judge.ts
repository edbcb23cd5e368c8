import type { Secret } from '../core/kubernetes.ts';
import type { NetworkAnswer, NetworkInput } from '../core/network/question.ts';
import { compare } from '../core/order.ts';
import type { NetworkViolation, NodeInput, TLSVerdict, Violation } from '../core/policy.ts';
import { type Result, success } from '../core/result.ts';
import { isFields } from '../core/schema/structural.ts';
import type { SeiNode } from '../core/seinode.ts';
import { createEvaluator, type EvaluatorOptions } from './evaluator.ts';
import { readPolicy } from './policy.ts';
import { createReferences, type References } from './references.ts';

/** The rules, ready to be asked. Answers come in a stable order; a fault of the runtime is a failure, never a throw. */
export type Judge = {
  /** Condition SidecarTLSSecretReady of a node; undefined where its TLS is off. */
  readonly verdict: (input: NodeInput) => Result<TLSVerdict | undefined>;
  /** Every violation of every rule, sorted by rule, field and message. */
  readonly violations: (input: NodeInput) => Result<readonly Violation[]>;
  /** Who reaches the targets of a network. */
  readonly reach: (network: NetworkInput) => Result<NetworkAnswer>;
  /** What the rules on NetworkPolicies find at the targets of a network, in the same order. */
  readonly networkViolations: (network: NetworkInput) => Result<readonly NetworkViolation[]>;
  /** The violations of a node that it did not have before; without `before` it is new. */
  readonly worse: (after: NodeInput, before?: NodeInput) => Result<readonly Violation[]>;
  /** What is worse at the targets of a network than before; both have the same targets at the same indexes. */
  readonly networkWorse: (after: NetworkInput, before: NetworkInput) => Result<readonly NetworkViolation[]>;
};

export type JudgeOptions = Pick<EvaluatorOptions, 'mebibytes'> & {
  /** The bytes or the module of policy.wasm; read from beside this file when left out. */
  readonly policy?: Uint8Array | WebAssembly.Module;
};

/**
 * Instantiates the compiled rules. An instance serves one thread; the module may be shared.
 *
 * @throws where policy.wasm is missing or is no such module: a fault of the installation.
 */
export function createJudge({ policy = readPolicy(), mebibytes }: JudgeOptions = {}): Judge {
  const references = createReferences();
  const module = policy instanceof WebAssembly.Module ? policy : compile(policy);
  const evaluate = createEvaluator(module, { references, mebibytes });
  const trimmed = (input: NodeInput) => trimmedNode(input, references);
  return {
    verdict: input => evaluate(trimmed(input), 'seinode/tls/verdict') as Result<TLSVerdict | undefined>,
    violations: input =>
      sorted(evaluate(trimmed(input), 'seinode/violations') as Result<readonly Violation[]>),
    reach: network => evaluate({ network }, 'seinode/netpol/reach') as Result<NetworkAnswer>,
    networkViolations: network =>
      sorted(evaluate({ network }, 'seinode/violations') as Result<readonly NetworkViolation[]>),
    worse: (after, before) => {
      const change = { after: trimmed(after), ...(before && { before: trimmed(before) }) };
      return sorted(evaluate(change, worse) as Result<readonly Violation[]>);
    },
    networkWorse: (after, before) => {
      const change = { after: { network: after }, before: { network: before } };
      return sorted(evaluate(change, worse) as Result<readonly NetworkViolation[]>);
    },
  };
}

const worse = 'seinode/admission/worse';

function compile(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

/**
 * Leaves out what no rule reads and what may be long: a Secret's other entries, who last applied an object, its status.
 * The two entries that count go by reference: only the host's builtins read them.
 */
function trimmedNode(input: NodeInput, references: References): object {
  const { secret, node, others, pod, statefulSet, service } = input;
  return {
    ...input,
    node: isObject(node) ? { ...node, metadata: withoutManagers(node.metadata), status: undefined } : node,
    ...(others && { others: others.map(ofOther) }),
    ...(isObject(secret) && { secret: { type: secret.type, data: pair(secret.data, references) } }),
    ...(isFields(pod) && { pod: podOf(pod) }),
    ...(isFields(statefulSet) && { statefulSet: { spec: { template: templateOf(statefulSet) } } }),
    ...(isFields(service) && { service: { spec: fieldOf(service, 'spec') } }),
  };
}

/** Of another node only what it shares is asked. */
function ofOther({ metadata: { name, namespace }, spec }: SeiNode): object {
  const { validator, dataVolume } = spec;
  return { metadata: { name, namespace }, spec: { validator, dataVolume } };
}

function templateOf(statefulSet: object): unknown {
  const template = fieldOf(fieldOf(statefulSet, 'spec'), 'template');
  return isFields(template) ? podOf(template) : template;
}

function podOf(pod: object): object {
  const [metadata, spec] = [fieldOf(pod, 'metadata'), fieldOf(pod, 'spec')];
  return {
    metadata: { name: fieldOf(metadata, 'name'), labels: fieldOf(metadata, 'labels') },
    spec: isFields(spec) ? { ...spec, volumes: undefined, affinity: undefined } : spec,
  };
}

function fieldOf(value: unknown, field: string): unknown {
  return isFields(value) ? value[field] : undefined;
}

function withoutManagers(metadata: object): object {
  return isObject(metadata) ? { ...metadata, managedFields: undefined } : metadata;
}

function pair(data: Secret['data'], references: References): unknown {
  return isObject(data) && !Array.isArray(data)
    ? { 'tls.crt': referred(data['tls.crt'], references), 'tls.key': referred(data['tls.key'], references) }
    : data;
}

function referred(entry: unknown, references: References): unknown {
  return typeof entry === 'string' ? references.refer(entry) : entry;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** By rule, field and message: sets come out of wasm in the order of their hashes. */
export function sorted<T extends Violation>(violations: Result<readonly T[]>): Result<readonly T[]> {
  return violations.ok ? success(violations.value.toSorted(byRuleFieldMessage)) : violations;
}

function byRuleFieldMessage(a: Violation, b: Violation): number {
  return compare(a.rule, b.rule) || compare(a.field, b.field) || compare(a.message, b.message);
}
