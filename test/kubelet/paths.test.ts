import test from 'ava';
import { mapPaths } from './paths.ts';

const map = mapPaths(
  new Map([
    ['/.sei', '/pods/data'],
    ['/tmp', '/pods/scratch'],
    ['/etc/tls', '/pods/secret'],
    ['/etc/tls/more', '/pods/more'],
  ]),
);

for (const [text, wanted] of [
  ['/.sei', '/pods/data'],
  ['--tls-cert-file=/etc/tls/tls.crt', '--tls-cert-file=/pods/secret/tls.crt'],
  ['/etc/tls/more/a:/etc/tls/b', '/pods/more/a:/pods/secret/b'],
  ['cd "/.sei/tmp" && ls \'/tmp\'', 'cd "/pods/data/tmp" && ls \'/pods/scratch\''],
  ['$HOME/tmp x/tmp ../tmp a}/tmp', '$HOME/tmp x/tmp ../tmp a}/tmp'],
  ['/etc/tlsx /tmp.old /tmp-1 http://127.0.0.1:7777/', '/etc/tlsx /tmp.old /tmp-1 http://127.0.0.1:7777/'],
] as const) {
  test(`of mount paths ${text} becomes ${wanted}`, t => {
    t.is(map(text), wanted);
  });
}

test('without mounts a text stays', t => {
  t.is(mapPaths(new Map())('/tmp'), '/tmp');
});
