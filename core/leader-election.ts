/** The spec of a Lease (Kubernetes API, coordination.k8s.io/v1), as far as leaders are elected by it. */
export type LeaseSpec = {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
};

/** One moment by two clocks, in milliseconds: one that only goes forward but may rest with the machine, and that of the day. */
export type Moment = { readonly monotonic: number; readonly wall: number };

/** What was last seen of the Lease, and since when by the own clock: those of other machines are never compared with it. */
export type Sighting = { readonly spec: LeaseSpec; readonly since: number };

export type Durations = {
  /** Milliseconds that others leave a leader who is not heard of; whole seconds, for the Lease counts those. */
  readonly lease: number;
  /** Milliseconds after which a leader who could not renew leads no more. */
  readonly renewDeadline: number;
  /** Milliseconds between two tries. */
  readonly retryPeriod: number;
};

/** As client-go and controller-runtime have them. */
export const durations: Durations = { lease: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

/** client-go's, for those who wait. */
const jitter = 1.2;

/** What a candidate knows. */
export type Standing = {
  readonly identity: string;
  /** Absent where there is no Lease. */
  readonly seen: Sighting | undefined;
  /** When the last renewal that succeeded was sent; absent where this one does not lead. */
  readonly renewedAt: Moment | undefined;
};

/** What is to be done now: `acquire` and `renew` are writes. */
export type Step = 'acquire' | 'renew' | 'wait' | 'lost';

/** The next step of the election (client-go, tools/leaderelection). */
export function nextStep({ identity, seen, renewedAt }: Standing, now: Moment, limits: Durations): Step {
  const holder = seen?.spec.holderIdentity ?? '';
  const isFree = holder === '' || holder === identity;
  if (renewedAt !== undefined) {
    return isFree && timeLeft(renewedAt, now, limits.renewDeadline) > 0 ? 'renew' : 'lost';
  }
  return isFree || isExpired(seen, now, limits) ? 'acquire' : 'wait';
}

/**
 * Milliseconds that a leader may still write. Of the two clocks the one counts by which more time has passed: one rests
 * while the machine sleeps, the other can be set back.
 */
export function timeLeft(renewedAt: Moment, now: Moment, renewDeadline: number): number {
  const passed = Math.max(now.monotonic - renewedAt.monotonic, now.wall - renewedAt.wall);
  return renewDeadline - passed;
}

/** Takes in what a Lease says; it is seen anew where it says something else. */
export function sight(before: Sighting | undefined, spec: LeaseSpec, now: Moment): Sighting {
  const isSame = before !== undefined && fields.every(field => before.spec[field] === spec[field]);
  return isSame ? before : { spec, since: now.monotonic };
}

const fields = [
  'holderIdentity',
  'leaseDurationSeconds',
  'acquireTime',
  'renewTime',
  'leaseTransitions',
] as const;

/** What a Lease says once `identity` has acquired or renewed it. */
export function held(
  before: LeaseSpec | undefined,
  identity: string,
  now: Moment,
  { lease }: Durations,
): LeaseSpec {
  const isOurs = before?.holderIdentity === identity;
  const renewTime = microTime(now.wall);
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: lease / 1000,
    acquireTime: (isOurs && before.acquireTime) || renewTime,
    renewTime,
    leaseTransitions: before === undefined || isOurs ? transitions : transitions + 1,
  };
}

/** What a Lease says once its holder has let go of it. */
export function released({ leaseTransitions = 0 }: LeaseSpec, now: Moment): LeaseSpec {
  const renewTime = microTime(now.wall);
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: renewTime,
    renewTime,
    leaseTransitions,
  };
}

/** Milliseconds until the next try: leaders keep their time, those who wait must not come all at once. @param random from 0 to 1. */
export function pauseAfter(step: Step, { retryPeriod }: Durations, random: number): number {
  return step === 'wait' ? retryPeriod * (1 + jitter * random) : retryPeriod;
}

function isExpired(seen: Sighting | undefined, now: Moment, limits: Durations): boolean {
  return seen === undefined || expiredFor(seen, now, limits) >= 0;
}

/** Milliseconds since a holder who was not heard of has lost the Lease; negative before. As long counts as it has promised. */
export function expiredFor({ spec, since }: Sighting, now: Moment, { lease }: Durations): number {
  const { leaseDurationSeconds = 0 } = spec;
  const promised = leaseDurationSeconds > 0 ? leaseDurationSeconds * 1000 : lease;
  return now.monotonic - since - promised;
}

/** meta/v1 MicroTime: six digits after the point. */
export function microTime(wall: number): string {
  return new Date(wall).toISOString().replace('Z', '000Z');
}
