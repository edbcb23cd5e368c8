import { isMainThread } from 'node:worker_threads';
import { limitHeap } from './heap-limits.ts';

// A report of Node, should somebody ask for one, tells nothing of the environment: there are tokens in it.
process.report.excludeEnv = true;
// Before all that the operator is made of is loaded: it would be twice.
if (isMainThread) limitHeap();
// One script is the operator, and in a thread of it the webhook: a bundle has no second file.
if (isMainThread) void import('./start.ts').then(({ start }) => start(new URL(import.meta.url)));
else void import('./webhook/worker.ts');
