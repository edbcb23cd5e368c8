import test from 'ava';
import { lineOfField, type Written, writtenAt } from '../../../plugin/source/place.ts';
import { parseYAML } from '../../../plugin/source/yaml.ts';

const text = `# a node
apiVersion: v1
metadata:
  labels: {a: x,
    "b.c/d": y, on: z}
spec:
  peers: [
    {static: 1},
    {label: 2}
]
  list:
  -
    - deep: 1
  "quoted key": |
    lines: 1
    more: 2
  last: &x {p: 1}
  alias: *x
  010: octal
`;

const stands = test.macro({
  exec(t, field: string, line: number) {
    const chunk = { file: 'f', text, line: 101 };
    const parsed = parseYAML(chunk);
    if (!parsed.ok) return t.fail(parsed.error);
    t.is(lineOfField(writtenAt({ ...chunk, text: parsed.text }, parsed.events), field), 100 + line);
  },
  title: (_, field, line) => `${field || 'the object itself'} stands in line ${line}`,
});

test('a field is found also once other documents were read', t => {
  const places = ['a: 1\nb: 2\n', '# of another\nb: 2\na: 1\n'].map(text => {
    const chunk = { file: 'f', text, line: 1 };
    const parsed = parseYAML(chunk);
    return parsed.ok ? writtenAt(chunk, parsed.events) : t.fail(parsed.error);
  });
  const lines = [0, 1, 0].map(at => ['a', 'b'].map(field => lineOfField(places[at] as Written, field)));
  t.deepEqual(lines, [
    [1, 2],
    [3, 2],
    [1, 2],
  ]);
});

test(stands, '', 2);
test(stands, 'metadata', 3);
test(stands, 'metadata.name', 3);
test(stands, 'metadata.labels.a', 4);
test(stands, 'metadata.labels["b.c/d"]', 5);
test(stands, 'metadata.labels.true', 5);
test(stands, 'spec.peers[0].static', 8);
test(stands, 'spec.peers[1]', 9);
test(stands, 'spec.peers[2].label', 7);
test(stands, 'spec.list[0][0].deep', 13);
test(stands, 'spec["quoted key"]', 14);
test(stands, 'spec["quoted key"].more', 14);
test(stands, 'spec.last.p', 17);
test(stands, 'spec.alias.p', 18);
test(stands, 'spec["8"]', 19);
test(stands, 'status', 2);
