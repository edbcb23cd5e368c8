import { ClusterError } from '../../cluster/error.ts';
import { applyProxyConfig, applyService, applyStatefulSet } from './apply-objects.ts';
import { awaitBootstrapComplete, teardownBootstrap } from './bootstrap.ts';
import { deployBootstrapJob } from './deploy-bootstrap-job.ts';
import { ensureDataPVC } from './ensure-data-pvc.ts';
import type { Executor } from './executor.ts';
import { observeImage, replacePod } from './roll-out.ts';
import { validateNodeKey, validateOperatorKeyring, validateSigningKey } from './validate-keys.ts';

/** Every task that runs on the Kubernetes API, by its type (contract §3). */
export const executors: Readonly<Record<string, Executor>> = {
  'ensure-data-pvc': refusable(ensureDataPVC),
  'validate-signing-key': refusable(validateSigningKey),
  'validate-node-key': refusable(validateNodeKey),
  'validate-operator-keyring': refusable(validateOperatorKeyring),
  'apply-rbac-proxy-config': refusable(applyProxyConfig),
  'deploy-bootstrap-service': refusable(applyService),
  'deploy-bootstrap-job': refusable(deployBootstrapJob),
  'await-bootstrap-complete': refusable(awaitBootstrapComplete),
  'teardown-bootstrap': refusable(teardownBootstrap),
  'apply-statefulset': refusable(applyStatefulSet),
  'apply-service': refusable(applyService),
  'replace-pod': refusable(replacePod),
  'observe-image': refusable(observeImage),
};

/** What is not permitted (403: a role, a quota, a namespace on its way out) is waited for and told, not tried in vain. */
function refusable(execute: Executor): Executor {
  return async (...asked) => {
    try {
      return await execute(...asked);
    } catch (error) {
      if (!(error instanceof ClusterError && error.fault.status === 403)) throw error;
      return { came: { kind: 'waiting', message: error.message }, refusal: error };
    }
  };
}
