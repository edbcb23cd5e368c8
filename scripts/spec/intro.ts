/** What stands before the tables. */
export const intro: readonly string[] = [
  '# SeiNode: every field',
  '',
  'Each field of the CRD, with its type, its limits and what it says, and each rule across fields.',
  '',
  'Written by `npm run verify` out of `operator/manifests/crd/sei.io_seinodes.yaml`: change that, not this page. How the',
  'fields are used is in [seinode.md](seinode.md). A field that is not here is unknown: the API server drops it with a',
  'warning, and `kubectl seinode policy check` has a finding.',
  '',
];
