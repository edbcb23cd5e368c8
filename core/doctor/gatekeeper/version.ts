import { fail, pass, unknown, type Verdict } from '../verdict.ts';
import { type Gatekeeper, gatekeeperNames } from './facts.ts';

/** The oldest that the bundle is for: the one before has no Rego v1. */
export const oldestGatekeeper = '3.19.1';

/** Whether Gatekeeper is new enough. */
export function gatekeeperVersion({ deployments }: Gatekeeper): Verdict {
  const manager = deployments.find(({ metadata }) => metadata.name === gatekeeperNames.deployment);
  if (manager === undefined) {
    return unknown(`there is no Deployment ${gatekeeperNames.deployment} that would tell the version`);
  }
  const containers = manager.spec?.template?.spec?.containers ?? [];
  const image = (containers.find(({ name }) => name === 'manager') ?? containers[0])?.image ?? '';
  const [version] = /(?<=:v?)\d+\.\d+\.\d+/.exec(image.slice(image.lastIndexOf('/') + 1)) ?? [];
  if (version === undefined) {
    return unknown(`the image ${image || 'of Gatekeeper'} does not tell its version`);
  }
  return isOlder(version, oldestGatekeeper)
    ? fail(
        `Gatekeeper ${version} is older than ${oldestGatekeeper}, the oldest that the bundle is for`,
        `upgrade Gatekeeper to ${oldestGatekeeper} or later`,
      )
    : pass(`Gatekeeper ${version}`);
}

function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map(text => text.split('.').map(Number)) as [number[], number[]];
  const at = one.findIndex((part, index) => part !== other[index]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}
