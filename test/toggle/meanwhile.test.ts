import { survives } from '../faults/matrix.ts';
import { withBed } from './bed.ts';
import type { Test } from './broken.ts';
import { controllers } from './long.ts';
import { meanwhile } from './meanwhile.ts';
import { takenBack } from './taken-back.ts';
import { volumeMeanwhile } from './volume-meanwhile.ts';

for (const controller of controllers) {
  const { test, bed, inNamespace } = withBed({ controller });
  const survived =
    (fault: string): Test =>
    (title, run) =>
      test(`${controller}: ${title}`, t => survives({ who: 'plugin', fault }, () => run(t)));
  meanwhile(survived('a node, its pod or its journal touched by somebody under a toggle'), bed, inNamespace);
  takenBack(survived('a node touched by somebody after a toggle was killed'), bed, inNamespace);
  volumeMeanwhile(survived('a claim or volume touched by somebody under a toggle'), bed, inNamespace);
}
