import test from 'ava';
import { FlagError, parseFlags } from '../../operator/flags.ts';

const defaults = {
  leaderElect: true,
  shards: 1,
  metricsBindAddress: ':8080',
  healthProbeBindAddress: ':8081',
  webhookBindAddress: ':9443',
  webhookCertificate: 'self',
};

for (const [line, expected] of [
  ['', {}],
  ['--leader-elect', {}],
  ['-leader-elect', {}],
  ['--leader-elect=true', {}],
  ['--leader-elect=false', { leaderElect: false }],
  ['-leader-elect=F', { leaderElect: false }],
  ['--leader-elect=0 --leader-elect', {}],
  ['--leader-elect --leader-elect=0', { leaderElect: false }],
  ['--shards=6', { shards: 6 }],
  ['-shards 64', { shards: 64 }],
  ['--metrics-bind-address=0', { metricsBindAddress: '0' }],
  ['--metrics-bind-address :9090', { metricsBindAddress: ':9090' }],
  ['-metrics-bind-address [::1]:9090', { metricsBindAddress: '[::1]:9090' }],
  ['--health-probe-bind-address=127.0.0.1:1', { healthProbeBindAddress: '127.0.0.1:1' }],
  [
    '-health-probe-bind-address=:1 -metrics-bind-address=:2',
    { healthProbeBindAddress: ':1', metricsBindAddress: ':2' },
  ],
  ['--webhook-bind-address=0', { webhookBindAddress: '0' }],
  ['-webhook-certificate=external', { webhookCertificate: 'external' }],
  ['--metrics-bind-address=:1 --metrics-bind-address=:2', { metricsBindAddress: ':2' }],
] as const) {
  test(`"${line}" is understood`, t => {
    t.deepEqual(parseFlags(line.split(' ').filter(Boolean)), { ...defaults, ...expected });
  });
}

const flags = [
  ...['--leader-elect', '--shards', '--metrics-bind-address', '--health-probe-bind-address'],
  ...['--webhook-bind-address', '--webhook-certificate', '--help'],
];
const there = `there is ${flags.join(', ')}`;
for (const [line, message] of [
  ['--metrics-secure', `--metrics-secure is no flag here; ${there}`],
  ['-zap-log-level=debug', `-zap-log-level is no flag here; ${there}`],
  ['--leader-elect --kubeconfig=x', `--kubeconfig is no flag here; ${there}`],
  ['--no-leader-elect', `--no-leader-elect is no flag here; ${there}`],
  ['--leaderElect=false', `--leaderElect is no flag here; ${there}`],
  ['-v', `-v is no flag here; ${there}`],
  ['run', `run is no flag here; ${there}`],
  ['--leader-elect false', `false is no flag here; ${there}`],
  ['--leader-elect=maybe', '--leader-elect cannot be "maybe"; it is true or false'],
  ['--leader-elect=', '--leader-elect cannot be ""; it is true or false'],
  ['--shards=0', '--shards cannot be "0"; it is a number from 1 to 64'],
  ['--shards=65', '--shards cannot be "65"; it is a number from 1 to 64'],
  ['--shards=1.5', '--shards cannot be "1.5"; it is a number from 1 to 64'],
  ['--shards=0x2', '--shards cannot be "0x2"; it is a number from 1 to 64'],
  ['--shards=', '--shards cannot be ""; it is a number from 1 to 64'],
  [
    '--shards=2 --leader-elect=false',
    '--shards needs --leader-elect: replicas that choose nobody would all work everything',
  ],
  ['--webhook-certificate=', '--webhook-certificate cannot be ""; it is self or external'],
  ['--webhook-certificate=Self', '--webhook-certificate cannot be "Self"; it is self or external'],
  ['--metrics-bind-address', '--metrics-bind-address needs a value'],
  ['-health-probe-bind-address', '--health-probe-bind-address needs a value'],
] as const) {
  test(`"${line}" is refused: ${message}`, t => {
    t.throws(() => parseFlags(line.split(' ')), { instanceOf: FlagError, message });
  });
}

for (const help of ['--help', '-help', '-h']) {
  test(`${help} tells of every flag and its default`, t => {
    const text = (parseFlags([help]) as { help: string }).help;
    for (const word of [...flags, ':8080', ':8081', ':9443', 'KUBECONFIG']) {
      t.true(text.includes(word), text);
    }
  });
}
