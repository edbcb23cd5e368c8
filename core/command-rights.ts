/** A right of RBAC that a command needs, as docs/commands.md tells it and `doctor` asks for it. */
export type CommandRight = {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** The one object that is asked for. */
  readonly name?: string;
  /** In the namespace of the nodes, in all of the cluster, or in the operator's namespace. */
  readonly where: 'nodes' | 'cluster' | 'operator';
  /** What asks for it, where not every run does. */
  readonly when?: string;
  /** What becomes of the answer without it, where that is no fault. */
  readonly without?: string;
};

type Place = Omit<CommandRight, 'verb' | 'group' | 'resource' | 'subresource'>;

/** @param what `GROUP/RESOURCE` or `RESOURCE`, several apart by spaces; a subresource is after a colon. */
function may(verbs: string, what: string, place: Partial<Place> = {}): CommandRight[] {
  return what.split(' ').flatMap(each => {
    const [kind = '', subresource] = each.split(':');
    const [resource = '', group = ''] = kind.split('/').toReversed();
    const named = { group, resource, ...(subresource && { subresource }) };
    return verbs.split(' ').map(verb => ({ verb, ...named, where: 'nodes' as const, ...place }));
  });
}

const everywhere = { where: 'cluster' } as const;
const readNodes = may('list', 'sei.io/seinodes');
const readNode = may('get', 'sei.io/seinodes');
const oneNode = may('get', 'sei.io/seinodes', { when: 'with NODE' });
const readSecrets = may('get', 'secrets');
const parameters = may('get', 'configmaps', {
  ...{ where: 'operator', name: 'seinode-policy' },
  without: 'the default parameters count',
});
const decides = 'networking.k8s.io/networkpolicies namespaces apps/daemonsets';
const network = [...may('list', `${decides} pods`, everywhere), ...parameters];
const workloads = may('list', 'apps/statefulsets services');
const forward = may('get create', 'pods:portforward');

const toggle = [
  ...may('get patch delete create', 'sei.io/seinodes'),
  ...may('list', 'sei.io/seinodes', { when: '-l' }),
  ...may('watch', 'sei.io/seinodes', { when: 'while the node is waited for' }),
  ...may('get patch', 'persistentvolumeclaims'),
  ...may('get patch', 'persistentvolumes', everywhere),
  ...may('get list create update', 'configmaps'),
  ...may('delete', 'configmaps', { when: 'beyond ten journals of a node' }),
  ...may('get', 'apps/statefulsets'),
  ...may('list', 'pods'),
  ...forward,
  ...readSecrets,
  ...may('list', 'networking.k8s.io/networkpolicies', { without: 'a warning' }),
  ...may('list', 'apps/deployments', { where: 'operator', without: '--ignore-default-size' }),
  ...may('get', 'configmaps', {
    ...{ where: 'operator', name: 'sei-k8s-controller-settings' },
    without: '--ignore-default-size',
  }),
];

const unknown = { without: 'its checks are unknown' };
const served = { ...everywhere, ...unknown, when: 'where it is served' };
const doctor = [
  ...may('get', 'apiextensions.k8s.io/customresourcedefinitions', {
    ...{ ...everywhere, ...unknown },
    name: 'seinodes.sei.io',
  }),
  ...may('list', 'sei.io/seinodes configmaps', unknown),
  ...may('list', 'sei.io/seinodedeployments', { ...unknown, when: 'where it is served' }),
  ...may('list', 'namespaces apps/deployments apps/daemonsets coordination.k8s.io/leases', {
    ...{ ...everywhere, ...unknown },
  }),
  ...may('list', 'admissionregistration.k8s.io/validatingwebhookconfigurations', {
    ...{ ...everywhere, ...unknown },
  }),
  ...may(
    'list',
    ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']
      .map(plural => `admissionregistration.k8s.io/${plural}`)
      .join(' '),
    served,
  ),
  ...may('list', 'templates.gatekeeper.sh/* constraints.gatekeeper.sh/*', served),
  ...may('list', 'config.gatekeeper.sh/* syncset.gatekeeper.sh/*', served),
  ...may('get', 'configmaps', { where: 'operator', name: 'seinode-policy', ...unknown }),
  ...may('get', 'secrets', {
    ...{ where: 'operator', name: 'sei-k8s-controller-webhook-certificate' },
    ...unknown,
  }),
  ...may('get', 'services', { where: 'operator', name: 'sei-k8s-controller-webhook', ...unknown }),
  ...may('list', 'discovery.k8s.io/endpointslices', { where: 'operator', ...unknown }),
  ...may('create', 'sei.io/seinodes', { ...unknown, when: 'where the webhook is installed; a dry run' }),
];

/** What each command asks of a cluster, by its words. Asked of files (-f) none needs any. */
export const commandRights: Readonly<Record<string, readonly CommandRight[]>> = {
  list: [
    ...readNodes,
    ...may('watch', 'sei.io/seinodes', { when: '-w' }),
    ...readSecrets,
    ...may('list', decides, { ...everywhere, without: 'EXPOSED is unknown' }),
    ...parameters,
  ],
  inspect: [
    ...readNode,
    ...readSecrets,
    ...network,
    ...workloads,
    ...may('list', 'events'),
    ...may('get', 'persistentvolumeclaims'),
    ...may('get', 'persistentvolumes', { ...everywhere, when: 'once the claim is bound' }),
  ],
  'tls check': [...readNodes, ...oneNode, ...readSecrets],
  'tls request': readNode,
  'tls verify': [
    ...readNode,
    ...readSecrets,
    ...forward,
    ...may('create', 'serviceaccounts:token', { when: '--service-account, in its namespace' }),
  ],
  'tls enable': toggle,
  'tls disable': toggle,
  'tls resume': toggle,
  'tls abort': toggle,
  'tls history': may('list', 'configmaps'),
  'policy check': [...readNodes, ...readSecrets, ...network, ...workloads],
  'policy list': [],
  'policy explain': [],
  'policy export': [],
  'netpol reach': [...readNodes, ...oneNode, ...network],
  'netpol template': [...readNodes, ...parameters],
  plan: [...readNode, ...may('list watch', 'sei.io/seinodes', { when: '-w' })],
  report: [...readNodes, ...readSecrets, ...network, ...workloads],
  doctor,
};
