import type { Engine } from '../engine/engine.ts';
import type { Metrics } from '../metrics.ts';
import { type Answer, errorAnswer, type Route } from './listener.ts';

export type PublicOptions = {
  readonly engine: Engine;
  /** Throws where the store does not work. */
  readonly checkStore: () => void;
  readonly metrics: Metrics;
};

/** The routes of the public listener: nothing that needs authentication, and nothing else (contract §5, issue-268). */
export function publicRoutes({ engine, checkStore, metrics: { registry } }: PublicOptions): Route[] {
  const ready = () => (engine.ready ? ok : errorAnswer(503, 'mark-ready has not come since the start'));
  const live = () => {
    try {
      checkStore();
      return ok;
    } catch {
      // What SQLite says may name paths: this port is open to all.
      return errorAnswer(503, 'the store does not work');
    }
  };
  return [
    { path: /^\/v0\/healthz$/, methods: { GET: ready } },
    { path: /^\/v0\/startupz$/, methods: { GET: ready } },
    { path: /^\/v0\/livez$/, methods: { GET: live } },
    {
      path: /^\/v0\/metrics$/,
      methods: {
        GET: async () => ({ status: 200, text: await registry.metrics(), type: registry.contentType }),
      },
    },
  ];
}

const ok: Answer = { status: 200, text: 'ok\n', type: 'text/plain; charset=utf-8' };
