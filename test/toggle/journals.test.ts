import { withBed } from './bed.ts';
import { journals } from './journals.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
journals(test, bed, inNamespace);
