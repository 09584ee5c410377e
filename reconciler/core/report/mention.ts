/** What a plan says about each agent: agents that it does not mention are converged. */
import type { DeepCheck } from '../plan/deep-check.ts';
import type { Plan } from '../plan/plan.ts';
import type { Idle } from '../world/situation.ts';

type Deferred = Plan['deferred'][number];
type Refused = Plan['refused'][number];

/** What a plan says about one agent. */
export type Mention = {
  readonly idle: readonly Idle[];
  readonly deferred: Deferred | null;
  readonly refused: Refused | null;
  readonly deepCheck: DeepCheck | null;
  readonly changing: boolean;
  /** since when the plan knows what the file asks to be ended; null where it asks for no end */
  readonly endingSeen: string | null;
};

/** The plan's mentions by agent id. Agents that are not in it are converged. */
export function mentionsOf(plan: Plan): ReadonlyMap<string, Mention> {
  const mentions = new Map<string, Mention>();
  const add = (agent: string, part: Partial<Mention>) => {
    const before = mentions.get(agent) ?? {
      idle: [],
      deferred: null,
      refused: null,
      deepCheck: null,
      changing: false,
      endingSeen: null,
    };
    mentions.set(agent, { ...before, ...part });
  };
  for (const idle of plan.idle)
    add(idle.agent, { idle: [...(mentions.get(idle.agent)?.idle ?? []), idle] });
  for (const deferred of plan.deferred) add(deferred.change.agent, { deferred });
  for (const refused of plan.refused) add(refused.change.agent, { refused });
  for (const deepCheck of plan.deepChecks) add(deepCheck.agent, { deepCheck });
  for (const { agent, seen } of plan.endings) add(agent, { endingSeen: seen });
  for (const change of plan.changes)
    if (change.kind !== 'destroyOrphan') add(change.agent, { changing: true });
  return mentions;
}

/** It knows of nothing that a person should read. */
export function saysNothing({ idle, deferred, refused }: Mention): boolean {
  return idle.length === 0 && deferred === null && refused === null;
}
