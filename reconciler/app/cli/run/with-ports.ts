/** Opens ports for a verb and closes them when it ends or fails. */
import type { Log } from '../../../ports/log.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment, Need } from '../../config.ts';
import { createLog } from '../../log.ts';
import type { PortName } from '../../main/making.ts';
import { type OpenPorts, openPorts } from '../../main.ts';
import { createProgress, type Progress } from '../text/progress.ts';
import { type Interruption, interruptible } from './interruption.ts';
import type { VerbContext } from './verb.ts';

type Options<Extra> = { readonly needs?: readonly Extra[]; readonly log?: Log };

/**
 * @param options.needs other parts of the configuration that the verb reads: `links`, `deadman`, …
 */
export async function withPorts<Name extends PortName, Value, Extra extends Need = never>(
  env: Environment,
  names: readonly Name[],
  use: (ports: Pick<Ports, Name>, config: OpenPorts<Name, Extra>['config']) => Promise<Value>,
  { needs = [], log = createLog({ env, usual: 'warn' }) }: Options<Extra> = {},
): Promise<Value> {
  const opened = await openPorts(env, names, { log, needs });
  try {
    return await use(opened.ports, opened.config);
  } finally {
    await opened.close();
  }
}

type Effects<Name extends PortName, Extra extends Need> = {
  /** their stop reports signals, too */
  readonly ports: Pick<Ports, Name>;
  readonly config: OpenPorts<Name, Extra>['config'];
  readonly interruption: Interruption;
  readonly progress: Progress;
};

/** What reports a signal, and what writes before the process ends. */
type EffectPort = 'state' | 'journal' | 'clock';

/** The same for a verb with effects: after a signal the current step ends, and no other begins. */
export async function withEffects<Name extends PortName, Value, Extra extends Need = never>(
  { env, out }: VerbContext,
  names: readonly (Name | EffectPort)[],
  use: (effects: Effects<Name | EffectPort, Extra>) => Promise<Value>,
  needs: readonly Extra[] = [],
): Promise<Value> {
  const opened = await openPorts(env, names, { log: createLog({ env, usual: 'warn' }), needs });
  const { ports, interruption } = interruptible(opened.ports, out);
  const progress = createProgress(out);
  try {
    return await use({ ports, config: opened.config, interruption, progress });
  } finally {
    progress.end();
    // What waits to be written is written before a signal ends the process again.
    await opened.close();
    interruption.close();
  }
}
