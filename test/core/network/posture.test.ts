import test from 'ava';
import { postureOf } from '../../../core/network/posture.ts';
import type { Severity, Violation } from '../../../core/policy.ts';

function violation(rule: string, message: string, severity: Severity = 'error'): Violation {
  return { rule, severity, message, details: {}, field: 'spec', fix: '', docs: '' };
}
const open = violation('netpol-tasks-port', '8443 is open');
const scraped = violation('netpol-public-port', '9100 is open');
const blocked = violation('netpol-blocked', 'the controller is kept out');
const unsure = violation('netpol-tasks-port', 'a CiliumNetworkPolicy decides', 'warning');
const note = violation('netpol-public-port', 'a remark', 'info');

const rows: [title: string, violations: Violation[], condition: string][] = [
  [
    'nothing is found',
    [],
    'True Ready: controller and monitoring reach their ports, and nobody else is let in to them',
  ],
  ['the tasks port is open', [open], 'False Open: 8443 is open'],
  ['the public port is open', [scraped], 'False Open: 9100 is open'],
  ['the controller is kept out', [blocked], 'False Blocked: the controller is kept out'],
  [
    'both are so, and open is the graver',
    [blocked, open],
    'False Open: 8443 is open; the controller is kept out',
  ],
  ['the rules cannot tell', [unsure], 'Unknown Undecided: a CiliumNetworkPolicy decides'],
  ['something is certain beside what is not', [unsure, blocked], 'False Blocked: the controller is kept out'],
  ['two ports are open, and tasks are the graver', [scraped, open], 'False Open: 8443 is open; 9100 is open'],
  [
    'something is found by another rule',
    [violation('listener-split', 'x')],
    'True Ready: controller and monitoring reach their ports, and nobody else is let in to them',
  ],
  ['one thing is found twice', [open, open], 'False Open: 8443 is open'],
];
for (const [title, violations, condition] of rows) {
  test(`the condition where ${title}`, t => {
    const { status, reason, message } = postureOf(violations);
    t.is(`${status} ${reason}: ${message}`, condition);
  });
}

test('a remark changes nothing', t => t.is(postureOf([note]).reason, 'Ready'));

test('of a hundred findings five are told', t => {
  const many = Array.from({ length: 100 }, (_, index) => violation('netpol-tasks-port', `peer ${index}`));
  t.is(postureOf(many).message, 'peer 0; peer 1; peer 2; peer 3; peer 4; and 95 more');
});
