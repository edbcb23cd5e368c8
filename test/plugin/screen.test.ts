import test from 'ava';
import { screen } from '../../plugin/process.ts';

const terminal = { isTTY: true, columns: 80 };
const pipe = {};

const shows = test.macro({
  exec(t, stream: object, env: NodeJS.ProcessEnv, expected: object) {
    t.deepEqual(screen(stream, env), expected as ReturnType<typeof screen>);
  },
  title: (_, stream, env) => `the screen of ${JSON.stringify(stream)} with ${JSON.stringify(env)}`,
});

test(shows, terminal, {}, { width: 80, foldAt: 80, color: true });
test(shows, terminal, { TERM: 'xterm' }, { width: 80, foldAt: 80, color: true });
test(shows, terminal, { TERM: 'dumb' }, { width: 80, foldAt: 80, color: false });
test(shows, terminal, { NO_COLOR: '1' }, { width: 80, foldAt: 80, color: false });
test(shows, terminal, { NO_COLOR: 'false' }, { width: 80, foldAt: 80, color: false });
test(shows, terminal, { NO_COLOR: '' }, { width: 80, foldAt: 80, color: true });
test(shows, terminal, { COLUMNS: '120' }, { width: 120, foldAt: 120, color: true });
test(shows, terminal, { COLUMNS: '0' }, { width: 80, foldAt: 80, color: true });
test(shows, terminal, { COLUMNS: 'wide' }, { width: 80, foldAt: 80, color: true });
test(shows, { isTTY: true, columns: 0 }, {}, { width: 100, color: true });
test(shows, pipe, {}, { width: 100, color: false });
test(shows, pipe, { COLUMNS: '60' }, { width: 60, color: false });
test(shows, pipe, { FORCE_COLOR: '1' }, { width: 100, color: false });
