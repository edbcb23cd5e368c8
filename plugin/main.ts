#!/usr/bin/env node
import { run } from './cli.ts';
import { processTerminal } from './process.ts';

process.exitCode = await run(process.argv.slice(2), processTerminal());
