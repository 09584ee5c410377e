/** The ports that the parts of finalize use. */
import type { Ports } from '../../../ports/ports.ts';

export const finalizePortNames = [
  'billing',
  'state',
  'files',
  'journal',
  'forge',
  'cloud',
  'customerMail',
  'archive',
  'clock',
  'log',
] as const;
export type FinalizePorts = Pick<Ports, (typeof finalizePortNames)[number]>;
