import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is yes; to throw is to say no.
 *
 * @returns false where there was no yes within the time.
 */
export async function until(
  check: () => Promise<boolean> | boolean,
  milliseconds = 180_000,
): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!(await attempt(check))) {
    if (Date.now() > deadline) {
      return false;
    }
    await sleep(50);
  }
  return true;
}

async function attempt(check: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
