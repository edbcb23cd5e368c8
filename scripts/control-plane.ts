import { startControlPlane } from '../test/control-plane/control-plane.ts';
import { findPrograms } from '../test/control-plane/programs.ts';

const programs = (await findPrograms())!;
const t = performance.now();
const controlPlane = await startControlPlane(programs);
console.error(`ready in ${((performance.now() - t) / 1000).toFixed(1)} s`);
console.log(`export KUBECONFIG=${controlPlane.kubeconfig}`);
await new Promise(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
await controlPlane.stop();
