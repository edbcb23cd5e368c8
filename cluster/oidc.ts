import { isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { type Entry, textOf } from './entry.ts';
import { ClusterError } from './error.ts';

/**
 * The token that kubectl keeps for a user of the auth provider `oidc`. An expired one is not renewed here: many providers
 * let a refresh token count once, and kubectl, which writes the next one down, would be logged out.
 *
 * @param now Unix milliseconds. @returns undefined for a user without an auth provider. @throws ClusterError
 */
export function idTokenOf(user: Entry, place: string, now: number): string | undefined {
  const provider = user.fields['auth-provider'];
  if (!isFields(provider)) return undefined;
  if (provider.name !== 'oidc') {
    throw new ClusterError(
      `${place} has the auth provider ${shown(provider.name)}, which kubectl has dropped too: use a credential plugin (exec)`,
    );
  }
  const config = { fields: isFields(provider.config) ? provider.config : {}, file: user.file };
  const token = textOf(config, 'id-token', `${place}: auth-provider.config`);
  if (token === undefined || expiryOf(token) <= now) {
    throw new ClusterError(
      `${place}: the OpenID Connect token has expired: any kubectl command renews it, such as kubectl cluster-info`,
    );
  }
  return token;
}

/** Unix milliseconds (RFC 7519, exp); of what is no JWT the API server is left to judge. */
function expiryOf(token: string): number {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
