/** What the making of one port can ask for: its configuration, other ports, and an end of its own. */

import type { Log } from '../../ports/log.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Config, Need } from '../config.ts';

export type PortName = keyof Ports;
export type Closer = () => Promise<void> | void;
export type Opener = <Name extends PortName>(name: Name) => Promise<Ports[Name]>;
export type Making = {
  /** the part of the configuration; it was read, since `needsOf` names it */
  part<Name extends Need>(need: Name): Config[Name];
  readonly open: Opener;
  readonly log: Log;
  readonly closers: Closer[];
};
