/** What `--help` and docs/commands.md tell of a command beside its flags. */
export type Reference = {
  /** Lines without the program's name, and what each is for. */
  readonly examples: readonly (readonly [line: string, why: string])[];
  /** What its exit codes mean; 2 is always wrong usage, 130 an interrupt. */
  readonly exits: string;
};

/** By the words of a command. */
export type References = Readonly<Record<string, Reference>>;

const shown = '0 shown, 3 not all could be read';
const toggled = '0 Done, or as wanted already; 1 aborted, or not begun; 3 refused, or stopped and resumable';
const fleet = '-f examples/fleet';
const needsNoFiles = '0 printed';

/** Every command. Loaded where somebody asks for help alone. */
export const reference: References = {
  list: {
    examples: [
      [`list ${fleet}`, 'The example fleet, without a cluster'],
      ['list -A -w', 'Every node of the cluster, and what changes'],
      ['list -A --context east,west', 'Several clusters side by side'],
    ],
    exits: shown,
  },
  inspect: {
    examples: [
      [`inspect good-ec ${fleet}`, 'One node of the example fleet'],
      ['inspect n0 -n arctic -o yaml', 'One node of the cluster, for a program'],
    ],
    exits: shown,
  },
  'tls check': {
    examples: [
      [`tls check ${fleet}`, 'Whether each Secret of the example fleet can be served'],
      ['tls check n0 n1 -n arctic', 'Two nodes of the cluster'],
    ],
    exits: '0 every one is Ready, 1 one is not, 3 not all could be read',
  },
  'tls request': {
    examples: [
      [
        `tls request san-missing ${fleet} --format certificate --issuer ClusterIssuer/ca`,
        'A Certificate for cert-manager',
      ],
      ['tls request n0 -n arctic --format csr --key-out n0.key', 'A request for another CA'],
    ],
    exits: '0 printed, 3 it could not be made',
  },
  'tls verify': {
    examples: [['tls verify n0 -n arctic', 'What the pod of n0 serves']],
    exits: '0 as it should be, 1 not so, 3 it could not be looked at',
  },
  'tls enable': {
    examples: [
      [
        `tls enable tls-off --secret good-ec-tls ${fleet} --dry-run client`,
        'The plan, from files: nothing is changed',
      ],
      ['tls enable n0 --secret n0-tls -n arctic --dry-run server', 'The plan, and what would refuse it'],
      ['tls enable n0 --secret n0-tls -n arctic', 'Ask, then do it'],
    ],
    exits: toggled,
  },
  'tls disable': {
    examples: [
      [`tls disable good-ec ${fleet} --dry-run client`, 'The plan, from files: nothing is changed'],
      ['tls disable n0 -n arctic', 'Ask, then do it'],
    ],
    exits: toggled,
  },
  'tls resume': {
    examples: [['tls resume n0 -n arctic', 'Go on with what was stopped']],
    exits: toggled,
  },
  'tls abort': {
    examples: [['tls abort n0 -n arctic', 'Back to what it was']],
    exits: toggled,
  },
  'tls history': {
    examples: [['tls history -A', 'What is unfinished, and the last ten of each node']],
    exits: shown,
  },
  'policy check': {
    examples: [
      [`policy check ${fleet}`, 'The example fleet'],
      [`policy check ${fleet} --before examples/fleet-before`, 'The edit as well'],
      ['policy check -f manifests --against-cluster -o github', 'In CI, beside what the cluster has'],
    ],
    exits: '0 no finding at or above --fail-on, 1 findings, 3 not all could be read',
  },
  'policy list': { examples: [['policy list', 'The rules']], exits: needsNoFiles },
  'policy explain': {
    examples: [['policy explain tls-sans', 'Why, an example, what mends it']],
    exits: needsNoFiles,
  },
  'policy export': {
    examples: [
      ['policy export --format gatekeeper', 'Templates and constraints, to be applied'],
      ['policy export --format vap --output-dir vap', 'The rules in CEL, as files'],
    ],
    exits: '0 written, 3 it could not be',
  },
  'netpol reach': {
    examples: [
      [`netpol reach ${fleet}`, 'Who can connect to the guarded ports of the example fleet'],
      [`netpol reach good-ec:8443 --from default/shell ${fleet}`, 'Whether one pod can'],
      ['netpol reach -n arctic -o svg > reach.svg', 'A picture'],
    ],
    exits: '0 shown, or all of --from can; 1 one of them cannot; 3 unknown, or not all could be read',
  },
  'netpol template': {
    examples: [
      [`netpol template -n arctic ${fleet}`, 'The policy of one namespace'],
      ['netpol template -n arctic | kubectl apply -f -', 'That of the cluster, applied'],
    ],
    exits: '0 printed, 3 not all could be read',
  },
  plan: {
    examples: [
      [`plan good-ec ${fleet}`, 'What its manifest says of it'],
      ['plan n0 -n arctic -w', 'Until it is done'],
    ],
    exits: shown,
  },
  report: {
    examples: [
      ['report -A > report.html', 'A page for a browser'],
      ['report -A -o zip > report.zip', 'The same, with the objects, redacted'],
    ],
    exits: '0 written, 3 not all could be read; the page says so',
  },
  doctor: {
    examples: [
      ['doctor', 'The whole cluster'],
      ['doctor -n arctic -o wide', 'One namespace, every object named'],
    ],
    exits: '0 fit, 1 a check fails, 3 a check is unknown',
  },
  'completion bash': {
    examples: [['completion bash', 'For source <(kubectl-seinode completion bash)']],
    exits: needsNoFiles,
  },
  'completion zsh': {
    examples: [['completion zsh', 'For source <(kubectl-seinode completion zsh)']],
    exits: needsNoFiles,
  },
  'completion fish': {
    examples: [['completion fish', 'For kubectl-seinode completion fish | source']],
    exits: needsNoFiles,
  },
  'completion powershell': {
    examples: [['completion powershell', 'For Invoke-Expression']],
    exits: needsNoFiles,
  },
  'completion install': {
    examples: [['completion install', 'Once, where kubectl completes itself']],
    exits: '0 written, 3 it could not be',
  },
};
