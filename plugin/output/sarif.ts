import { createHash } from 'node:crypto';
import type { Invocation, Log, Message, ReportingConfiguration, ReportingDescriptor, Result } from 'sarif';
import type { Rule, Severity } from '../../core/policy.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Finding } from '../findings.ts';
import type { Fault } from '../source/fleet.ts';
import type { Report } from './report.ts';
import { locationOf, objectLocation, workingDirectory } from './sarif-location.ts';
import { toJSON } from './structured.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } satisfies Record<
  Severity,
  ReportingConfiguration.level
>;

/** What could not be read is a notification; SARIF asks that its kind is described. */
const unreadable: ReportingDescriptor = {
  id: 'unreadable',
  shortDescription: { text: 'Something could not be read or judged' },
};

/** SARIF 2.1.0, as GitHub code scanning and others read it; the same bytes for the same findings. */
export function sarif(report: Report): string {
  const { rules, findings, faults, directory } = report;
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const identify = fingerprints();
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: manifest.name,
            version: manifest.version,
            informationUri: 'https://github.com/sei-protocol/kubectl-seinode',
            rules: rules.map(ruleDescriptor),
            notifications: [unreadable],
          },
        },
        invocations: [invocation(faults, directory)],
        originalUriBaseIds: workingDirectory,
        results: findings.map(finding => result(finding, indexes, identify(finding), directory)),
      },
    ],
  };
  return toJSON(log);
}

function ruleDescriptor({ id, title, description, severity, docs, example, fix }: Rule): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    ...(docs && { helpUri: docs }),
    help: {
      text: [
        description,
        `Fix: ${fix}`,
        ...(example === '' ? [] : [`Example of a finding:\n${example}`]),
      ].join('\n\n'),
      markdown: [
        ...[description, `**Fix.** ${fix}`],
        ...(example === '' ? [] : ['**Example of a finding**', `\`\`\`yaml\n${example}\`\`\``]),
        ...(docs === '' ? [] : [`[${id}](${docs})\n`]),
      ].join('\n\n'),
    },
    defaultConfiguration: { level: levels[severity] },
  };
}

function invocation(faults: readonly Fault[], directory: string): Invocation {
  return {
    executionSuccessful: faults.length === 0,
    toolExecutionNotifications: faults.map(fault => ({
      descriptor: { id: unreadable.id, index: 0 },
      level: 'error',
      message: plainText([fault.field, fault.message].filter(part => part !== undefined).join(': ')),
      ...(fault.file !== undefined && { locations: [locationOf(fault, directory)] }),
    })),
  };
}

function result(
  finding: Finding,
  indexes: ReadonlyMap<string, number>,
  fingerprint: string,
  directory: string,
): Result {
  const { rule, severity, message, fix, file } = finding;
  const hasSource = file !== undefined && file !== '-';
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    level: levels[severity],
    message: plainText(`${message}.\nFix: ${fix}`),
    locations: [objectLocation(finding, directory)],
    partialFingerprints: {
      'object/v1': fingerprint,
      // GitHub knows alerts again by this one alone, and computes it only where it finds the file.
      ...(!hasSource && { primaryLocationLineHash: fingerprint }),
    },
  };
}

/**
 * What a finding is known by from run to run: its rule, object and field, not its line, file or words; where these are
 * the same, also which of them it is.
 */
function fingerprints(): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return ({ rule, object, field }) => {
    const { kind, namespace, name } = object;
    const identity = JSON.stringify([rule, kind, namespace, name, field]);
    const count = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, count);
    return `${createHash('sha256').update(identity).digest('hex')}:${count}`;
  };
}

/** A message that holds no placeholder and no link (SARIF §3.11.5, §3.11.6), whatever the data. */
function plainText(text: string): Message {
  return { text: text.replaceAll(/[{}]/g, '$&$&').replaceAll('](', '\\](') };
}
