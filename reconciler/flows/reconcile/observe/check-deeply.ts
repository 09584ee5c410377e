/**
 * Refreshes the agents that are due with Terraform, and adds to the plan whether the result agrees
 * with the listing. Changes nothing; a failed check is repeated at its next turn.
 */
import { Failure } from '../../../core/failure.ts';
import type { World } from '../../../core/fleet/world.ts';
import {
  type DeepCheck,
  type DeepCheckTurn,
  deepCheckTurns,
} from '../../../core/plan/deep-check.ts';
import { spareCalls } from '../../../core/plan/pace.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { type StateTurn, stateTurns } from '../../../core/plan/state-turns.ts';
import { differencesOf } from '../../../core/stack/refreshed.ts';
import type { Ports } from '../../../ports/ports.ts';

type DeepPorts = Pick<Ports, 'stacks' | 'states' | 'cloud' | 'log'>;

const atOnce = 2;

export async function checkDeeply(
  ports: DeepPorts,
  { plan, world }: { readonly plan: Plan; readonly world: World },
): Promise<Plan> {
  const budget = ports.cloud.budget();
  // One request per agent (two where it disagrees), from the budget that no change needs.
  const spare = budget === null ? Number.POSITIVE_INFINITY : spareCalls(budget);
  const turns = deepCheckTurns(world, plan).slice(0, spare);
  const checks: DeepCheck[] = [];
  const worker = async () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift())
      checks.push(await checkOf(ports, turn));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const read = new Set(checks.map(({ agent }) => agent));
  for (const turn of stateTurns(world))
    if (!read.has(turn.agent)) checks.push(...(await stateCheckOf(ports, turn)));
  return { ...plan, deepChecks: checks.sort((a, b) => (a.agent < b.agent ? -1 : 1)) };
}

async function checkOf({ stacks, cloud, log }: DeepPorts, turn: DeepCheckTurn): Promise<DeepCheck> {
  const { agent, stateKey, server } = turn;
  try {
    const refreshed = await stacks.refresh(stateKey);
    if (differencesOf(server, refreshed).length === 0)
      return { agent, outcome: 'agrees', details: [] };
    // The listing is minutes old: later changes are no disagreement.
    const now = await cloud.server(server.id);
    if (now === null)
      return { agent, outcome: 'failed', details: ['its server was deleted during the check'] };
    const details = [...differencesOf(now, refreshed)];
    return { agent, outcome: details.length === 0 ? 'agrees' : 'disagrees', details };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (thrown.reason === 'StateUnreadable') return unreadable(agent, thrown);
    log.warn({ agent, error: thrown }, 'Terraform could not read an agent; it is tried again');
    return { agent, outcome: 'failed', details: [`${thrown.reason}: ${thrown.message}`] };
  }
}

/** Checks only whether Terraform could read the state. */
async function stateCheckOf(
  { states, log }: DeepPorts,
  { agent, stateKey, endsDoubt }: StateTurn,
): Promise<readonly DeepCheck[]> {
  try {
    await states.read(stateKey);
    return endsDoubt ? [{ agent, outcome: 'agrees', details: [] }] : [];
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (thrown.reason === 'StateUnreadable') return [unreadable(agent, thrown)];
    log.warn({ agent, error: thrown }, 'a state could not be read; it is tried again');
    return [];
  }
}

function unreadable(agent: string, { message }: Failure): DeepCheck {
  return { agent, outcome: 'disagrees', details: [message] };
}
