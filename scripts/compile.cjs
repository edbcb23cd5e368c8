// Runs command lines one after the other, in silence, and writes what V8 compiled of the script by then.
// Arguments: the script, where the result goes, command lines.
const { readFileSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

const [source, compiled, ...lines] = process.argv.slice(2);
const script = new Script(readFileSync(source, 'latin1'), { filename: 'kubectl-seinode' });
const silent = (_text, ...rest) => {
  rest.at(-1)?.();
  return true;
};
process.stdout.write = silent;
process.stderr.write = silent;
next();

function next() {
  const line = lines.shift();
  if (line === undefined) {
    writeFileSync(compiled, script.createCachedData());
    // Commands set it: what is not there was asked for.
    process.exitCode = 0;
    return;
  }
  process.argv = [process.execPath, process.execPath, ...line.split(' ')];
  process.once('beforeExit', next);
  script.runInThisContext()(require, module, exports);
  // A command without I/O would let the process end before it is told.
  setImmediate(() => {});
}
