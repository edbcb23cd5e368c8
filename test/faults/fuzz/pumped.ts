/** What stands in a regular expression, each as a text that it may match. */
const part = /\\[pP]\{[^}]+\}|\\u[\da-f]{4}|\\.|\[(?:[^\]\\]|\\.)*\]|\(\?<?[:=!]|\{\d+,?\d*\}|[^\\[]/g;

const classes: Readonly<Record<string, string>> = {
  d: '1',
  D: 'a',
  s: ' ',
  S: 'a',
  w: 'a',
  W: ' ',
  b: '',
  B: '',
  n: '\n',
  r: '\r',
  t: '\t',
  p: '\u0001',
  '1': '',
};

function texts(source: string): string[] {
  return [...source.matchAll(part)].flatMap(([each]) => {
    if (/^(\(\?<?[:=!]|\{|[()|^$*+?]$)/.test(each)) return [];
    if (each === '.') return ['a'];
    if (each.startsWith('[')) return [ofSet(each.slice(1, -1))];
    if (each.startsWith('\\u')) return [String.fromCharCode(Number.parseInt(each.slice(2), 16))];
    return [each.startsWith('\\') ? (classes[each[1]!] ?? each[1]!) : each];
  });
}

/** One character of a set, or of what a set leaves out. */
function ofSet(set: string): string {
  const written = new RegExp(`^[${set}]$`, set.includes('\\p') ? 'u' : '');
  return [...'a1 -.:/,"\n\r\t(%A=_'].find(character => written.test(character)) ?? 'a';
}

/** The longest run of parts that is repeated. */
const longestPump = 8;

/** Texts of about `length` that hold a regular expression up if anything does: what it may match, again and again, and an end that it does not. */
export function* pumped({ source }: RegExp, length: number): Generator<string> {
  const parts = texts(source);
  const seen = new Set<string>();
  for (let from = 0; from < parts.length; from++) {
    for (let to = from + 1; to <= Math.min(parts.length, from + longestPump); to++) {
      const pump = parts.slice(from, to).join('');
      if (pump === '') continue;
      for (const head of new Set(['', parts.slice(0, from).join('')])) {
        for (const end of ['\u0001', '\n\u0001', 'x/', ' !']) {
          const key = JSON.stringify([head, pump, end]);
          if (!seen.has(key)) yield head + pump.repeat(Math.ceil(length / pump.length)) + end;
          seen.add(key);
        }
      }
    }
  }
}
