import test from 'ava';
import { MultiMap } from '../../operator/multi-map.ts';

test('values are kept under their key, each once, and a key without values holds nothing', t => {
  const map = new MultiMap();
  map.add('a', '1');
  map.add('a', '1');
  map.add('a', '2');
  map.add('b', '3');
  t.deepEqual([...map.get('a')], ['1', '2']);
  map.delete('a', '1');
  map.delete('a', '2');
  map.delete('a', '2');
  t.deepEqual([[...map.get('a')], [...map.get('b')]], [[], ['3']]);
});
