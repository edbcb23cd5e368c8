import test, { type Implementation } from 'ava';

/** How ava is told of a test. */
export type Declare = typeof test | typeof test.serial;

/**
 * A `test` for what needs a tool that not every machine has: without it the test is skipped under a title that says
 * what is needed, except in CI, where it fails.
 *
 * @param what the need, and how to meet it. @param declare `test.serial` where tests of a file disturb each other.
 */
export function requires(
  what: string,
  available: boolean,
  declare: Declare = test,
): (title: string, run: Implementation<[]>) => void {
  if (available) {
    return (title, run) => declare(title, run);
  }
  return process.env.CI === 'true'
    ? title => test(title, t => t.fail(`needs ${what}`))
    : (title, run) => test.skip(`${title} (skipped: needs ${what})`, run);
}

/** The same for a tool that is a comfort, such as another shell: without it the test is skipped in CI as well. */
export function wants(what: string, available: boolean): (title: string, run: Implementation<[]>) => void {
  return available
    ? (title, run) => test(title, run)
    : (title, run) => test.skip(`${title} (skipped: needs ${what})`, run);
}
