import { withBed } from './bed.ts';
import { meanwhile } from './meanwhile.ts';
import { volumeMeanwhile } from './volume-meanwhile.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
meanwhile(test, bed, inNamespace);
volumeMeanwhile(test, bed, inNamespace);
