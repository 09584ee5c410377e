/** Commands of people for one agent, through the product's own commands. */
import type { Command } from '../../reconciler/core/commands/command-request.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { createCommands } from '../../reconciler/flows/commands/commands.ts';
import { idNo } from '../builders/world.ts';
import { DeadProcess } from '../fakes/process.ts';
import { type Act, agentsMax } from './act.ts';

function asks(command: Command): Act {
  return async (world, _random, n) => {
    const { ports } = world.spawn('service');
    const ask = { agent: idNo(n), command, by: 'Pat Operator', request: null };
    try {
      const outcome = await createCommands(ports).carryOut(ask);
      const said = `${command.command} of ${idNo(n)}`;
      if (outcome.kind === 'committed') return said;
      const why = outcome.kind === 'unchanged' ? outcome.why : outcome.message;
      return `${said} is ${outcome.kind}: ${why}`;
    } catch (thrown) {
      if (!(thrown instanceof Failure || thrown instanceof DeadProcess)) throw thrown;
      return `${command.command} of ${idNo(n)} failed: ${thrown.message}`;
    }
  };
}

const plain = (command: 'start' | 'stop' | 'retry' | 'restore' | 'cancel' | 'retire') =>
  asks({ command, reason: null });

export const starts = plain('start');
export const stops = plain('stop');
export const retries = plain('retry');
export const restores = plain('restore');
export const cancelsHere = plain('cancel');
export const retires = plain('retire');
export const reprovisions = asks({ command: 'reprovision', confirmed: true, reason: null });
export const moves: Act = (world, random, n) => {
  const region = random.below(2) === 0 ? 'eu-central' : 'us-east';
  return asks({ command: 'region', region, confirmed: true, reason: null })(world, random, n);
};

/** The number of an agent by its id. */
export function numberOf(agent: string): number | null {
  for (let n = 1; n <= agentsMax; n += 1) if (idNo(n) === agent) return n;
  return null;
}
