import test from 'ava';
import { diagnose } from '../../../core/doctor/diagnose.ts';
import type { Facts } from '../../../core/doctor/facts.ts';
import type { Verdict } from '../../../core/doctor/verdict.ts';
import { healthy } from './healthy.ts';

/** A healthy cluster but for this, and what one check then says. */
export type Finding = readonly [
  title: string,
  change: Partial<Facts> | Promise<Partial<Facts>>,
  check: string,
  status: Verdict['status'],
  message: RegExp,
];

/** One test for each: the check says so, with a fix where something is to be mended. */
export function findings(table: readonly Finding[]): void {
  for (const [title, change, check, status, message] of table) {
    test(`${check}: ${title}`, async t => {
      const found = diagnose({ ...healthy, ...(await change) }).find(one => one.check === check);
      t.is(found?.status, status, found?.message);
      t.regex(found?.message ?? '', message);
      t.is(found?.fix !== undefined, status === 'fail' || status === 'warn');
    });
  }
}
