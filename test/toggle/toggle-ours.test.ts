import { withBed } from './bed.ts';
import { toggles } from './toggles.ts';

const { test, bed, inNamespace } = withBed({ controller: 'ours' });
toggles(test, bed, inNamespace);
