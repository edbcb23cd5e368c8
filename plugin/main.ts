#!/usr/bin/env node
import { run } from './cli.ts';
import { processTerminal } from './process.ts';

// A report of Node, should somebody ask for one, tells nothing of the environment: there are tokens in it.
process.report.excludeEnv = true;
// Not awaited at the top: a single executable is a script, and a script has no top-level await.
void run(process.argv.slice(2), processTerminal()).then(code => {
  process.exitCode = code;
});
