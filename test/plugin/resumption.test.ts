import test from 'ava';
import { resumptionText } from '../../plugin/output/toggle-plan.ts';
import type { Terminal } from '../../plugin/terminal.ts';
import { claim, journal, seen, volume } from '../core/toggle/cases.ts';

const terminal: Terminal = {
  out: () => {},
  error: () => {},
  width: 100,
  color: false,
  stdin: async () => new Uint8Array(),
  closed: new AbortController().signal,
};
const safe = { claim: claim({ ownerReferences: [] }), volume: volume('Retain') };

test('who goes on with a toggle sees what is created from its journal', t => {
  const gone = seen({ node: undefined, statefulSet: undefined, pods: [], ...safe });
  const text = resumptionText(journal({ deleting: 'u0' }), gone, terminal);
  t.regex(
    text,
    /^ {2}Created +SeiNode n0 of chain arctic-1 with image sei:v6\.3\.0, as the journal has it$/m,
  );
});

test('while there is a node, what is created is what that is', t => {
  t.notRegex(resumptionText(journal(), seen(), terminal), /Created/);
});
