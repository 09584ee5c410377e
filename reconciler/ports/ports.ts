/** All ports together, as the composition root opens them. */
import type { Archive } from './archive.ts';
import type { Billing } from './billing.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { Configurator } from './configurator.ts';
import type { AgentFiles, Bundler, DesiredState } from './desired-state.ts';
import type { Forge } from './forge.ts';
import type { Journal } from './journal.ts';
import type { Keys } from './keys.ts';
import type { Log } from './log.ts';
import type { CustomerMail, Mail } from './mail.ts';
import type { Processes } from './processes.ts';
import type { Stacks } from './stacks.ts';
import type { States } from './states.ts';
import type { Tailnet } from './tailnet.ts';

export type Ports = {
  readonly billing: Billing;
  readonly state: DesiredState;
  readonly files: AgentFiles;
  readonly journal: Journal;
  readonly cloud: Cloud;
  readonly tailnet: Tailnet;
  readonly states: States;
  readonly archive: Archive;
  readonly bundler: Bundler;
  readonly stacks: Stacks;
  readonly configurator: Configurator;
  readonly keys: Keys;
  readonly forge: Forge;
  readonly mail: Mail;
  readonly customerMail: CustomerMail;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly log: Log;
};
