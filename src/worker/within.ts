/** A promise that is not waited for longer than it is worth. */

/**
 * Did it end in time, well or not?
 *
 * @param deadline by `performance.now()`
 */
export async function within(promise: Promise<unknown>, deadline: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
  });
  const ended = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

const ANSWER_MS = 1000;

/** Did it answer soon, and well? */
export async function answers(asked: Promise<unknown>): Promise<boolean> {
  const answered = asked.then(
    () => true,
    () => false,
  );
  return (await within(answered, performance.now() + ANSWER_MS)) && (await answered);
}
