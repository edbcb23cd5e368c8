import type { AuthnMode } from '../settings.ts';

/** Why a request is not known to come from anybody: labels of sidecar_authn_rejections_total. */
export type Rejection = 'missing_header' | 'duplicate_header' | 'empty_header';

/** Whom a request comes from, or why nobody vouches for it. */
export type Caller = { readonly user: string } | { readonly rejection: Rejection };

/**
 * Who calls (contract §5): kube-rbac-proxy, the only way to the loopback, names the user it has authenticated and
 * authorised in X-Remote-User. Where there are several, someone has added one.
 *
 * @param remoteUsers each X-Remote-User of the request. @returns undefined where nobody is asked for.
 */
export function callerOf(mode: AuthnMode, remoteUsers: readonly string[] = []): Caller | undefined {
  if (mode === 'unauthenticated') return undefined;
  const [user, ...others] = remoteUsers;
  if (user === undefined) return { rejection: 'missing_header' };
  if (others.length > 0) return { rejection: 'duplicate_header' };
  return user.trim() === '' ? { rejection: 'empty_header' } : { user };
}

/** What the 401 of each says. */
export const rejectionText: Readonly<Record<Rejection, string>> = {
  missing_header: 'X-Remote-User is missing: tasks are asked for through kube-rbac-proxy on 8443',
  duplicate_header: 'X-Remote-User came more than once: kube-rbac-proxy must replace it, not add one',
  empty_header: 'X-Remote-User is empty: kube-rbac-proxy must name the user',
};
