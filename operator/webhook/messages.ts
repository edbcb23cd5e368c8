import type { Caveat } from '../../core/network/network.ts';
import type { Fields } from '../../core/schema/structural.ts';

/** Of which collections admission reads. */
export type Kept = 'nodes' | 'secrets' | 'networkPolicies' | 'namespaces' | 'pods' | 'parameters';

/** What changed since the last time: each object as it is now, null where it is gone. */
export type News = {
  readonly changes: readonly { readonly kept: Kept; readonly key: string; readonly object: Fields | null }[];
  readonly caveats: readonly Caveat[];
  /** Why NetworkPolicies cannot be judged, where that is so. */
  readonly unjudged: string | null;
  /** Whether every collection that nodes need has been listed. */
  readonly isComplete: boolean;
};

/** A certificate and its key in PEM. */
export type Served = { readonly certificate: string; readonly key: string };

/** What the worker is told. */
export type ToWorker =
  | { readonly type: 'news'; readonly news: News }
  | { readonly type: 'certificate'; readonly served: Served }
  /** Ends in order: answers for a while yet, and closes then. */
  | { readonly type: 'close'; readonly linger: number };

/** One answer, as metrics count it. */
export type Measured = {
  readonly kind: string;
  readonly operation: string;
  /** `true`, `false`, or `error` where nothing was judged. */
  readonly allowed: 'true' | 'false' | 'error';
  readonly seconds: number;
  /** The rules by which it was refused. */
  readonly denied: readonly string[];
};

/** What the worker tells. */
export type FromWorker =
  | { readonly type: 'listening'; readonly host: string; readonly port: number }
  /** It cannot listen. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'measured'; readonly measured: readonly Measured[] }
  /** Something that is worth a line in the log. */
  | { readonly type: 'fault'; readonly message: string; readonly fields: Readonly<Record<string, string>> };

/** What the worker is started with. */
export type WorkerStart = {
  readonly flag: string;
  readonly address: string;
  readonly policy: WebAssembly.Module;
};
