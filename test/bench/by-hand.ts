import { findNodePrograms, findPrograms } from '../control-plane/programs.ts';
import { onBed } from './bed.ts';
import { measureFloor, measureOperator } from './measure.ts';
import { oneByOneFloor, oneByOneOperator } from './one-node.ts';

// `node test/bench/by-hand.ts COUNT [one] floor | ours | COMMAND…`: one measure of the bench, such as that of another
// operator; of all nodes at once, or of `one` after the other.
const [count, ...words] = process.argv.slice(2);
const [bare, its, command] =
  words[0] === 'one'
    ? [oneByOneFloor, oneByOneOperator, words.slice(1)]
    : [measureFloor, measureOperator, words];
const [programs, nodePrograms] = [await findPrograms(), await findNodePrograms()];
if (!Number(count) || command.length === 0 || programs === undefined || nodePrograms === undefined) {
  console.error('say how many nodes, and `floor`, `ours`, or the command of an operator');
  process.exit(2);
}
const measured = await onBed<unknown>(programs, nodePrograms, Number(count), (bed, nodes) => {
  if (command[0] === 'floor') return bare(bed, nodes);
  return its(bed, nodes, command[0] === 'ours' ? undefined : command);
});
console.log(JSON.stringify(measured, null, 2));
