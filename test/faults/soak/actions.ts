import { setTimeout } from 'node:timers/promises';
import { until } from '../../control-plane/until.ts';
import {
  ask,
  deleteNode,
  edit,
  keyOf,
  makeNamespace,
  makeNode,
  pathOf,
  putSecret,
  type Wish,
  type World,
} from './world.ts';

/** What happens to a cluster of an hour. */
export type Action = {
  readonly fault: string;
  /** How often beside the others. */
  readonly weight: number;
  /** The operator's process may end of it: not while its memory is watched. */
  readonly isViolent?: true;
  readonly act: (world: World) => Promise<unknown>;
};

/** A node, now and then none any more. */
function some({ random, wishes }: World, isFit: (wish: Wish) => boolean = () => true): Wish | undefined {
  const fit = [...wishes.values()].filter(isFit);
  return fit.length === 0 ? undefined : random.pick(fit);
}

const onNode =
  (act: (world: World, wish: Wish) => Promise<unknown>, isFit?: (wish: Wish) => boolean) =>
  async (world: World) => {
    const wish = some(world, isFit);
    if (wish !== undefined) await act(world, wish);
  };

/** What takes longer goes on while other things happen. */
function beside({ under }: World, doing: () => Promise<unknown>): void {
  const done: Promise<unknown> = doing().finally(() => under.delete(done));
  under.add(done);
}

const isTLS = (wish: Wish) => wish.isTLS;
const policies = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;

/** Edits that take at once, with the next image or never (test/acto/rows.ts). A seeker of peers keeps seeking. */
const specs: readonly Readonly<Record<string, unknown>>[] = [
  ...[{ podLabels: { team: 'a' } }, { podLabels: { team: 'b' } }, { podLabels: null }],
  ...[{ overrides: { 'mempool.size': '100' } }, { overrides: null }],
  ...[{ sidecar: { image: 'seictl:v2' } }, { sidecar: { image: null } }],
  ...[{ sidecar: { resources: { requests: { cpu: '1' } } } }, { sidecar: { resources: null } }],
  ...[{ sidecar: { port: 7_777 } }, { chainId: 'atlantic-2' }, { chainId: 'arctic-1' }],
];

const shapes: readonly object[] = [
  { podSelector: {}, ingress: [{}] },
  { podSelector: {}, policyTypes: ['Ingress'] },
  { podSelector: { matchLabels: { 'sei.io/role': 'node' } }, ingress: [{ ports: [{ port: 8_443 }] }] },
  {
    podSelector: {},
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }],
  },
];

const broken = { data: { 'tls.crt': btoa('no certificate') } };

