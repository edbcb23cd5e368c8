import { startControlPlane } from '../test/control-plane/control-plane.ts';
import { findPrograms } from '../test/control-plane/programs.ts';

// `npm run control-plane`: the control plane of the tests for a person, until Ctrl-C. stdout is for the shell.
const programs = await findPrograms();
if (programs === undefined) {
  console.error('name a directory with the programs in KUBEBUILDER_ASSETS, or install Go to build them');
  process.exit(1);
}
const start = performance.now();
const controlPlane = await startControlPlane(programs);
console.error(`${controlPlane.server} is ready after ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.error(`kubectl of its version: ${programs.kubectl}`);
console.error(`logs: ${controlPlane.directory}; Ctrl-C ends it and removes them`);
console.log(`export KUBECONFIG=${controlPlane.kubeconfig}`);
await new Promise(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
await controlPlane.stop();
