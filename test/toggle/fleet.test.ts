import { asking } from './asking.ts';
import { withBed } from './bed.ts';
import { fleet } from './fleet.ts';
import { rights } from './rights.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
asking(test, bed, inNamespace);
fleet(test, bed, inNamespace);
rights(test, bed, inNamespace);
