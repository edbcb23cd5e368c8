import type { SecurityContext } from './types.ts';

/** The user and group of every container, and the group of the volumes: nonroot of the distroless images. */
export const nonRoot = 65532;

/** What every container runs under; `restricted` of the Pod Security Standards. seid may write its root file system. */
export const unprivileged: SecurityContext = {
  runAsNonRoot: true,
  runAsUser: nonRoot,
  runAsGroup: nonRoot,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The same on a root file system that nobody can write, for what stands beside seid. */
export const readOnly: SecurityContext = { ...unprivileged, readOnlyRootFilesystem: true };
