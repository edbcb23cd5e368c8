/** What the four modes of a SeiNode, and its peers, may say (contract §1; reference/sei.io_seinodes.yaml). */
export type ModeSpecs = {
  readonly fullNode?: { readonly snapshot?: Snapshot; readonly snapshotGeneration?: SnapshotGeneration };
  readonly archive?: { readonly snapshotGeneration?: SnapshotGeneration };
  readonly replayer?: { readonly snapshot?: Snapshot; readonly resultExport?: ResultExport };
  readonly validator?: ValidatorSpec;
};

/** Where a node's first state comes from: exactly one of s3 and stateSync. */
export type Snapshot = {
  readonly s3?: { readonly targetHeight: number };
  readonly stateSync?: object;
  readonly trustPeriod?: string;
  readonly backfillBlocks?: number;
  readonly bootstrapImage?: string;
};

export type SnapshotGeneration = {
  readonly tendermint?: { readonly keepRecent: number; readonly publish?: object };
};

export type ResultExport = { readonly shadowResult?: { readonly canonicalRpc: string } };

export type ValidatorSpec = {
  readonly snapshot?: Snapshot;
  readonly genesisCeremony?: GenesisCeremony;
  readonly signingKey?: { readonly secret?: { readonly secretName: string } };
  readonly nodeKey?: { readonly secret?: { readonly secretName: string } };
  readonly operatorKeyring?: { readonly secret?: KeyringSecret };
};

/** A validator's part in the genesis of its chain; amounts are coins such as 1000000usei. */
export type GenesisCeremony = {
  readonly chainId?: string;
  readonly stakingAmount?: string;
  readonly accountBalance?: string;
  readonly genesisParams?: string;
};

export type KeyringSecret = {
  readonly secretName: string;
  readonly keyName?: string;
  readonly passphraseSecretRef: { readonly secretName: string; readonly key: string };
};

/** One source of peers: exactly one of the three is set. */
export type PeerSource = {
  readonly ec2Tags?: { readonly region: string; readonly tags: Readonly<Record<string, string>> };
  readonly static?: { readonly addresses: readonly string[] };
  readonly label?: { readonly selector: Readonly<Record<string, string>>; readonly namespace?: string };
};
