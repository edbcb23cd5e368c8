import type { Question } from '../../core/network/classes.ts';
import type { Through } from '../../core/network/question.ts';
import { type Passage, policyKey, type Reach, type Reached } from '../../core/network/reach.ts';
import { targetKey } from '../../core/network/targets.ts';
import { printable } from '../../core/printable.ts';
import type { Asked } from './reach-answers.ts';

/**
 * The items of a ReachReport as JSON, one text each. Names are encoded once, and lists that targets have in common are
 * joined once: ten thousand pods are hundreds of megabytes of them.
 *
 * @param asked whom `--from` asks about: addresses among them are answered by themselves.
 */
export function* reachJSON(
  question: Question,
  items: Iterable<Reach>,
  asked: readonly Asked[],
): Generator<string> {
  const pods = new Map(question.pods.map(({ key }, index) => [key, index]));
  const lists = new WeakMap<Reached, Lists>();
  const writer = listWriter(question);
  for (const item of items) {
    const key = targetKey(item.target);
    const shared = lists.get(item.reached) ?? writer(item.reached);
    lists.set(item.reached, shared);
    yield itemText(item, key, shared, pods.get(key), addressFields(question, item.reached, asked));
  }
}

/** Each list without one pod, the target itself. */
type Lists = Readonly<
  Record<'from' | 'denied' | 'unknown' | 'because', (self: number | undefined) => string>
>;

function listWriter({ pods, input }: Question): (reached: Reached) => Lists {
  const names = pods.map(({ key }) => encode(key));
  const policies = input.policies.map((_, policy) => encode(policyKey(input, policy)));
  const name = (pod: number) => names[pod] ?? '';
  return ({ from, denied, unknown, because }) => ({
    from: listed(from, name),
    denied: listed(denied, name),
    unknown: listed(
      unknown.map(({ from }) => from),
      (pod, at) => `{"from":${name(pod)},"why":${encode(unknown[at]?.why)}}`,
    ),
    because: listed(because.length === 0 ? [] : from, (pod, at) =>
      becauseText(name(pod), policies, because[at]!),
    ),
  });
}

function becauseText(from: string, policies: readonly string[], { policy, rule, peer }: Through): string {
  return `{"from":${from},"policy":${policies[policy]},"rule":${rule},"peer":${peer}}`;
}

function listed(
  pods: readonly number[],
  textOf: (pod: number, at: number) => string,
): (self: number | undefined) => string {
  let text: string | undefined;
  return self => {
    text ??= pods.map(textOf).join(',');
    const at = self === undefined ? -1 : pods.indexOf(self);
    return at === -1 ? text : without(text, textOf(pods[at]!, at));
  };
}

/** Cuts an element out of a list, with a comma: no element is a part of another, since each has its pod's name in quotes. */
function without(text: string, element: string): string {
  const start = text.indexOf(element);
  const end = start + element.length;
  return start === 0 ? text.slice(end + 1) : text.slice(0, start - 1) + text.slice(end);
}

/** What is said of addresses, for the lists `unknown` and `because`, and for `ips`. */
type AddressFields = { readonly unknown: string[]; readonly because: string[]; readonly ips: string[] };

function addressFields(question: Question, reached: Reached, asked: readonly Asked[]): AddressFields {
  const fields: AddressFields = { unknown: [], because: [], ips: [] };
  for (const who of asked) {
    if ('address' in who) addressField(fields, encode(who.name), reached.address(who.address), question);
    else if (who.ip !== undefined) podField(fields, encode(who.ip), reached, who.pod);
  }
  return fields;
}

function addressField(fields: AddressFields, name: string, passage: Passage, { input }: Question): void {
  if (passage.passes === 'unknown') {
    fields.unknown.push(`{"from":${name},"why":${encode(passage.why)}}`);
    return;
  }
  fields.ips.push(`${name}:${passage.passes}`);
  if (passage.passes && passage.through) {
    const policy = encode(policyKey(input, passage.through.policy));
    const { rule, peer } = passage.through;
    fields.because.push(`{"from":${name},"policy":${policy},"rule":${rule},"peer":${peer}}`);
  }
}

/** A pod's address is what the pod is, which is in the lists. */
function podField({ ips }: AddressFields, name: string, { from, denied }: Reached, pod: number): void {
  if (from.includes(pod)) ips.push(`${name}:true`);
  if (denied.includes(pod)) ips.push(`${name}:false`);
}

function itemText(
  { port, reached }: Reach,
  key: string,
  lists: Lists,
  self: number | undefined,
  addresses: AddressFields,
): string {
  const list = (name: keyof Lists, more: readonly string[] = []) =>
    `"${name}":[${[lists[name](self), ...more].filter(text => text !== '').join(',')}]`;
  const ips = addresses.ips.length === 0 ? '' : `,"ips":{${addresses.ips.join(',')}}`;
  return [
    `{"to":${encode(key)},"port":${port},"isolated":${reached.isolated === true},${list('from')},${list('denied')},`,
    `${list('unknown', addresses.unknown)},${list('because', addresses.because)}${ips}}`,
  ].join('');
}

function encode(text: string | undefined): string {
  return printable(JSON.stringify(text ?? ''));
}
