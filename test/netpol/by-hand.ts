import { contradictions, counted } from './compare.ts';
import { askAnalyzer } from './netpol-analyzer.ts';
import { askRules } from './ours.ts';
import { networkIn } from './workloads.ts';

// `node test/netpol/by-hand.ts DIRECTORY…`: the rules against netpol-analyzer, on PATH, over manifests such as its own tests.
const total = { agree: 0, differ: 0, 'left out': 0, verdicts: 0, unknown: 0 };
for (const directory of process.argv.slice(2)) {
  try {
    compare(directory);
  } catch (fault) {
    total['left out'] += 1;
    console.log(`${directory}: left out: ${String(fault).split('\n')[0]}`);
  }
}
console.log(total);

function compare(directory: string): void {
  const network = networkIn(directory);
  if (network === undefined) {
    total['left out'] += 1;
    return;
  }
  const ours = askRules(network);
  const lines = contradictions(ours, askAnalyzer(network, directory), 'netpol-analyzer');
  const { verdicts, unknown } = counted(network, ours);
  total.verdicts += verdicts;
  total.unknown += unknown;
  total[lines.length === 0 ? 'agree' : 'differ'] += 1;
  for (const line of lines) console.log(`${directory}: ${line}`);
}
