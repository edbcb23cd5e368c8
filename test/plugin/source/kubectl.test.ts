import test from 'ava';
import { parseYAML } from '../../../plugin/source/yaml.ts';
import table from './kubectl.json' with { type: 'json' };

const reads = test.macro({
  exec(t, text: string, expected: string | undefined) {
    const parsed = parseYAML({ file: 'f', text, line: 1 });
    t.is(parsed.ok, expected !== undefined, JSON.stringify(parsed));
    if (parsed.ok && expected !== undefined)
      t.deepEqual(JSON.parse(JSON.stringify(parsed.value ?? null)), JSON.parse(expected));
  },
  title: (_, text, expected) => `${JSON.stringify(text)} is ${expected ?? 'refused'}, as kubectl reads it`,
});

// What sigs.k8s.io/yaml 1.6.0 makes of each text, as JSON; a text alone is one that it refuses, or whose keys repeat.
for (const [text, ...json] of table as unknown[][])
  test(reads, String(text), json.length === 0 ? undefined : JSON.stringify(json[0]));
