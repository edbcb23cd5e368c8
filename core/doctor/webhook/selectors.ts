import { selects } from '../../network/label-selector.ts';
import type { LabelSelector, Labels, PolicyParameters } from '../../network/network-policy.ts';
import type { ValidatingWebhook } from '../objects.ts';
import { fail, ofFindings, type Verdict } from '../verdict.ts';
import { applyWebhook, pairsOf } from './installed.ts';

/** The condition of pods that tells the controller's by their labels (operator/manifests/webhook). */
const byLabels = 'of-a-node-or-like-the-controller';

type Conditions = NonNullable<ValidatingWebhook['matchConditions']>;

/** What the selectors are held against. */
export type Guarded = {
  /** Namespaces with nodes in them, and their labels. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly parameters: PolicyParameters;
};

/**
 * Whether the selectors and conditions leave out what the shipped ones let in: a namespace that holds nodes, or pods
 * with the labels that the parameters know the controller by.
 */
export function webhookSelectors(webhooks: readonly ValidatingWebhook[], guarded: Guarded): Verdict {
  const findings = pairsOf(webhooks).flatMap(({ live, shipped }) => [
    ...leftOut(live, shipped, guarded.namespaces),
    ...objectsLeftOut(live, shipped),
    ...conditions(live, shipped),
    ...(isOfPods(live) ? controllersLeftOut(live, guarded.parameters) : []),
  ]);
  return ofFindings(findings, 'no namespace of nodes is left out', fail, applyWebhook);
}

/** Whether a webhook is asked about objects in a namespace of these labels. */
export function isAskedIn(
  { namespaceSelector = {} }: ValidatingWebhook,
  name: string,
  labels: Labels,
): boolean {
  return selects(namespaceSelector, { 'kubernetes.io/metadata.name': name, ...labels });
}

function leftOut(
  live: ValidatingWebhook,
  shipped: ValidatingWebhook,
  namespaces: Guarded['namespaces'],
): string[] {
  return [...namespaces].flatMap(([name, labels]) =>
    isAskedIn(shipped, name, labels) && !isAskedIn(live, name, labels)
      ? [`the namespaceSelector of ${live.name} leaves out ${name}, which holds nodes`]
      : [],
  );
}

/** That of pods is told by the labels of the controller, which may be others in each cluster. */
function objectsLeftOut(live: ValidatingWebhook, shipped: ValidatingWebhook): string[] {
  const isNarrower = !isOfPods(live) && !isEmpty(live.objectSelector) && isEmpty(shipped.objectSelector);
  return isNarrower ? [`the objectSelector of ${live.name} leaves out objects without its labels`] : [];
}

/** One that knows the controller by its labels may be another in each cluster. */
function conditions(live: ValidatingWebhook, shipped: ValidatingWebhook): string[] {
  const [are, shouldBe] = [live, shipped].map(({ matchConditions = [] }) =>
    matchConditions.filter(isGeneral),
  );
  const known = (among: Conditions = [], expression: string) =>
    among.some(one => plain(one.expression) === plain(expression));
  return [
    ...(are ?? [])
      .filter(({ expression }) => !known(shouldBe, expression))
      .map(
        ({ name }) => `${live.name} has a matchCondition of its own, ${name}, which may leave something out`,
      ),
    ...(shouldBe ?? [])
      .filter(({ expression }) => !known(are, expression))
      .map(({ name }) => `${live.name} lacks the matchCondition ${name}: it is asked about what must go on`),
  ];
}

function isGeneral({ name }: Conditions[number]): boolean {
  return name !== byLabels;
}

/** Selector and condition of pods go by labels that the parameters may have changed. */
function controllersLeftOut(live: ValidatingWebhook, { controller }: PolicyParameters): string[] {
  const labels = controller.podSelector?.matchLabels ?? {};
  const condition = live.matchConditions?.find(({ name }) => name === byLabels);
  const isNamed =
    condition === undefined ||
    Object.entries(labels).some(
      ([key, value]) =>
        condition.expression.includes(`'${key}'`) && condition.expression.includes(`'${value}'`),
    );
  return isNamed && selects(live.objectSelector ?? {}, labels)
    ? []
    : [
        `${live.name} leaves out pods with the controller's labels, ${textOf(labels)}: made elsewhere they are not seen`,
      ];
}

function isOfPods({ rules = [] }: ValidatingWebhook): boolean {
  return rules.some(({ resources = [] }) => resources.includes('pods'));
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

function plain(expression: string): string {
  return expression.replaceAll(/\s+/g, ' ').trim();
}

function textOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
