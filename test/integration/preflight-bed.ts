import { type Client, openCluster } from '../../cluster/client.ts';
import { deployments, persistentVolumeClaims, persistentVolumes } from '../../cluster/resource.ts';
import type { Facts } from '../../core/toggle/facts.ts';
import { type FactsRequest, gatherFacts } from '../../plugin/toggle/facts.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';

export const now = '2026-05-01T12:00:00Z';

/** Node n0 of a namespace, on a volume of its own, as an operator leaves it; and a caller who asks about it. */
export class PreflightBed {
  readonly namespace: string;
  readonly #controlPlane: ControlPlane;

  constructor(controlPlane: ControlPlane, namespace: string) {
    [this.#controlPlane, this.namespace] = [controlPlane, namespace];
  }

  /** @throws where it is refused. */
  async call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Made> {
    const answer = await this.#controlPlane.call(method, path, body);
    if (answer.status > 299) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as Made;
  }

  /** Creates the namespace and what is in it. @param size of the volume. */
  async furnish(spec: object = {}, size = '2000Gi'): Promise<void> {
    await this.call('POST', '/api/v1/namespaces', { metadata: { name: this.namespace } });
    const { uid } = (await this.create('/apis/sei.io/v1alpha1', 'seinodes', node(spec))).metadata;
    const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid, controller: true };
    await this.#volume(size, owner);
    const labels = { 'sei.io/node': 'n0' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'seid', image: 'sei' }] } };
    await this.create('/apis/apps/v1', 'statefulsets', {
      metadata: { name: 'n0', ownerReferences: [owner] },
      spec: { replicas: 0, serviceName: 'n0', selector: { matchLabels: labels }, template },
    });
  }

  create(group: string, plural: string, object: object): Promise<Made> {
    return this.call('POST', `${group}/namespaces/${this.namespace}/${plural}`, object);
  }

  async #volume(storage: string, owner: object): Promise<void> {
    const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
    const claimRef = { namespace: this.namespace, name: 'data-n0' };
    const behind = { hostPath: { path: '/nowhere' }, persistentVolumeReclaimPolicy: 'Delete' };
    await this.call('POST', `/api/v1/${persistentVolumes.plural}`, {
      metadata: { name: this.namespace },
      spec: { ...common, ...behind, capacity: { storage }, claimRef },
    });
    await this.create('/api/v1', persistentVolumeClaims.plural, {
      metadata: { name: 'data-n0', ownerReferences: [owner] },
      spec: { ...common, volumeName: this.namespace, resources: { requests: { storage } } },
    });
    const claim = `/api/v1/namespaces/${this.namespace}/persistentvolumeclaims/data-n0`;
    const isBound = async () => (await this.call('GET', claim)).status?.phase === 'Bound';
    if (!(await until(isBound))) throw new Error('the claim is never Bound');
  }

  /** A Deployment of an operator, in the namespace. */
  async deployment(container: object, labels: object = { 'app.kubernetes.io/name': 'sei-k8s-controller' }) {
    const app = { app: this.namespace };
    const containers = [{ name: 'manager', image: 'x', ...container }];
    return this.create('/apis/apps/v1', deployments.plural, {
      metadata: { name: 'operator', labels },
      spec: { selector: { matchLabels: app }, template: { metadata: { labels: app }, spec: { containers } } },
    });
  }

  /** Gives a user rights in the namespace, and in all; the API server knows of them then. */
  async grant(name: string, own: readonly Right[], everywhere: readonly Right[]): Promise<void> {
    const group = 'rbac.authorization.k8s.io';
    const api = `/apis/${group}/v1`;
    const subjects = [{ apiGroup: group, kind: 'User', name }];
    const unique = `${this.namespace}-${name}`;
    const role = (kind: string, name: string) => ({ apiGroup: group, kind, name });
    await this.create(api, 'roles', { metadata: { name }, rules: own.map(ruleOf) });
    await this.create(api, 'rolebindings', { metadata: { name }, subjects, roleRef: role('Role', name) });
    const metadata = { name: unique };
    await this.call('POST', `${api}/clusterroles`, { metadata, rules: everywhere.map(ruleOf) });
    const roleRef = role('ClusterRole', unique);
    await this.call('POST', `${api}/clusterrolebindings`, { metadata, subjects, roleRef });
    const reviews = [
      ...own.map(right => this.#may(name, right, this.namespace)),
      ...everywhere.map(right => this.#may(name, right)),
    ];
    await Promise.all(reviews);
  }

  async #may(user: string, [verb, what, group = '']: Right, namespace?: string): Promise<void> {
    const [resource, subresource] = what.split('/');
    const resourceAttributes = { verb, group, resource, subresource, namespace };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const isAllowed = async () =>
      (await this.call('POST', path, { spec: { user, resourceAttributes } })).status?.allowed === true;
    if (!(await until(isAllowed))) throw new Error(`${user} may never ${verb} ${what}`);
  }

  /** @param as a user; else a member of system:masters. @returns the facts, and how many requests they took. */
  async gather(
    request: Partial<FactsRequest> = {},
    as?: string,
  ): Promise<{ facts: Facts; requests: number }> {
    let requests = 0;
    const client: Client = openCluster(
      {
        ...{ kubeconfig: this.#controlPlane.kubeconfig, requestTimeout: 0, stdinTaken: false },
        ...{ userAgent: 'test', ...(as && { as }) },
        observe: () => {
          requests += 1;
        },
      },
      {},
    );
    const own = { namespace: this.namespace, name: 'n0', to: 'n0-tls', verify: true, now };
    const facts = await gatherFacts(client, { ...own, ignoreDefaultSize: false, ...request });
    await client.close();
    return { facts, requests };
  }
}

/** `pods/portforward` is a subresource. */
export type Right = readonly [verb: string, resource: string, group?: string];

function ruleOf([verb, resource, group = '']: Right): object {
  return { apiGroups: [group], resources: [resource], verbs: [verb] };
}

type Made = {
  readonly metadata: { readonly uid: string };
  readonly status?: { readonly phase?: string; readonly allowed?: boolean };
};

function node(spec: object): object {
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name: 'n0' } },
    spec: { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...spec },
  };
}
