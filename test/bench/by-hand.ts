import { findNodePrograms, findPrograms } from '../control-plane/programs.ts';
import { onBed } from './bed.ts';
import { measureFloor, measureOperator } from './measure.ts';

// `node test/bench/by-hand.ts COUNT floor | ours | COMMAND…`: one measure of the bench, such as that of another operator.
const [count, ...command] = process.argv.slice(2);
const [programs, nodePrograms] = [await findPrograms(), await findNodePrograms()];
if (!Number(count) || command.length === 0 || programs === undefined || nodePrograms === undefined) {
  console.error('say how many nodes, and `floor`, `ours`, or the command of an operator');
  process.exit(2);
}
const measured = await onBed(programs, nodePrograms, Number(count), (bed, nodes) => {
  if (command[0] === 'floor') return measureFloor(bed, nodes);
  return measureOperator(bed, nodes, command[0] === 'ours' ? undefined : command);
});
console.log(JSON.stringify(measured, null, 2));
