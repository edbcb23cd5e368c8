#!/usr/bin/env node
// What the package of npm starts: in words of a Node that is too old as well.
const { node } = process.versions;
if (Number(node.split('.')[0]) < 24) {
  process.stderr.write(
    `error: kubectl-seinode needs Node 24 or later, and this is ${node}: krew installs it with a Node inside\n`,
  );
  process.exitCode = 3;
} else {
  require('./plugin.cjs');
}
