/** The parts of Kubernetes' objects that are built here (core/v1, apps/v1), as they are written in JSON. */

/** Metadata of an object that belongs to a SeiNode. */
export type OwnedMeta = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ownerReferences: readonly OwnerReference[];
};

export type Labels = Readonly<Record<string, string>>;

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
  readonly blockOwnerDeletion: true;
};

export type StatefulSet = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'StatefulSet';
  readonly metadata: OwnedMeta;
  readonly spec: {
    readonly replicas: number;
    readonly serviceName: string;
    readonly selector: { readonly matchLabels: Labels };
    readonly updateStrategy: { readonly type: 'OnDelete' };
    readonly template: PodTemplate;
  };
};

export type Job = {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: OwnedMeta & { readonly annotations: Labels };
  readonly spec: { readonly backoffLimit: 0; readonly template: PodTemplate };
};

export type PodTemplate = {
  readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
  readonly spec: PodSpec;
};

export type PodSpec = {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly shareProcessNamespace: boolean;
  readonly securityContext: { readonly fsGroup: number; readonly fsGroupChangePolicy: 'OnRootMismatch' };
  readonly tolerations: readonly {
    readonly key: string;
    readonly value: string;
    readonly effect: 'NoSchedule';
  }[];
  readonly affinity: object;
  readonly restartPolicy?: 'Never';
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly volumes: readonly Volume[];
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
};

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly restartPolicy?: 'Always';
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly ContainerPort[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly securityContext: SecurityContext;
  readonly resources?: ResourceRequirements;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
};

export type EnvVar = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
};

export type ContainerPort = {
  readonly name: string;
  readonly containerPort: number;
  readonly protocol: 'TCP';
};

export type VolumeMount = {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: true;
};

export type Volume = {
  readonly name: string;
  readonly emptyDir?: Readonly<Record<string, never>>;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly configMap?: { readonly name: string };
  readonly secret?: {
    readonly secretName: string;
    readonly defaultMode: number;
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
};

export type SecurityContext = {
  readonly runAsNonRoot: true;
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly allowPrivilegeEscalation: false;
  readonly readOnlyRootFilesystem?: true;
  readonly capabilities: { readonly drop: readonly ['ALL'] };
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
};

export type ResourceRequirements = {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
};
export type Quantities = Readonly<Record<string, string>>;

export type Probe = {
  readonly httpGet?: { readonly path: string; readonly port: number };
  readonly tcpSocket?: { readonly port: number };
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  readonly timeoutSeconds?: number;
};

export type Service = {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: OwnedMeta;
  readonly spec: {
    readonly clusterIP: 'None';
    readonly publishNotReadyAddresses: true;
    readonly selector: Labels;
    readonly ports: readonly ServicePort[];
  };
};

export type ServicePort = {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: 'TCP';
  readonly appProtocol?: string;
};

export type ConfigMap = {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: OwnedMeta;
  readonly data: Readonly<Record<string, string>>;
};

export type PersistentVolumeClaim = {
  readonly apiVersion: 'v1';
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: OwnedMeta;
  readonly spec: {
    readonly accessModes: readonly ['ReadWriteOnce'];
    readonly storageClassName: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
};
