/** A moment as Kubernetes stores it (meta/v1 Time): RFC 3339, UTC, whole seconds, the fraction cut off. */
export function timestamp(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}
