/** What the parts of finalize need of the world. */
import type { Ports } from '../../../ports/ports.ts';

export type FinalizePorts = Pick<
  Ports,
  'state' | 'files' | 'journal' | 'forge' | 'cloud' | 'clock' | 'log' | 'billing'
>;
