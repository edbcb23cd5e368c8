import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Where the CRDs of reports are published: the Go module of their API, at a version. */
const published = {
  'openreports.io': ['github.com/openreports/reports-api@v0.2.1', 'config/crd/openreports.io_reports.yaml'],
  'wgpolicyk8s.io': [
    'sigs.k8s.io/wg-policy-prototypes@v0.0.0-20230505033312-51c21979086a',
    'policy-report/crd/v1alpha2/wgpolicyk8s.io_policyreports.yaml',
  ],
} as const;

/** Reads the CRD of an API group's reports from its Go module, which Go keeps in its cache. @throws where there is none. */
export function reportCRD(group: keyof typeof published): { readonly metadata: { readonly name: string } } {
  const [module, path] = published[group];
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' };
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { env, encoding: 'utf8' });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  return load(readFileSync(join(Dir, path), 'utf8')) as ReturnType<typeof reportCRD>;
}
