/** What a port is made from: its configuration, other ports, the log, and a list of closers. */

import type { Log } from '../../ports/log.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Config, Need } from '../config.ts';

export type PortName = keyof Ports;
export type Closer = () => Promise<void> | void;
export type Opener = <Name extends PortName>(name: Name) => Promise<Ports[Name]>;
export type Making = {
  /** a part of the configuration, which `needsOf` names */
  part<Name extends Need>(need: Name): Config[Name];
  readonly open: Opener;
  readonly log: Log;
  readonly closers: Closer[];
};
