/** The ports that the parts of finalize use. */
import type { Ports } from '../../../ports/ports.ts';

export type FinalizePorts = Pick<
  Ports,
  'state' | 'files' | 'journal' | 'forge' | 'cloud' | 'clock' | 'log' | 'billing'
>;
