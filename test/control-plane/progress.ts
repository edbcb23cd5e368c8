import { createLogUpdate } from 'log-update';

/** Draws what is under way in place of what was drawn before; an empty text takes it away. */
export type Draw = (text: string) => void;

const length = 24;

/** On a terminal what is under way is drawn on stderr; elsewhere nothing is. */
export function drawing(stream: NodeJS.WriteStream): Draw {
  if (!stream.isTTY) return () => {};
  const draw = createLogUpdate(stream);
  return text => (text === '' ? draw.clear() : draw(text));
}

/** `kube-apiserver v1.36.3  ████████████░░░░░░░░░░░░  612 of 1,240 packages`. */
export function bar(title: string, done: number, total: number, unit: string): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * length);
  const count = (value: number) => value.toLocaleString('en');
  const filled = '█'.repeat(full) + '░'.repeat(length - full);
  return `${title}  ${filled}  ${count(Math.min(done, total))} of ${count(total)} ${unit}`;
}
