import test, { type ExecutionContext } from 'ava';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms, type Programs } from '../control-plane/programs.ts';
import { type Declare, requires } from '../requires.ts';

const programs = await findPrograms();

/**
 * A `test` for what needs a control plane, and the one that all tests of this file share once they run.
 *
 * @param declare `test.serial` where they stop or change it for each other. @param furnish what else is started on it
 * before the tests; what it returns ends that again, before the control plane ends. @param instead what is run in place of
 * the programs that were found.
 */
export function withControlPlane(
  declare: Declare = test,
  furnish: (controlPlane: ControlPlane) => Promise<void | (() => Promise<void>)> = async () => {},
  instead: (programs: Programs) => Programs = programs => programs,
): {
  test: ReturnType<typeof requires>;
  controlPlane: () => ControlPlane;
  /** Runs kubectl as `ControlPlane.kubectl` does. @returns its output; where it fails the test does. */
  kubectl: (t: ExecutionContext, ...asked: Parameters<ControlPlane['kubectl']>) => Promise<string>;
} {
  let controlPlane: ControlPlane | undefined;
  let end: (() => Promise<void>) | void;
  if (programs !== undefined) {
    test.before('the control plane starts', async () => {
      controlPlane = await startControlPlane(instead(programs));
      end = await furnish(controlPlane);
    });
    test.after.always('the control plane stops', async () => {
      try {
        await end?.();
      } finally {
        await controlPlane?.stop();
      }
    });
  }
  const need = 'etcd, kube-apiserver and kube-controller-manager: name their directory in KUBEBUILDER_ASSETS';
  return {
    test: requires(`${need}, or install Go to build them`, programs !== undefined, declare),
    controlPlane: () => controlPlane as ControlPlane,
    kubectl: async (t, ...asked) => {
      const { code, stdout, stderr } = await (controlPlane as ControlPlane).kubectl(...asked);
      t.is(code, 0, stderr);
      return stdout;
    },
  };
}
