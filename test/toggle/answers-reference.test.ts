import { answers } from './answers.ts';
import { withBed } from './bed.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
answers(test, bed, inNamespace, 'enable');
