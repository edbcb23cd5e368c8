import type { Measured } from './measure.ts';
import type { Row } from './report.ts';

type Fleet = { readonly count: number; readonly measured: Measured };

type Beside = { readonly floor: Measured; readonly ours: Measured };

/** The time of nodes that are created at once, beside a bare client. */
export function onceCreated(count: number, { floor, ours }: Beside): Row {
  return {
    what: `${count} nodes created at once, all Running`,
    ours: timesOf(ours),
    peer: `${timesOf(floor)} a bare client`,
    figure: ours.seconds / floor.seconds,
    target: 1.15,
    runs: { ours, peer: floor },
  };
}

/** What is written for them. */
export function writesOf(count: number, { floor, ours }: Beside): Row[] {
  const writes = `${count} nodes, writes a node`;
  return [
    row(`${writes} until then`, ours.writes, 7, floor.writes.toFixed(1)),
    row(`${writes} in the minute after`, ours.writesAfter, 0),
  ];
}

/** What the operator's process used for them. */
export function costs(count: number, measured: Measured): Row[] {
  return [
    row(`${count} nodes, CPU seconds of the operator, the minute after too`, cpuOf(measured), 7),
    row(`${count} nodes, peak memory of the operator in MB`, peakOf(measured), 200),
  ];
}

/** That a node of many costs no more than one of few. */
export function linear(few: Fleet, many: Fleet): Row[] {
  const compared = (what: string, unit: string, of: (fleet: Fleet) => number): Row => ({
    what: `${what} a node, ${many.count} nodes beside ${few.count}`,
    ours: `${of(many).toFixed(1)} ${unit}`,
    peer: `${of(few).toFixed(1)} ${unit}`,
    figure: of(many) / of(few),
    target: 1.1,
  });
  return [
    compared('CPU', 'ms', ({ count, measured }) => (cpuOf(measured) / count) * 1000),
    compared('time until all run', 'ms', ({ count, measured }) => (measured.seconds / count) * 1000),
    row(`${many.count} nodes, peak memory of the operator in MB`, peakOf(many.measured), 400),
  ];
}

function row(what: string, figure: number, target: number, peer = '-'): Row {
  return { what, ours: figure.toFixed(1), peer, figure, target };
}

/** With the machine's load average, without which a time says little. */
function timesOf({ seconds, median, load }: Measured): string {
  const [from, to] = load.map(value => value.toFixed(1));
  return `${seconds.toFixed(1)} s (p50 ${median.toFixed(1)} s, load ${from} to ${to})`;
}

/** With the minute after: what a steady fleet costs belongs to it. */
function cpuOf({ cost }: Measured): number {
  return cost?.minuteAfter.cpuSeconds ?? Number.NaN;
}

function peakOf({ cost }: Measured): number {
  return cost?.minuteAfter.peakMegabytes ?? Number.NaN;
}
