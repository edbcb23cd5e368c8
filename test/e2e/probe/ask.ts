import { ask } from './question.ts';

// In a probe pod: asks what its argument says and writes the answer, both JSON.
console.log(JSON.stringify(await ask(JSON.parse(process.argv[2]!))));
