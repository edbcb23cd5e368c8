import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

// `npm run build`: dist/kubectl-seinode, one executable for this platform, with Node and the rules inside.
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const executable = join(dist, process.platform === 'win32' ? 'kubectl-seinode.exe' : 'kubectl-seinode');
const work = mkdtempSync(join(tmpdir(), 'build-'));

try {
  mkdirSync(dist, { recursive: true });
  await bundle(join(work, 'main.cjs'));
  const blob = makeBlob(join(work, 'main.cjs'));
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  injectBlob(blob);
  console.log(`built ${executable}`);
} finally {
  rmSync(work, { recursive: true });
}

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'plugin/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // yargs asks where it is; inside an executable that is the executable.
    define: { 'import.meta.url': 'importMetaURL' },
    banner: { js: "const importMetaURL = require('node:url').pathToFileURL(process.execPath).href;" },
    plugins: [rulesInside(), scriptsInside(), widthOfASCII()],
    logLevel: 'warning',
  });
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

/**
 * string-width asks ICU as soon as it loads, which takes as long as Node's start. ASCII, all that help is made of, needs
 * neither.
 */
function widthOfASCII(): Plugin {
  const setup: Plugin['setup'] = ({ onResolve, onLoad }) => {
    onResolve({ filter: /^string-width$/ }, ({ pluginData, resolveDir }) =>
      pluginData === 'real' ? undefined : { path: resolveDir, namespace: 'width' },
    );
    onLoad({ filter: /./, namespace: 'width' }, ({ path }) => ({
      resolveDir: path,
      pluginData: 'real',
      contents: `const real = () => require('string-width').default;
        export default (text, ...options) => (/^[ -~]*$/.test(text) ? text.length : real()(text, ...options));`,
    }));
  };
  return { name: 'width-of-ascii', setup };
}

/** What Node finds inside its own executable and runs in place of a file. @returns the blob's path. */
function makeBlob(main: string): string {
  const output = join(work, 'sea.blob');
  const config = join(work, 'sea.json');
  const options = { disableExperimentalSEAWarning: true, useCodeCache: true, execArgvExtension: 'none' };
  writeFileSync(config, JSON.stringify({ main, output, ...options }));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
  return output;
}

function injectBlob(blob: string): void {
  const postject = join(root, 'node_modules/postject/dist/cli.js');
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
  const args = [
    executable,
    'NODE_SEA_BLOB',
    blob,
    '--sentinel-fuse',
    fuse,
    '--macho-segment-name',
    'NODE_SEA',
  ];
  // It warns of sections of Node's own that it leaves alone.
  execFileSync(process.execPath, [postject, ...args], { stdio: 'pipe' });
}
