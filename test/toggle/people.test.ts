import { withBed } from './bed.ts';
import { interrupt } from './interrupt.ts';
import { twoPeople } from './two-people.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
interrupt(test, bed, inNamespace);
twoPeople(test, bed, inNamespace);
