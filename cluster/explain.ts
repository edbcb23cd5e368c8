import { printableLine } from '../core/printable.ts';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';
import { type AnyRequest, apiVersionOf, pluralOf, type Read, sentenceOf } from './resource.ts';

/** As much as is repeated of what a server says. */
const longest = 300;

/**
 * What an answer other than success means for a request, in one sentence.
 *
 * @param body its JSON, if it is any. @param retryAfter milliseconds, where its head says them.
 */
export function statusError(
  status: number,
  body: Fields | undefined,
  request: AnyRequest,
  where: string,
  retryAfter?: number,
): ClusterError {
  const { reason, message } = body?.kind === 'Status' ? body : {};
  const missing = status === 404 && isFields(body?.details) ? body.details : undefined;
  const said = typeof message === 'string' ? message : '';
  const fault = {
    status,
    ...(typeof reason === 'string' && { reason }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(isTerminating(body) && { isTerminating: true }),
    ...(missing?.kind === 'namespaces' && { hasNoNamespace: true }),
  };
  const what = sentenceOf(request);
  switch (status) {
    case 401:
      return new ClusterError(
        `${where} does not accept the credentials (401 Unauthorized): log in again`,
        fault,
      );
    case 403:
      return new ClusterError(isAuthorization(body, said) ? refusal(request, said) : other(), fault);
    case 404:
      return new ClusterError(`cannot ${what}: ${notFound(missing)}`, fault);
    case 409:
      return new ClusterError(`cannot ${what}: ${conflict(fault.reason, said)}`, fault);
    case 410:
      return new ClusterError(`cannot ${what}: the list is too old to go on with, try again`, fault);
    case 429:
      return new ClusterError(`cannot ${what}: ${where} has too much to do (429), try again`, fault);
    default:
      return new ClusterError(other(), fault);
  }

  function other(): string {
    return `cannot ${what}: ${where} answers ${status}${said === '' ? '' : `: ${repeated(said)}`}`;
  }
}

/** A namespace may be gone and what was in it not, where the API server was killed while that was deleted. */
function notFound({ kind, name }: Fields = {}): string {
  return kind === 'namespaces' ? `namespace ${shown(name)} does not exist: make it (again)` : 'not found';
}

function isTerminating(body: Fields | undefined): boolean {
  const { causes } = isFields(body?.details) ? body.details : {};
  return (
    Array.isArray(causes) && causes.some(cause => isFields(cause) && cause.reason === 'NamespaceTerminating')
  );
}

/** Why a write met another (409): what was read before it no longer holds. */
function conflict(reason: string | undefined, said: string): string {
  if (reason === 'AlreadyExists') return 'there is one of that name';
  return `it is not as expected any more (409${said === '' ? '' : `: ${repeated(said)}`}), read it again`;
}

function repeated(said: string): string {
  return printableLine(said.length > longest ? `${said.slice(0, longest)}…` : said);
}

/**
 * Admission refuses with 403 too: a webhook, a quota, a namespace that is being deleted. An authorizer names the user, or
 * says nothing at all where it is asked once more for the verb create.
 */
function isAuthorization(body: Fields | undefined, said: string): boolean {
  return body?.kind === 'Status' && !/^admission webhook "| is forbidden: (?!User |$)/.test(said);
}

/** The missing verb, in the words of a Role. @param said the API server's message. */
function refusal(request: AnyRequest, said: string): string {
  const [, user] = /User "((?:[^"\\]|\\.)*)"/.exec(said) ?? [];
  const as = user === undefined ? '' : ` as ${shown(user)}`;
  // The verb is longer where impersonation is constrained (Kubernetes 1.35): impersonate-on:user-info:list.
  return / cannot impersonate\b/.test(said)
    ? `no permission to act as somebody else${as}: a ClusterRole with the verb impersonate on users and groups is needed`
    : `no permission to ${sentenceOf(request)}${as}: ${grant(request, said)}`;
}

/** What is not there is applied by patch alone, and needs create beside it: the server names the verb that is missing. */
function grant(request: AnyRequest, said: string): string {
  const { resource, namespace } = request;
  const [, verb = request.verb] = / cannot (create|patch) resource "/.exec(said) ?? [];
  const { group } = resource;
  const scope = namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`;
  // A WebSocket is opened by GET: RBAC asks for get, from Kubernetes 1.35 on for create too (KEP-4006).
  const verbs = pluralOf(request) === 'pods/portforward' ? 'verbs get and create' : `verb ${verb}`;
  return `${scope} with the ${verbs} on ${pluralOf(request)}${group === '' ? '' : ` (API group ${group})`} is needed`;
}

/** An answer that is good, but leaves the connection what it was. */
export function notUpgraded(request: AnyRequest, where: string, status: number): ClusterError {
  return new ClusterError(
    `cannot ${sentenceOf(request)}: ${where} answers ${status} and does not change to WebSocket; a proxy or load balancer on the way may not pass it on`,
    { status },
  );
}

/** What an answer is that no API server gives. */
export function notKubernetes(
  where: string,
  status: number,
  contentType: string,
  retryAfter?: number,
): ClusterError {
  const kind = contentType === '' ? 'nothing' : printableLine(contentType.split(';')[0]!.slice(0, longest));
  return new ClusterError(
    `${where} is no Kubernetes API server, or something stands before it: it answers ${status} with ${kind}, not JSON; check the server of the cluster in the kubeconfig`,
    { status, ...(retryAfter !== undefined && { retryAfter }) },
  );
}

/** An answer whose JSON is of another kind than asked for. */
export function unexpected(read: Read, where: string, value: unknown): ClusterError {
  const kind = isFields(value) && typeof value.kind === 'string' ? shown(value.kind) : 'none';
  const wanted = `${read.resource.kind}${read.verb === 'list' ? 'List' : ''} of ${apiVersionOf(read.resource)}`;
  return new ClusterError(
    `cannot ${sentenceOf(read)}: ${where} answers with kind ${kind}, not ${wanted}; check the server of the cluster in the kubeconfig`,
  );
}

/** A watch whose stream is cut or holds something other than events. */
export function brokenWatch(read: Read, where: string): ClusterError {
  return new ClusterError(`cannot ${sentenceOf(read)}: ${where} sends broken JSON`);
}
