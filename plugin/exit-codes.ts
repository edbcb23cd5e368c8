/** Exit codes of the contract, the same in every output format. */
export const exitCodes = {
  ok: 0,
  /** Findings, not ready, a difference. */
  findings: 1,
  usage: 2,
  /** Could not be done, or not all could be read. */
  incomplete: 3,
  /** Interrupted; how to go on is said. */
  interrupted: 130,
} as const;
