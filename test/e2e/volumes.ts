import { type Kubectl, podsRun } from './kubectl.ts';
import type { Machine } from './machine.ts';
import { type Images, namespaces, plain, secured } from './run.ts';

/** On the machine; a base directory of its own, so that it goes as a whole. */
const [parent, directory] = ['/var/tmp', 'seinode-e2e'];
const keeper = { namespace: namespaces.elsewhere, name: 'volumes' };

/** Volumes for two nodes, on a cluster where nothing provisions any, and the pod that makes their directories. */
export function volumeObjects({ seid }: Images, { name: machine, storageClass, isBare }: Machine): object[] {
  if (!isBare) return [];
  const metadata = { name: storageClass };
  const storage = {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata },
    ...{ provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
  };
  return [storage, ...[plain, secured].map(name => volume(name, machine, storageClass)), pod(seid, machine)];
}

/** Waits until the directories are there. */
export async function volumesAreMade(kubectl: Kubectl, { isBare }: Machine): Promise<void> {
  if (isBare) await podsRun(kubectl, keeper.namespace, [keeper.name]);
}

/** Removes the directories, if they were made; the objects go with all the others. */
export async function removeDirectories({ run }: Kubectl, { isBare }: Machine): Promise<void> {
  if (!isBare) return;
  const inPod = ['exec', '-n', keeper.namespace, keeper.name, '--'];
  await run([...inPod, 'rm', '-rf', `/host/${directory}`]).catch(() => {});
}

function volume(name: string, machine: string, storageClassName: string): object {
  const here = { key: 'kubernetes.io/hostname', operator: 'In', values: [machine] };
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `seinode-e2e-${name}` } },
    spec: {
      ...{ storageClassName, capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: `${parent}/${directory}/${name}`, type: 'Directory' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
    },
  };
}

/** As root, and anybody may write there: the kubelet does not hand a hostPath over to the pod's group. */
function pod(image: string, nodeName: string): object {
  const homes = [plain, secured].map(name => `/host/${directory}/${name}`).join(' ');
  const script = `mkdir -p ${homes} && chmod 0777 ${homes} && exec sleep 1000000`;
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: keeper },
    spec: {
      // Not `default`, which may not be there yet.
      serviceAccountName: 'submitter',
      ...{ automountServiceAccountToken: false, nodeName, terminationGracePeriodSeconds: 0 },
      containers: [
        {
          ...{ name: 'volumes', image, command: ['/bin/sh', '-c', script] },
          securityContext: { runAsUser: 0 },
          volumeMounts: [{ name: 'host', mountPath: '/host' }],
        },
      ],
      volumes: [{ name: 'host', hostPath: { path: parent } }],
    },
  };
}
