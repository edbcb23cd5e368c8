import { withBed } from './bed.ts';
import type { Test } from './broken.ts';
import { controllers } from './long.ts';
import { meanwhile } from './meanwhile.ts';
import { volumeMeanwhile } from './volume-meanwhile.ts';

for (const controller of controllers) {
  const { test, bed, inNamespace } = withBed({ controller });
  const named: Test = (title, run) => test(`${controller}: ${title}`, run);
  meanwhile(named, bed, inNamespace);
  volumeMeanwhile(named, bed, inNamespace);
}
