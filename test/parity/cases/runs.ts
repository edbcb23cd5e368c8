/** How many networks are generated, and three times as many Secrets and pods: PARITY_RUNS says more, by hand. */
export const runs = Number(process.env.PARITY_RUNS ?? 20);
