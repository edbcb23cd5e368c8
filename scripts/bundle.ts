import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { readPolicies } from '../plugin/policies.ts';
import { ec2Alone } from './ec2-alone.ts';

/**
 * What takes longer to load than the rest of a short command, replaced by what loads it once it is needed: string-width
 * and wrap-ansi ask ICU as they load, which ASCII does not need; yargs asserts a thing or two, and Node's assert brings
 * the colours of its differences.
 */
const late: Readonly<Record<string, string>> = {
  'string-width': `const real = () => require('string-width').default;
    export default (text, ...options) => (/^[ -~]*$/.test(text) ? text.length : real()(text, ...options));`,
  'wrap-ansi': `export default (...parameters) => require('wrap-ansi').default(...parameters);`,
  assert: `const that = (ok, message) => { if (!ok) throw new Error(message); };
    export const strictEqual = (a, b, message) => that(Object.is(a, b), message);
    export const notStrictEqual = (a, b, message) => that(!Object.is(a, b), message);`,
};

/**
 * Makes one script of the plugin, with the rules and the shells' scripts inside: a function of `require`, in ASCII.
 *
 * @param root of the repository. @param outfile where the script goes. @param part `front` is without the commands, but for
 * `completion`: V8 takes in a script as a whole. @returns the files that are in it.
 */
export async function bundlePlugin(
  root: string,
  outfile: string,
  part: 'front' | 'whole' = 'whole',
): Promise<ReadonlySet<string>> {
  const more = part === 'front' ? [loadedLate(), withoutCommands()] : [loadedLate()];
  // yargs asks where it is; inside an executable that is the executable.
  const { text, files } = await bundle(join(root, 'plugin/main.ts'), 'process.execPath', more);
  writeFileSync(outfile, `(function (require, module, exports) {${text}\n})`);
  return files;
}

/** Makes one script of the operator, with the rules inside, for `node` to run. @returns the files that are in it. */
export async function bundleOperator(root: string, outfile: string): Promise<ReadonlySet<string>> {
  const { text, files } = await bundle(join(root, 'operator/main.ts'), '__filename');
  writeFileSync(outfile, text);
  return files;
}

/** Makes one script of the sidecar, for `node` to run. @returns the files that are in it. */
export async function bundleSidecar(root: string, outfile: string): Promise<ReadonlySet<string>> {
  const apart = new Set<string>();
  const { text, files } = await bundle(join(root, 'sidecar/main.ts'), '__filename', [ec2Alone(apart)]);
  writeFileSync(outfile, text);
  return files.union(apart);
}

/** @param self what the script says is its own file. @param more plugins of this bundle alone. */
async function bundle(
  entryPoint: string,
  self: string,
  more: readonly Plugin[] = [],
): Promise<{ readonly text: string; readonly files: ReadonlySet<string> }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The script in an executable has no import(), not even of what is Node's own.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { 'import.meta.url': 'importMetaURL' },
    banner: { js: `const importMetaURL = require('node:url').pathToFileURL(${self}).href;` },
    plugins: [rulesInside(), scriptsInside(), policiesInside(), ...more],
    logLevel: 'warning',
  });
  const text = outputFiles[0]?.text.replace(/^#!.*\n/, '') ?? '';
  return { text, files: new Set(Object.keys(metafile.inputs)) };
}

/** In a bundle there is no file beside the module: the rules become part of it. */
function rulesInside(): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /[/\\]wasm[/\\]policy\.ts$/ }, ({ path }) => ({
      resolveDir: join(path, '..'),
      contents: `import bytes from './policy.wasm'; export const readPolicy = () => bytes;`,
    }));
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: readFileSync(path), loader: 'binary' }));
  };
  return { name: 'rules-inside', setup };
}

/** The same for the scripts of the shells. */
function scriptsInside(): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /[/\\]completion[/\\]scripts\.ts$/ }, ({ path }) => {
      const directory = join(path, '..', 'shell');
      const scripts = readdirSync(directory).map(file => [file, readFileSync(join(directory, file), 'utf8')]);
      const content = JSON.stringify(Object.fromEntries(scripts));
      const exported = /^export const shells.*$/m.exec(readFileSync(path, 'utf8'))?.[0];
      return { loader: 'ts', contents: `${exported}\nexport const readScript = file => (${content})[file];` };
    });
  };
  return { name: 'scripts-inside', setup };
}

/** The same for what `policy export` writes, packed: other commands are not to read past a megabyte. */
function policiesInside(): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /[/\\]plugin[/\\]policies\.ts$/ }, () => {
      const packed = gzipSync(JSON.stringify([...readPolicies()])).toString('base64');
      const contents = `import { gunzipSync } from 'node:zlib';
        export const readPolicies = () => new Map(JSON.parse(gunzipSync(Buffer.from('${packed}', 'base64'))));`;
      return { contents };
    });
  };
  return { name: 'policies-inside', setup };
}

/** scripts/launch.cjs gives the front no command line that asks for one. */
function withoutCommands(): Plugin {
  const setup: Plugin['setup'] = ({ onLoad }) => {
    onLoad({ filter: /[/\\]plugin[/\\]commands[/\\]/ }, ({ path }) => {
      const file = basename(path);
      return file.startsWith('completion')
        ? undefined
        : { contents: `throw new Error(${JSON.stringify(`${file} is not in the front`)});` };
    });
  };
  return { name: 'without-commands', setup };
}

function loadedLate(): Plugin {
  const setup: Plugin['setup'] = ({ onResolve, onLoad }) => {
    const filter = new RegExp(`^(${Object.keys(late).join('|')})$`);
    onResolve({ filter }, ({ path, pluginData, resolveDir, importer }) =>
      pluginData === 'real' || (path === 'assert' && !importer.includes('yargs'))
        ? undefined
        : { path, pluginData: resolveDir, namespace: 'late' },
    );
    onLoad({ filter: /./, namespace: 'late' }, ({ path, pluginData }) => ({
      resolveDir: pluginData,
      pluginData: 'real',
      contents: late[path] ?? '',
    }));
  };
  return { name: 'loaded-late', setup };
}
