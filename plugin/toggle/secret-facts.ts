import type { SecretLookup } from '../../core/findings/judgeable.ts';
import type { TLSVerdict } from '../../core/policy.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { readTLSSecret, utcSeconds, withCause } from '../../core/tls-secret.ts';
import type { SecretFacts } from '../../core/toggle/facts.ts';
import { createJudge } from '../../wasm/judge.ts';

/** What the gate will say of a Secret, by the rule that it goes by (contract §2). @param node as it will be. */
export function secretFacts(node: SeiNode, lookup: SecretLookup, now: string): SecretFacts {
  const secret = lookup.found === 'yes' ? lookup.secret : undefined;
  const unavailable = lookup.found === 'unreadable' ? { unavailable: lookup.why } : {};
  const answer = createJudge().verdict({ now, node, ...(secret && { secret }), ...unavailable });
  const judged = answer.ok ? answer.value : undefined;
  const unjudged = { status: 'Unknown', reason: 'Unavailable', message: 'the rules gave no answer' } as const;
  const verdict: TLSVerdict = judged ?? (answer.ok ? unjudged : { ...unjudged, message: answer.error });
  const leaf = secret && readTLSSecret(secret).leaf;
  return {
    verdict: { ...verdict, message: withCause(verdict.message, verdict.reason, secret) },
    ...(leaf?.ok && { notAfter: utcSeconds(leaf.value.notAfterUnix) }),
  };
}
