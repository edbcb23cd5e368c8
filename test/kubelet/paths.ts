/**
 * Puts directories of this machine in the place of a container's mount paths, wherever a text has one as the beginning of
 * a path: `--tls-cert-file=/etc/tls/tls.crt`, but neither `$HOME/tmp` nor `/etc/tlsx`.
 *
 * @param directories by mount path.
 */
export function mapPaths(directories: ReadonlyMap<string, string>): (text: string) => string {
  if (directories.size === 0) return text => text;
  const longestFirst = [...directories.keys()].toSorted((a, b) => b.length - a.length);
  const paths = longestFirst.map(path => RegExp.escape(path)).join('|');
  const pattern = new RegExp(`(?<![\\w./$}-])(?:${paths})(?![\\w.-])`, 'g');
  return text => text.replace(pattern, path => directories.get(path)!);
}
