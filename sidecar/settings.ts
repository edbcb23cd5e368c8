import { failure, type Result, success } from '../core/result.ts';
import { shown } from '../core/schema/text.ts';
import { goDuration } from './go-duration.ts';

/** How a caller of the tasks listener is known (contract §5). */
export type AuthnMode = 'unauthenticated' | 'trusted-header';

/** A bucket of an S3-compatible store. */
export type Bucket = { readonly name: string; readonly region: string };

/** What the environment says (contract §4, §5). */
export type Settings = {
  readonly chainID: string;
  /** The volume: SEI_HOME. */
  readonly home: string;
  readonly authn: AuthnMode;
  readonly tasksPort: number;
  readonly publicPort: number;
  /** Undefined where the environment names none: a task that needs one says so. */
  readonly genesisBucket: Bucket | undefined;
  readonly snapshotBucket: Bucket | undefined;
  /** Milliseconds from one upload of a snapshot to the next. */
  readonly snapshotUploadInterval: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. @returns else every fault of it, one a line, with the variable, its value and what is right. */
export function readSettings(environment: Environment): Result<Settings> {
  const faults: string[] = [];
  const said = <T>(found: Result<T>, otherwise: T): T => {
    if (found.ok) return found.value;
    faults.push(found.error);
    return otherwise;
  };
  const settings: Settings = {
    chainID: said(required(environment, 'SEI_CHAIN_ID'), ''),
    home: said(homeOf(environment), ''),
    authn: said(authnMode(environment), 'trusted-header'),
    tasksPort: said(port(environment, 'SEI_SIDECAR_PORT', 7777), 0),
    publicPort: said(port(environment, 'SEI_SIDECAR_PUBLIC_PORT', 9100), 0),
    genesisBucket: said(bucket(environment, 'SEI_GENESIS'), undefined),
    snapshotBucket: said(bucket(environment, 'SEI_SNAPSHOT'), undefined),
    snapshotUploadInterval: said(uploadInterval(environment), 0),
  };
  if (settings.tasksPort !== 0 && settings.tasksPort === settings.publicPort) {
    faults.push(
      `SEI_SIDECAR_PORT and SEI_SIDECAR_PUBLIC_PORT are both ${settings.tasksPort}; each needs a port of its own`,
    );
  }
  return faults.length === 0 ? success(settings) : failure(faults.join('\n'));
}

function required(environment: Environment, name: string): Result<string> {
  const value = environment[name];
  return value ? success(value) : failure(`${name} is not set`);
}

function homeOf(environment: Environment): Result<string> {
  const home = required(environment, 'SEI_HOME');
  if (!home.ok || home.value.startsWith('/')) return home;
  return failure(`SEI_HOME is ${shown(home.value)}; it must be an absolute path`);
}

/** A slip of the pen must not open the port: only these values are known. */
function authnMode({ SEI_SIDECAR_AUTHN_MODE: value = '' }: Environment): Result<AuthnMode> {
  const mode = value || 'unauthenticated';
  return mode === 'unauthenticated' || mode === 'trusted-header'
    ? success(mode)
    : failure(
        `SEI_SIDECAR_AUTHN_MODE is ${shown(value)}; it must be trusted-header, unauthenticated or unset`,
      );
}

function port(environment: Environment, name: string, otherwise: number): Result<number> {
  const value = environment[name];
  if (!value) return success(otherwise);
  const number = /^[0-9]{1,5}$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= 65_535
    ? success(number)
    : failure(`${name} is ${shown(value)}; it must be a number from 1 to 65535`);
}

/** A bucket needs its region; where neither is named there is none. */
function bucket(environment: Environment, prefix: string): Result<Bucket | undefined> {
  const [name, region] = [environment[`${prefix}_BUCKET`], environment[`${prefix}_REGION`]];
  if (name && region) return success({ name, region });
  if (!name && !region) return success(undefined);
  const [set, missing] = name ? ['BUCKET', 'REGION'] : ['REGION', 'BUCKET'];
  return failure(`${prefix}_${missing} is not set though ${prefix}_${set} is; a bucket needs both`);
}

/** A week where nothing above zero is said, as the published sidecar has it. */
function uploadInterval({ SEI_SNAPSHOT_UPLOAD_INTERVAL: value = '' }: Environment): Result<number> {
  const interval = value === '' ? 0 : goDuration(value);
  if (interval !== undefined) return success(interval > 0 ? interval / 1e6 : 7 * 24 * 3_600_000);
  return failure(
    `SEI_SNAPSHOT_UPLOAD_INTERVAL is ${shown(value)}; it must be a duration such as 24h or 1h30m`,
  );
}
