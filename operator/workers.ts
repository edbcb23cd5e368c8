import type { Queue } from './queue.ts';

/** Milliseconds after which a key wants to be looked at again; undefined where events suffice. */
export type Delay = number | undefined;

/** `requeue`: later each time, as after a failure that is worth no line. `gone`: never, nor what was wished before. */
export type Again = Delay | 'requeue' | 'gone';

/**
 * Works the keys of a queue, so many at once, until it drains. A key whose work throws is tried again, later each time.
 *
 * @param failed told of what was thrown. It must not throw. @param rest asked by a worker between two keys: a node of which
 * nothing is new waits for nobody, and thousands of them would keep probes, Leases and watches waiting.
 */
export async function work(
  queue: Queue,
  workers: number,
  reconcile: (key: string) => Promise<Again>,
  failed: (key: string, error: unknown) => void,
  rest: () => Promise<unknown> = async () => {},
): Promise<void> {
  await Promise.all(Array.from({ length: workers }, worker));

  async function worker(): Promise<void> {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      try {
        const again = await reconcile(key);
        if (again === 'requeue') {
          queue.addRateLimited(key);
          continue;
        }
        if (again === 'gone') {
          queue.drop(key);
          continue;
        }
        queue.forget(key);
        if (again !== undefined) queue.addAfter(key, again);
      } catch (error) {
        failed(key, error);
        queue.addRateLimited(key);
      } finally {
        queue.done(key);
      }
      await rest();
    }
  }
}
