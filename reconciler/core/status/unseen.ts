/**
 * Decides what a listing that lacks what the records name means. Where it shows none of it, the account
 * behind it is more likely another one than the fleet is gone: "0 of them" would be taken for well.
 */
import { agentPath } from '../agent/agent.ts';
import { agentStateKey } from '../fleet/observed.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import type { InstallationProblem } from './installation.ts';

export type Listed = {
  /** what is listed, in the plural: `devices` */
  readonly noun: string;
  /** where: `in this tailnet` */
  readonly place: string;
  /** what names that place */
  readonly setting: string;
  /** what to do where the place is the right one and what was there is gone */
  readonly otherwise: string;
  readonly recorded: readonly string[];
  readonly seen: readonly string[];
};

/** null where something of what is recorded is seen, or nothing is recorded. */
export function nothingSeen(on: Listed): InstallationProblem | null {
  const { noun, place, setting, otherwise, recorded } = on;
  if (recorded.length === 0 || missingOf(on) < recorded.length) return null;
  return {
    reason: 'NotFound',
    message: `none of ${recorded.length} recorded ${noun} is ${place}: another one?`,
    todo: `Look whether ${setting} is the fleet’s own. ${otherwise}`,
  };
}

/** How many of those that are recorded are not seen. */
export function missingOf({ recorded, seen }: Pick<Listed, 'recorded' | 'seen'>): number {
  const there = new Set(seen);
  return recorded.filter((one) => !there.has(one)).length;
}

/** Ids of the devices, keys of the states and paths of the files that agents which are not gone have. */
export function namedBy(records: readonly AgentRecord[], fleet: string) {
  const live = records.filter(({ gone }) => gone === undefined);
  return {
    devices: live.flatMap(({ tailnet }) => (tailnet === undefined ? [] : [tailnet.nodeId])),
    states: live.flatMap(({ name, server, everRunning }) =>
      server !== undefined && everRunning ? [agentStateKey(fleet, name)] : [],
    ),
    files: live.map((record) => agentPath(recordId(record))),
  };
}
