/** What is known of a pair of certificate and key; moments are milliseconds since 1970. */
export type Pair = {
  /** The CA that signed it, in PEM as it is written into a caBundle. */
  readonly authority: string;
  readonly notBefore: number;
  readonly notAfter: number;
};

/** What the API server verifies the webhook by. */
export type Bundle = {
  /** Of each webhook of the configuration, the CAs in its caBundle that can be read. */
  readonly authorities: readonly (readonly string[])[];
  /** Since when they are as they are, as whoever wrote them says. */
  readonly since: number | undefined;
};

export type View = {
  /** What the Secret holds: a pair, nothing, or something that cannot be served. */
  readonly secret: Pair | 'none' | 'unusable';
  /** Undefined where there is no configuration, so that nobody is sent to. */
  readonly bundle: Bundle | undefined;
  /** Whether this replica leads: what depends on the clock alone is left to one, for two clocks may differ. */
  readonly leads: boolean;
  readonly now: number;
};

export type Step =
  /** A new pair of a new CA, as a new Secret or in place of what is in it. */
  | { readonly do: 'create' | 'renew' }
  /** These CAs into every caBundle, and since now. */
  | { readonly do: 'publish'; readonly authorities: readonly string[] }
  /** Nothing, until then. */
  | { readonly do: 'wait'; readonly until: number };

const minute = 60_000;
const day = 24 * 60 * minute;

/** How long a pair is valid, and how long before its end the next takes its place: a month of nobody at work loses nothing. */
export const [validity, renewal] = [90 * day, 30 * day];
/** How long every API server is given to hear of a caBundle, and every replica of a Secret. */
export const settle = 5 * minute;
/** How many CAs a caBundle keeps beside the one that signs now: whoever deletes Secrets all day does not fill it. */
const most = 7;

/**
 * The next step of the webhook's certificate, worked out of what is stored alone: whoever comes after a crash goes on.
 * A write that met another is no matter, for each step is one write of an object that is still as it was seen.
 */
export function decide({ secret, bundle, leads, now }: View): Step {
  if (secret === 'none') return { do: 'create' };
  if (secret === 'unusable') return { do: 'renew' };
  const renewAt = secret.notAfter - renewal;
  if (leads && (now >= renewAt || now < secret.notBefore)) return { do: 'renew' };
  const renewed: Step = { do: 'wait', until: leads ? renewAt : Number.POSITIVE_INFINITY };
  if (bundle === undefined) return renewed;
  const { authority } = secret;
  const published = [...new Set(bundle.authorities.flat())];
  const older = published.filter(each => each !== authority).slice(-most);
  const isEven = bundle.authorities.every(each => each.length === published.length);
  const isDated = bundle.since !== undefined && bundle.since <= now;
  const isPublished = isEven && published.includes(authority) && published.length === older.length + 1;
  if (!isPublished || (leads && !isDated && older.length > 0)) {
    return { do: 'publish', authorities: [...older, authority] };
  }
  if (older.length === 0 || !leads) return renewed;
  // Replicas change to the new pair one settle after it was published.
  const dropAt = (bundle.since ?? now) + 2 * settle;
  return now >= dropAt
    ? { do: 'publish', authorities: [authority] }
    : { do: 'wait', until: Math.min(dropAt, renewAt) };
}

export type Serving<T extends Pair> = {
  /** What the Secret holds, if it can be served. */
  readonly secret: T | undefined;
  /** What this replica serves so far. */
  readonly held: T | undefined;
  readonly bundle: Bundle | undefined;
  readonly now: number;
};

/**
 * What a replica serves from now on; undefined before there is anything that the API server would accept. What it has is
 * kept until every API server knows of the next, and nothing is begun that the caBundle does not verify.
 */
export function toServe<T extends Pair>({ secret, held, bundle, now }: Serving<T>): T | undefined {
  if (secret === undefined) return held;
  if (bundle === undefined) return secret;
  const isVerified = ({ authority }: Pair) => bundle.authorities.every(each => each.includes(authority));
  if (!isVerified(secret)) return held;
  const isSettled = bundle.since !== undefined && now >= bundle.since + settle;
  const isGood = held !== undefined && isVerified(held) && now < held.notAfter;
  return isGood && !isSettled ? held : secret;
}

/** When `toServe` may have another answer though nothing else changes; undefined where that is never. */
export function settlesAt({ secret, held, bundle }: Serving<Pair>): number | undefined {
  const isWaiting = secret !== undefined && held !== undefined && secret.authority !== held.authority;
  return isWaiting && bundle?.since !== undefined ? bundle.since + settle : undefined;
}
