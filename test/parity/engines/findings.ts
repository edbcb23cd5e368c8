import type { Found as Finding } from '../../../core/findings/finding.ts';
import { type Answer, answerOf, type Found, nameOf } from '../case.ts';

/** What core/findings or the plugin finds, as every engine says it: how to mend it is theirs alone. */
export function answerOfFindings(findings: readonly Omit<Finding, 'at' | 'repair'>[]): Answer {
  return answerOf(
    findings.map(({ rule, severity, object, field, message, details }): Found => {
      const { patches: _, create: __, ...told } = details;
      const { namespace, name } = object;
      return {
        rule,
        severity,
        object: nameOf({ ...object, metadata: { namespace, name } }),
        field,
        message: withoutCause(message),
        details: told,
      };
    }),
  );
}

/** Why a pair of certificate and key does not load is said by our own parser, which no rule can. */
function withoutCause(message: string): string {
  return message.replace(/(are not a pair that a TLS server can load): .*/s, '$1');
}
