import type { ValidatingWebhook } from '../objects.ts';
import webhooks from './webhooks.json' with { type: 'json' };

/** The webhooks as operator/manifests has them, but for what is filled in at run time. */
export const shippedWebhooks = webhooks as readonly ValidatingWebhook[];

/** What our own webhook is called everywhere (operator/manifests/webhook). */
export const webhookNames = {
  configuration: 'sei-k8s-controller',
  service: 'sei-k8s-controller-webhook',
  secret: 'sei-k8s-controller-webhook-certificate',
  namespace: 'sei-k8s-controller-system',
  seinodes: 'seinodes.seinode.sei.io',
} as const;
