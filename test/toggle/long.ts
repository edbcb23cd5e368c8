/** All that can happen to toggles: some ten minutes, where TOGGLE_SITUATIONS=all is in the environment. `npm test` tries a part of it. */
export const isLong = process.env.TOGGLE_SITUATIONS === 'all';

/** Whose behaviour nodes get where both take too long: that which loses volumes sooner. */
export const controllers = isLong ? (['reference', 'ours'] as const) : (['reference'] as const);
