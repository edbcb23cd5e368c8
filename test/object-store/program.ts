import { findGoTool } from '../../scripts/go-tool.ts';

/**
 * Finds the object store that tests run against, versitygw: S3 in front of a directory.
 *
 * @returns the path of the program, undefined where there is none and it cannot be built.
 */
export function findObjectStore(): string | undefined {
  return findGoTool({
    name: 'versitygw',
    version: 'v1.8.0',
    module: 'github.com/versity/versitygw',
    inside: './cmd/versitygw',
    takes: 'one to three minutes',
  });
}
