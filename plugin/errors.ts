/** The command line is wrong: exit code 2. The message says what would be right. */
export class UsageError extends Error {}

/** What a flag names could not be read: exit code 3. The message is one sentence. */
export class InputError extends Error {}
