// For `node --require`: what befalls a process from outside. At SIGUSR2 it takes the file MISFORTUNE, {shift, block} in milliseconds:
// the clock of the day is then off by as much, and its thread stands still for as long.
const { readFileSync, rmSync } = require('node:fs');

const { Date: Real } = globalThis;
let shift = 0;

globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [Real.now() + shift] : given));
  }

  static now() {
    return Real.now() + shift;
  }
};

process.on('SIGUSR2', () => {
  const asked = JSON.parse(readFileSync(process.env.MISFORTUNE, 'utf8'));
  shift = asked.shift ?? shift;
  rmSync(process.env.MISFORTUNE);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, asked.block ?? 0);
});
