/** A moment as Kubernetes stores it (meta/v1 Time): RFC 3339, UTC, whole seconds, the fraction cut off. */
export function timestamp(moment: Date): string {
  return wholeSeconds(moment.toISOString());
}

/** An instant that somebody else has written, without its fraction; what is none stays as it is. */
export function wholeSeconds(at: string): string {
  return String(at).replace(/\.\d+Z$/, 'Z');
}
