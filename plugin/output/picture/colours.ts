/** What an edge or a port says: open beyond who may, nobody knows, only to who may, guarded from nobody, closed. */
export type Shade = 'exposed' | 'unknown' | 'authorised' | 'open' | 'closed';

/** Line and fill of each shade; red and green also differ in how dark they are, and unknown is dashed. */
export const colours: Readonly<Record<Shade, { readonly line: string; readonly fill: string }>> = {
  exposed: { line: '#b71c1c', fill: '#ffcdd2' },
  unknown: { line: '#9a6700', fill: '#fff3cd' },
  authorised: { line: '#2e7d32', fill: '#dcedc8' },
  open: { line: '#455a64', fill: '#eceff1' },
  closed: { line: '#757575', fill: '#f5f5f5' },
};

/** What the colours mean, for those that a picture has. */
export const meanings: Readonly<Record<Shade, string>> = {
  exposed: 'open beyond who may connect',
  unknown: 'unknown',
  authorised: 'open to who may connect',
  open: 'open',
  closed: 'closed',
};
