import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Location, Run } from 'sarif';
import type { Place } from '../source/fleet.ts';
import { pathOf, type Subject } from './report.ts';

const base = '%SRCROOT%';

/** What relative URIs are relative to. Where that is, is left to the reader: the report is the same on every machine. */
export const workingDirectory: NonNullable<Run['originalUriBaseIds']> = {
  [base]: { description: { text: 'The directory in which the files were named' } },
};

/** Where something is written. */
export function locationOf({ file = '-', line }: Partial<Place>, directory: string): Location {
  return {
    physicalLocation: {
      artifactLocation: fileLocation(file, directory),
      ...(line !== undefined && { region: { startLine: line } }),
    },
  };
}

/** Where an object is written, and which it is. */
export function objectLocation(subject: Subject, directory: string): Location {
  const { kind, namespace, name } = subject.object;
  const { physicalLocation } =
    subject.file === undefined ? inCluster(subject) : locationOf(subject, directory);
  return {
    ...(physicalLocation && { physicalLocation }),
    logicalLocations: [{ name, fullyQualifiedName: `${namespace}/${name}`, kind }],
  };
}

/**
 * An object of a cluster is in no file, but GitHub refuses a report with a result in none, and a scheme of another kind
 * than `file`: a relative URI says where it is.
 */
function inCluster({ object: { kind, namespace, name } }: Subject): Location {
  const uri = encoded(`cluster/${namespace}/${kind}/${name}`);
  return {
    physicalLocation: {
      artifactLocation: { uri, description: { text: `${kind} ${namespace}/${name} of the cluster` } },
    },
  };
}

/** A file above the working directory has an absolute URI: SARIF wants no `..`, and a reader can make it relative. */
function fileLocation(file: string, directory: string): ArtifactLocation {
  const path = pathOf(file, directory);
  if (path === undefined) {
    return { uri: 'stdin', description: { text: 'standard input' } };
  }
  return isAbsolute(path) ? { uri: pathToFileURL(path).href } : { uri: encoded(path), uriBaseId: base };
}

function encoded(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
