import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded by a test (`node --import`): names every module that the program loads, on its file descriptor 3.
registerHooks({
  load: (url, context, next) => {
    writeSync(3, `${url}\n`);
    return next(url, context);
  },
});
