import { checkEnd } from '../test/e2e/checks/end.ts';
import { checkListeners } from '../test/e2e/checks/listeners.ts';
import { checkPod } from '../test/e2e/checks/pod.ts';
import { checkPolicy } from '../test/e2e/checks/policy.ts';
import { checkRotation } from '../test/e2e/checks/rotation.ts';
import { startNodes } from '../test/e2e/checks/start.ts';
import { install, makePlan, remove } from '../test/e2e/install.ts';
import { currentContext, kubectlOn } from '../test/e2e/kubectl.ts';
import { reportTo } from '../test/e2e/report.ts';
import { makeRun } from '../test/e2e/run.ts';

// `npm run e2e`: what needs a kubelet and a network, on the cluster that KUBECONFIG names (docs/e2e.md). Everything that
// is made is removed again. Exit codes: 0 every check passed; 1 one failed, or none could begin; 130 where it is interrupted.
const interruption = new AbortController();
const { signal } = interruption;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort());
// Who reads may be gone: what was made is removed all the same.
process.stdout.on('error', () => {});
const begun = performance.now();

try {
  const context = await currentContext();
  const { check, counts } = reportTo(console.log, signal);
  const run = await makeRun(kubectlOn(context, signal), check, process.env);
  const plan = await makePlan(run, process.env.E2E_STORAGE_CLASS);
  console.log(`context ${context}: ${Object.values(run.images).join(', ')}`);
  try {
    await install(run.kubectl, plan);
    if (await startNodes(run)) {
      for (const part of [checkPod, checkListeners, checkPolicy, checkRotation, checkEnd]) await part(run);
    }
  } finally {
    console.log('removing what was made');
    await remove(kubectlOn(context), plan);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${seconds()} s`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
} catch (fault) {
  const { name, message } = fault as Error;
  console.error(name === 'AbortError' ? 'interrupted' : `error: ${message}`);
  process.exitCode = signal.aborted ? 130 : 1;
}

function seconds(): string {
  return ((performance.now() - begun) / 1000).toFixed(0);
}
