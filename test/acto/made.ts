import type { SpecFault } from '../../core/plan/spec-faults.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import { headlessService } from '../../core/resources/service.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { observe } from '../../operator/observe.ts';
import { settings } from '../core/resources/nodes.ts';

/** Node n0 with a spec. */
export function seiNodeOf(spec: Fields, namespace = 'arctic'): SeiNode {
  const metadata = { name: 'n0', namespace, uid: 'u-1', generation: 1 };
  return { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata, spec } as unknown as SeiNode;
}

/** What the builders make of a node, its volume apart: that is made once. */
export function madeOf(node: SeiNode): readonly (Fields | undefined)[] {
  return [statefulSet(node, settings), headlessService(node), proxyConfig(node)] as never;
}

/** What of a spec is told in SpecServed. */
export function faultsOf(spec: Fields): readonly SpecFault[] {
  const objects = { cached: () => undefined, cachedIn: () => [], nodes: () => [] };
  return observe(seiNodeOf(spec), undefined, { objects, settings }).faults;
}
