import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded by a test (`node --import`): names every module that the program loads, on its file descriptor 3, and stdin,
// which is opened by who asks for it.
registerHooks({
  load: (url, context, next) => {
    writeSync(3, `${url}\n`);
    return next(url, context);
  },
});

const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')?.get;
Object.defineProperty(process, 'stdin', {
  get: () => {
    writeSync(3, 'stdin\n');
    return stdin?.call(process);
  },
});
