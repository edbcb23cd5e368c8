import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * Of the client of EC2 only what the sidecar asks for: the whole of it is as much as the sidecar beside it. It is bundled
 * apart, as what is loaded late is never shaken; the runtime of the SDK stays that of the client of S3.
 *
 * @param files where the files are named that are in it.
 */
export function ec2Alone(files: Set<string>): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /[/\\]peers[/\\]ec2-client\.ts$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        entryPoints: [path],
        ...({
          write: false,
          metafile: true,
          bundle: true,
          platform: 'node',
          target: 'node24',
          format: 'esm',
        } as const),
        ...({ minifySyntax: true, minifyWhitespace: true, legalComments: 'none' } as const),
        mainFields: ['module', 'main'],
        external: ['@aws-sdk/core', '@aws-sdk/credential-provider-node', '@smithy/*'],
        plugins: [schemasThatShake()],
      });
      for (const file of Object.keys(metafile.inputs)) files.add(file);
      const resolveDir = dirname(fileURLToPath(import.meta.resolve('@aws-sdk/client-ec2')));
      return { contents: outputFiles[0]?.text ?? '', resolveDir, loader: 'js' };
    });
  };
  return { name: 'ec2-alone', setup };
}

/** esbuild keeps every list that names another one: it is told that making one does nothing else. */
function schemasThatShake(): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /client-ec2[/\\]dist-es[/\\]schemas[/\\]\w+\.js$/ }, ({ path }) => {
      const lists = /^((?:export )?(?:var|const) [\w$]+ = )(\[[^;]*\]);$/gm;
      return { contents: readFileSync(path, 'utf8').replaceAll(lists, '$1/* @__PURE__ */ (() => $2)();') };
    });
  };
  return { name: 'schemas-that-shake', setup };
}
