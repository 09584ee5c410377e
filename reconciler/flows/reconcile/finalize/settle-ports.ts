/** What the parts of settling need of the world. */
import type { Ports } from '../../../ports/ports.ts';

export type SettlePorts = Pick<
  Ports,
  'state' | 'files' | 'journal' | 'forge' | 'cloud' | 'clock' | 'log' | 'billing'
>;
