import { isFields } from '../core/schema/structural.ts';
import { type Entry, headerValue, textOf } from './entry.ts';
import { ClusterError } from './error.ts';

/** Flags by which a caller acts as another, as kubectl has them. */
export type ImpersonationOptions = { readonly as?: string; readonly asGroup?: readonly string[] };

/**
 * The headers by which a caller acts as another (Kubernetes authentication, user impersonation): what the flags ask for
 * laid over what the user entry says, as in clientcmd.
 *
 * @throws ClusterError for groups and the like of nobody, and for what no header can hold.
 */
export function impersonationOf(
  { as, asGroup = [] }: ImpersonationOptions,
  user: Entry | undefined,
): Record<string, string[]> {
  const own = (key: string) => user && textOf(user, key, 'the user');
  const { 'as-groups': ownGroups, 'as-user-extra': ownExtra } = user?.fields ?? {};
  const given = asGroup.filter(group => group !== '');
  const uid = own('as-uid');
  const parts = {
    'Impersonate-User': texts([as || own('as')]),
    'Impersonate-Group': given.length > 0 ? given : texts(ownGroups),
    'Impersonate-Uid': texts([uid]),
    ...extraOf(ownExtra),
  };
  const headers = Object.entries(parts).filter(([, values]) => values.length > 0);
  if (headers.length > 0 && parts['Impersonate-User'].length === 0) {
    throw new ClusterError('groups can be impersonated only together with a user: add --as NAME');
  }
  return Object.fromEntries(
    headers.map(([name, values]) => [name, values.map(value => headerValue(value, `the ${name} header`))]),
  );
}

function extraOf(extra: unknown): Record<string, string[]> {
  const entries = Object.entries(isFields(extra) ? extra : {});
  return Object.fromEntries(
    entries.map(([key, values]) => [`Impersonate-Extra-${headerName(key)}`, texts(values)]),
  );
}

/** Escaped as client-go does what no header name may hold. */
function headerName(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replace(
    /[()]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
