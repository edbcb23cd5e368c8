import { withBed } from './bed.ts';
import { kills } from './kills.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
kills(test, bed, inNamespace);
