import { answers } from './answers.ts';
import { withBed } from './bed.ts';
import type { Test } from './broken.ts';
import { controllers } from './long.ts';

for (const controller of controllers) {
  const { test, bed, inNamespace } = withBed({ controller });
  const named: Test = (title, run) => test(`${controller}: ${title}`, run);
  answers(named, bed, inNamespace);
}
