import { failure, type Result, success } from '../../core/result.ts';
import type { Bucket } from '../settings.ts';

/** What result-export was asked with, under the names of the published sidecar. */
export type Params = {
  readonly bucket: string;
  readonly region: string;
  readonly prefix?: string;
  readonly rpcEndpoint?: string;
  readonly canonicalRpc?: string;
  readonly migrationMode?: boolean;
  readonly continueOnDivergence?: boolean;
};

/** Where results come from, what they are compared with, and where they go. */
export type Export = {
  readonly bucket: Bucket;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly local: URL;
  /** Undefined where nothing is compared. */
  readonly canonical: URL | undefined;
  /** The app hash is another one by intention: results alone tell. */
  readonly isMigration: boolean;
  readonly goesOn: boolean;
};

/** The parameters, as JSON Schema. Those of the third layer, which is not served, are not among them. */
export const paramsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['bucket', 'region'],
  dependencies: { migrationMode: ['canonicalRpc'], continueOnDivergence: ['canonicalRpc'] },
  properties: {
    bucket: { type: 'string', minLength: 1, description: 'Where pages go.' },
    region: { type: 'string', minLength: 1, description: 'The region of the bucket.' },
    prefix: { type: 'string', description: 'Before the name of every object; a slash is added to it.' },
    rpcEndpoint: { type: 'string', description: 'The RPC of this node; else http://localhost:26657.' },
    canonicalRpc: { type: 'string', description: 'An RPC of the chain to compare with; else none.' },
    migrationMode: { type: 'boolean', description: 'App hashes may differ; results may not.' },
    continueOnDivergence: { type: 'boolean', description: 'Goes on after a block that differs.' },
  },
} as const;

/** A task that the published sidecar had taken comes here unjudged. */
const unserved = ['shadowEvmRpc', 'canonicalEvmRpc', 'traceRpc'];

/** Reads the parameters. @returns else which one is wrong. */
export function exportOf(params: Params): Result<Export> {
  const asked = unserved.find(name => Object.hasOwn(params, name));
  if (asked !== undefined) return failure(`${asked} is not served: the state of the EVM is not compared`);
  const local = rpcBase('rpcEndpoint', params.rpcEndpoint || 'http://localhost:26657');
  if (!local.ok) return local;
  const canonical = params.canonicalRpc ? rpcBase('canonicalRpc', params.canonicalRpc) : undefined;
  if (canonical?.ok === false) return canonical;
  const { bucket: name, region, prefix = '' } = params;
  return success({
    bucket: { name, region },
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    local: local.value,
    canonical: canonical?.value,
    isMigration: params.migrationMode === true,
    goesOn: params.continueOnDivergence === true,
  });
}

/** The address is never repeated: its path may hold the key of a provider. */
function rpcBase(name: string, text: string): Result<URL> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return failure(`${name} is no URL of http or https`);
  if (url.username || url.password) return failure(`${name} holds a user or password`);
  if (url.search || url.hash) return failure(`${name} has a query or fragment; give the address alone`);
  return success(url);
}
