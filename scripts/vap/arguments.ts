const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const loopbackName = String.raw`localhost|127(\\.${octet}){3}`;

/** A host in lower case that nobody else reaches, as a regular expression within CEL. */
export const loopback = String.raw`(${loopbackName}|\\[::1\\])`;

/** The flags of kube-rbac-proxy v0.19.1 that take no value from the next argument; `listener_split.boolean_flags` in Rego. */
export const booleanFlags = [
  'add-dir-header',
  'alsologtostderr',
  'auth-header-fields-enabled',
  'help',
  'http2-disable',
  'logtostderr',
  'one-output',
  'skip-headers',
  'skip-log-headers',
  'upstream-force-h2c',
  'version',
];

/**
 * The flags of kube-rbac-proxy as spf13/pflag reads them (policies/seinode/pflag), in CEL. It has no loop that remembers,
 * but a regular expression goes through a text from left to right: every argument is a line, and each match takes one
 * argument, or a flag with the value behind it. A line end within an argument is no line end; nothing that is good has one.
 */
export const argumentVariables: Readonly<Record<string, string>> = {
  // The first word of a command is the program.
  command: `size(variables.proxies) > 0 ? variables.proxies[0].?command.orValue([]) : []`,
  arguments: `size(variables.proxies) > 0 ? variables.proxies[0].?args.orValue([]) : []`,
  readable: `size(variables.command) + size(variables.arguments) - (size(variables.command) > 0 ? 1 : 0) <= 100`,
  commandLines: lines('command'),
  words: String.raw`
(variables.commandLines.substring(variables.commandLines.indexOf('\n') + 1) + ${lines('arguments')})
  .findAll('${eachWord()}')`,
  // Of [name, value] those that have a value.
  flags: String.raw`
variables.words.filter(word, word.matches('^--[^=\n]*[=\n][^\n]*\n'))
  .map(word, [
    word.find('^[^=\n]*').replace('_', '-'),
    [word.find('[=\n](?s:.*)')].map(value, value.substring(1, size(value) - 1))[0]
  ])`,
  upstream: last('upstream'),
  // Between the scheme and the path.
  authority: `
[variables.upstream.split('://')].map(parts, size(parts) < 2 ? '' : parts[1].split('/')[0].lowerAscii())[0]`,
  forwardsToLoopback: String.raw`variables.authority.matches('^(${loopbackName})(:[^:]*)?$|^\\[::1\\]:[^:]*$')`,
  secureListenAddress: last('secure-listen-address'),
  insecureListenAddress: last('insecure-listen-address'),
  configFile: last('config-file'),
  tlsCertFile: last('tls-cert-file'),
  tlsPrivateKeyFile: last('tls-private-key-file'),
  userFieldName: last('auth-header-user-field-name', 'X-Remote-User'),
  groupsFieldName: last('auth-header-groups-field-name'),
  // A boolean needs no value.
  headerSwitches: String.raw`['--=false'] + variables.words.filter(word, word.matches('^--auth[-_]header[-_]fields[-_]enabled[=\n]'))`,
  authHeader: String.raw`
variables.headerSwitches[size(variables.headerSwitches) - 1].matches('^[^=]*(=(1|t|T|true|TRUE|True))?\n$')`,
};

function lines(list: string): string {
  return String.raw`variables.${list}.map(word, word.replace('\n', '\r') + '\n').join('')`;
}

/** What comes first is tried first: the end of the flags, a boolean, a flag with the value behind it, any other word. */
function eachWord(): string {
  const booleans = booleanFlags.map(flag => flag.replaceAll('-', '[-_]')).join('|');
  return String.raw`--\n(?s:.*)|--(?:${booleans})\n|(?:-v|--[^=\n]*)\n[^\n]*\n|[^\n]*\n`;
}

/** The last value that a flag is given. */
function last(flag: string, otherwise = ''): string {
  return `
[['${otherwise}'] + variables.flags.filter(flag, flag[0] == '--${flag}').map(flag, flag[1])]
  .map(values, values[size(values) - 1])[0]`;
}
