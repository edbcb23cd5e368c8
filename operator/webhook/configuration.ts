import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Bundle } from '../../core/webhook/certificate.ts';
import { authoritiesIn } from './pem.ts';

/** When the operator last wrote the caBundle, on the configuration. */
export const sinceAnnotation = 'seinode.sei.io/ca-bundle-since';

/** What a ValidatingWebhookConfiguration verifies by; undefined where it has no webhook. */
export function bundleOf(configuration: Fields | undefined): Bundle | undefined {
  const webhooks = webhooksOf(configuration);
  if (webhooks.length === 0) return undefined;
  const since = Date.parse(String(annotationsOf(configuration!)[sinceAnnotation]));
  return {
    authorities: webhooks.map(webhook => authoritiesIn(bundleIn(webhook))),
    since: Number.isNaN(since) ? undefined : since,
  };
}

/** The same configuration with these CAs in each caBundle, to be written in its place. @param now RFC 3339. */
export function withBundle(configuration: Fields, authorities: readonly string[], now: string): Fields {
  const caBundle = Buffer.from(authorities.join('')).toString('base64');
  return {
    ...configuration,
    metadata: {
      ...(configuration.metadata as Fields),
      annotations: { ...annotationsOf(configuration), [sinceAnnotation]: now },
    },
    webhooks: webhooksOf(configuration).map(webhook => ({
      ...webhook,
      clientConfig: { ...(webhook.clientConfig as Fields), caBundle },
    })),
  };
}

function webhooksOf(configuration: Fields | undefined): Fields[] {
  return Array.isArray(configuration?.webhooks) ? configuration.webhooks.filter(isFields) : [];
}

function annotationsOf({ metadata }: Fields): Fields {
  return isFields(metadata) && isFields(metadata.annotations) ? metadata.annotations : {};
}

function bundleIn({ clientConfig }: Fields): string {
  const value = isFields(clientConfig) ? clientConfig.caBundle : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}
