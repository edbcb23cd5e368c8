import type { Labels } from '../../core/network/network-policy.ts';
import type { Case, CasePod } from './case.ts';
import { type Action, generatedByCyclonus } from './cyclonus.ts';

/** The networks that the cases of cyclonus go through, one a step, from three namespaces with three pods each. */
export function cyclonusCases(): Case[] {
  return generatedByCyclonus().flatMap(({ Description, Steps }) => {
    let state: Case = { name: Description, namespaces, pods, policies: [], ports, addresses };
    return Steps.map(({ Actions }, step) => {
      state = (Actions ?? []).reduce(after, state);
      return { ...state, name: `${Description}, step ${step}` };
    });
  });
}

const names = ['x', 'y', 'z'];
const ports = [79, 80, 81];
// Two inside the block that its cases name, the first inside what the block excepts. No pod is.
const addresses = ['10.0.0.9', '10.0.0.100', '203.0.113.7', '2001:db8::7'];
const namespaces = Object.fromEntries(names.map(name => [name, { ns: name }]));
const pods = names.flatMap(namespace => ['a', 'b', 'c'].map(name => pod(namespace, name, { pod: name })));

function after(state: Case, action: Action): Case {
  const written = action.CreatePolicy ?? action.UpdatePolicy;
  if (written !== null) {
    const { metadata } = written.Policy;
    return { ...state, policies: [...without(state, metadata.namespace, metadata.name), written.Policy] };
  }
  if (action.DeletePolicy !== null) {
    return { ...state, policies: without(state, action.DeletePolicy.Namespace, action.DeletePolicy.Name) };
  }
  return afterNamespace(state, action) ?? afterPod(state, action);
}

function afterNamespace(
  state: Case,
  { CreateNamespace, SetNamespaceLabels, DeleteNamespace }: Action,
): Case | undefined {
  const set = CreateNamespace ?? SetNamespaceLabels;
  if (set !== null) {
    return { ...state, namespaces: { ...state.namespaces, [set.Namespace]: set.Labels } };
  }
  if (DeleteNamespace === null) return undefined;
  const gone = DeleteNamespace.Namespace;
  const { [gone]: _, ...namespaces } = state.namespaces;
  return { ...state, namespaces, pods: state.pods.filter(({ namespace }) => namespace !== gone) };
}

function afterPod(state: Case, { CreatePod, SetPodLabels, DeletePod }: Action): Case {
  const of = CreatePod ?? SetPodLabels ?? DeletePod;
  if (of === null) throw new Error('cyclonus has an action that is not known here');
  const set = CreatePod ?? SetPodLabels;
  const others = state.pods.filter(({ namespace, name }) => namespace !== of.Namespace || name !== of.Pod);
  return { ...state, pods: set === null ? others : [...others, pod(set.Namespace, set.Pod, set.Labels)] };
}

/** With the ports that cyclonus gives its pods, under its names. */
function pod(namespace: string, name: string, labels: Labels): CasePod {
  const serve = [80, 81].flatMap(containerPort =>
    (['TCP', 'UDP', 'SCTP'] as const).map(protocol => ({
      name: `serve-${containerPort}-${protocol.toLowerCase()}`,
      containerPort,
      protocol,
    })),
  );
  const ip = ['10', '1', namespace.charCodeAt(namespace.length - 1), name.charCodeAt(0)].join('.');
  return { namespace, name, labels, ip, ports: serve };
}

function without({ policies }: Case, namespace: string | undefined, name: string): Case['policies'] {
  return policies.filter(({ metadata }) => metadata.namespace !== namespace || metadata.name !== name);
}
