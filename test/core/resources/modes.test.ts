import test from 'ava';
import { dataClaim } from '../../../core/resources/data-claim.ts';
import type { Mode } from '../../../core/seinode.ts';
import { node, settings } from './nodes.ts';
import { container, podOf } from './pod.ts';

/** What the reference gives each mode, by the settings that say it (internal/noderesource, internal/platform). */
const shared = {
  pool: 'SEI_NODEPOOL_NAME',
  storageClass: 'SEI_STORAGE_CLASS_PERF',
  size: 'SEI_STORAGE_SIZE_DEFAULT',
  cpu: 'SEI_RESOURCE_CPU_DEFAULT',
  memory: 'SEI_RESOURCE_MEM_DEFAULT',
  role: 'node',
} as const;
const archive = {
  pool: 'SEI_NODEPOOL_ARCHIVE',
  storageClass: 'SEI_STORAGE_CLASS_ARCHIVE',
  size: 'SEI_STORAGE_SIZE_ARCHIVE',
  cpu: 'SEI_RESOURCE_CPU_ARCHIVE',
  memory: 'SEI_RESOURCE_MEM_ARCHIVE',
  role: 'archive',
} as const;
const table = {
  fullNode: shared,
  archive,
  replayer: { ...shared, role: 'replayer' },
  validator: { ...shared, role: 'validator' },
} as const satisfies Record<Mode, object>;

for (const [mode, expected] of Object.entries(table)) {
  const subject = node({ fullNode: undefined, [mode]: {} });
  test(`the claim of a ${mode} is of ${expected.storageClass} and ${expected.size}`, t => {
    t.deepEqual(dataClaim(subject, settings)?.spec, {
      accessModes: ['ReadWriteOnce'],
      storageClassName: settings[expected.storageClass],
      resources: { requests: { storage: settings[expected.size] } },
    });
  });

  test(`the pod of a ${mode} is of ${expected.pool}, which its toleration and its affinity name`, t => {
    const { tolerations, affinity } = podOf(subject);
    const pool = settings[expected.pool];
    t.deepEqual(tolerations, [{ key: settings.SEI_TOLERATION_KEY, value: pool, effect: 'NoSchedule' }]);
    const inPool = { key: 'karpenter.sh/nodepool', operator: 'In', values: [pool] };
    const required = { nodeSelectorTerms: [{ matchExpressions: [inPool] }] };
    t.deepEqual(affinity, {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required },
    });
  });

  test(`seid of a ${mode} asks for ${expected.cpu} and ${expected.memory}, and has no limit`, t => {
    const requests = { cpu: settings[expected.cpu], memory: settings[expected.memory] };
    t.deepEqual(container(subject, 'seid').resources, { requests });
  });

  test(`the role of a ${mode} is ${expected.role}`, t => {
    t.is(dataClaim(subject, settings)?.metadata.labels['sei.io/role'], expected.role);
  });
}
