import { withBed } from './bed.ts';
import { meanwhile } from './meanwhile.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
meanwhile(test, bed, inNamespace);
