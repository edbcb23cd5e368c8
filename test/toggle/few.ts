import pLimit from 'p-limit';

/** Few at once: each is two or three processes. */
export const few = pLimit(3);