export const actions: readonly Action[] = [
  {
    fault: 'another image',
    weight: 14,
    act: onNode((world, wish) => edit(world, wish, { image: `sei:v6.3.${world.random.below(4)}` })),
  },
  {
    fault: 'an edit of a spec that waits for the next image, or changes nothing',
    weight: 12,
    act: onNode((world, wish) => edit(world, wish, world.random.pick(specs))),
  },
  {
    fault: 'an edit of a spec that is wrong',
    weight: 3,
    act: onNode(async (world, wish) => {
      wish.isWrong = true;
      await ask(world, 'PATCH', pathOf('seinodes', wish), { spec: { image: 'a b' } });
    }),
  },
  {
    fault: 'a label by which peers are sought',
    weight: 6,
    act: onNode((world, wish) => {
      const labels = { fleet: world.random.pick(['a', 'b', null]) };
      return ask(world, 'PATCH', pathOf('seinodes', wish), { metadata: { labels } });
    }),
  },
  { fault: 'a certificate issued anew', weight: 10, act: onNode(putSecret, isTLS) },
  {
    fault: 'a Secret with no certificate in it',
    weight: 4,
    act: onNode(
      async (world, wish) => {
        const { status } = await ask(world, 'PATCH', pathOf('secrets', wish), broken);
        if (status === 200) wish.secret = 'Malformed';
      },
      wish => wish.isTLS && wish.secret === 'Ready',
    ),
  },
  {
    fault: 'a Secret deleted',
    weight: 3,
    act: onNode(async (world, wish) => {
      await ask(world, 'DELETE', pathOf('secrets', wish));
      wish.secret = 'NotFound';
    }, isTLS),
  },
  { fault: 'a Secret put right', weight: 8, act: onNode(putSecret, wish => wish.secret !== 'Ready') },
  {
    fault: 'a pod deleted',
    weight: 8,
    act: onNode((world, wish) => ask(world, 'DELETE', pathOf('pods', wish))),
  },
  {
    fault: 'a StatefulSet edited by hand',
    weight: 3,
    act: onNode(async (world, wish) => {
      wish.isHandled = true;
      const template = { metadata: { annotations: { by: `hand ${world.random.below(1_000)}` } } };
      const spec = world.random.pick([{ template }, { replicas: 0 }]);
      await ask(world, 'PATCH', pathOf('statefulsets', wish), { spec });
    }),
  },
  {
    fault: 'a StatefulSet deleted by hand',
    weight: 2,
    act: onNode(async (world, wish) => {
      wish.isHandled = true;
      await ask(world, 'DELETE', `${pathOf('statefulsets', wish)}?propagationPolicy=Background`);
    }),
  },
  {
    fault: 'a Service deleted by hand',
    weight: 2,
    act: onNode((world, wish) => ask(world, 'DELETE', pathOf('services', wish))),
  },
  {
    fault: 'a NetworkPolicy made, edited or deleted',
    weight: 6,
    act: async world => {
      const [namespace, name] = [world.random.pick(world.namespaces), `p${world.random.below(4)}`];
      const policy = { metadata: { name }, spec: world.random.pick(shapes) };
      if (world.random.below(3) === 0) return ask(world, 'DELETE', `${policies(namespace)}/${name}`);
      const { status } = await ask(world, 'PATCH', `${policies(namespace)}/${name}`, policy);
      if (status === 404) await ask(world, 'POST', policies(namespace), policy);
    },
  },
  {
    fault: 'a node made, another deleted',
    weight: 16,
    act: async world => {
      await makeNode(world, world.random.pick(world.namespaces));
      await onNode(deleteNode)(world);
    },
  },
  {
    fault: 'a node deleted and made anew under its name',
    weight: 3,
    act: async world => {
      const wish = some(world, ({ namespace }) => world.namespaces.includes(namespace));
      if (wish === undefined) return;
      await deleteNode(world, wish);
      const isGone = async () => (await ask(world, 'GET', pathOf('seinodes', wish))).status === 404;
      beside(world, async () => {
        while (!(await until(isGone)));
        await makeNode(world, wish.namespace, wish.name);
      });
    },
  },
  {
    fault: 'a namespace made with two nodes, and deleted with all that is in it',
    weight: 1,
    act: async world => {
      const namespace = `gone-${world.made}`;
      await makeNamespace(world, namespace);
      world.namespaces.pop();
      for (const _ of [1, 2]) await makeNode(world, namespace);
      beside(world, async () => {
        await setTimeout(15_000);
        for (const [key, wish] of world.wishes) if (wish.namespace === namespace) world.wishes.delete(key);
        await ask(world, 'DELETE', `/api/v1/namespaces/${namespace}`);
      });
    },
  },
  {
    fault: 'a sidecar whose tasks hang or fail for a while',
    weight: 4,
    act: onNode(async ({ random, troubled }, wish) => {
      if (troubled.size > 8) troubled.delete(troubled.keys().next().value!);
      troubled.set(keyOf(wish), random.pick(['running', { failed: 'the disk is full' }]));
    }),
  },
  {
    fault: 'a sidecar that lost its readiness',
    weight: 3,
    act: onNode(async ({ unready, fleet }, wish) => {
      unready.add(keyOf(wish));
      fleet.probe();
    }),
  },
  {
    fault: 'every connection to the API server cut',
    weight: 2,
    act: async ({ random, crew }) => {
      const { proxy } = random.pick(crew.replicas);
      proxy.cut();
      await setTimeout(random.below(1_000));
      proxy.mend();
    },
  },
  {
    fault: 'a network that loses every packet for seconds',
    weight: 1,
    act: async ({ random, crew }) => {
      const { proxy } = random.pick(crew.replicas);
      proxy.freeze();
      await setTimeout(random.below(4_000));
      proxy.mend();
    },
  },
  {
    fault: 'the API server killed and started again',
    weight: 1,
    isViolent: true,
    act: async ({ controlPlane: { apiserver } }) => {
      await apiserver.stop('SIGKILL');
      await apiserver.start();
    },
  },
  {
    fault: 'the leader killed',
    weight: 1,
    isViolent: true,
    act: async ({ crew }) => (await crew.leader()).stop('SIGKILL'),
  },
  {
    fault: 'the leader told to stop',
    weight: 1,
    isViolent: true,
    act: async ({ crew }) => (await crew.leader()).stop('SIGTERM'),
  },
];
