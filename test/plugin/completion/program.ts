#!/usr/bin/env node
import type { Argv } from 'yargs';
import { answerCompletion } from '../../../plugin/completion/answer.ts';
import { processTerminal } from '../../../plugin/process.ts';

// Stands in a shell's test for the plugin: two commands with every kind of value. Its answers are the real ones.
const [, ...words] = process.argv.slice(2);
void answerCompletion(define, words, processTerminal());

function define(yargs: Argv): Argv {
  return yargs
    .command('inspect <node>', 'One node: with "quotes", $HOME and `ticks`', flags)
    .command('list', 'The fleet', flags)
    .help();
}

function flags(yargs: Argv): Argv {
  return yargs
    .option('output', { alias: 'o', choices: ['json', 'yaml'] })
    .option('filename', { alias: 'f', describe: 'File or directory' })
    .option('kubeconfig', { describe: 'Kubeconfig file' })
    .option('context', { describe: 'Context' })
    .option('namespace', { alias: 'n', describe: 'Namespace' });
}
