import { answers } from './answers.ts';
import { withBed } from './bed.ts';

const { test, bed, inNamespace } = withBed({ controller: 'ours' });
answers(test, bed, inNamespace, 'disable');
