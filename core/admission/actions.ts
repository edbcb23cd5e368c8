import type { Action } from './admission.ts';

/**
 * What is done about each rule where the settings say nothing. Refused is what cannot be taken back, or opens or shuts a
 * port of a node that runs; what only keeps a node from starting is told, because the operator waits.
 */
export const defaultActions = {
  // The API server's CEL refuses it as well; without our CRD nobody else does.
  'tls-immutable': 'deny',
  // Nothing is ever planned for such a node.
  'node-mode': 'deny',
  // Two validators with one key are slashed for it.
  'node-references': 'deny',
  // A policy that selects by the label passes the pod over.
  'label-contract': 'deny',
  // Judged of a Secret that nodes serve: the proxy loads it within two minutes.
  'tls-secret': 'deny',
  'tls-sans': 'deny',
  // Whoever gets in to the tasks port asks the node to sign.
  'netpol-tasks-port': 'deny',
  'netpol-public-port': 'deny',
  // A node whose controller is locked out stands still.
  'netpol-blocked': 'deny',
  // Pods are the operator's own work: who changes one by hand is told.
  'listener-split': 'warn',
  // The API server has dropped the field before anybody is asked.
  'unknown-field': 'warn',
} as const satisfies Readonly<Record<string, Action>>;

/** What is done about a rule. */
export function actionOf(rule: string, actions: Readonly<Record<string, Action>>): Action {
  const defaults: Readonly<Record<string, Action>> = defaultActions;
  return (Object.hasOwn(actions, rule) ? actions[rule] : undefined) ?? defaults[rule] ?? 'warn';
}
