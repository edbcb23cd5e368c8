import { findGoTool, type GoTool } from '../go-tool.ts';

const krewModule = { version: 'v0.5.0', module: 'sigs.k8s.io/krew', takes: 'one to two minutes' };

/** What a release is made and judged with, each at one version. */
export const tools = {
  krew: { ...krewModule, name: 'krew', inside: './cmd/krew' },
  'validate-krew-manifest': {
    ...krewModule,
    name: 'validate-krew-manifest',
    inside: './cmd/validate-krew-manifest',
  },
  helm: {
    ...{ name: 'helm', version: 'v3.22.0', module: 'helm.sh/helm/v3', inside: './cmd/helm' },
    takes: 'two to five minutes',
  },
  // Signs for macOS from any system; without a signature an ARM Mac kills what it starts.
  quill: {
    ...{ name: 'quill', version: 'v0.7.1', module: 'github.com/anchore/quill', inside: './cmd/quill' },
    takes: 'two to four minutes',
  },
} satisfies Record<string, GoTool>;

/** @returns the path of a tool. @throws where it is not there and cannot be built. */
export function toolNamed(name: keyof typeof tools): string {
  const path = findGoTool(tools[name]);
  if (path === undefined) throw new Error(`there is no ${name}: install Go, of which it is built`);
  return path;
}
