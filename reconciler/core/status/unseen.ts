/**
 * Compares a listing with the resources in the records. If it shows none of them, the account is
 * more likely a wrong one than the fleet is gone.
 */
import { agentPath } from '../agent/agent.ts';
import { agentStateKey } from '../fleet/observed.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import type { InstallationProblem } from './installation.ts';

export type Listed = {
  /** the listed resources, in the plural: `devices` */
  readonly noun: string;
  /** the place, such as `in this tailnet` */
  readonly place: string;
  /** the setting that selects the place */
  readonly setting: string;
  /** what to do if the place is right and the resources are gone */
  readonly otherwise: string;
  readonly recorded: readonly string[];
  readonly seen: readonly string[];
};

/** null if a recorded resource is listed, or nothing is recorded. */
export function nothingSeen(on: Listed): InstallationProblem | null {
  const { noun, place, setting, otherwise, recorded } = on;
  if (recorded.length === 0 || missingOf(on) < recorded.length) return null;
  return {
    reason: 'NotFound',
    message: `none of ${recorded.length} recorded ${noun} is ${place}: another one?`,
    todo: `Look whether ${setting} is the fleet’s own. ${otherwise}`,
  };
}

/** The number of recorded resources that are not listed. */
export function missingOf({ recorded, seen }: Pick<Listed, 'recorded' | 'seen'>): number {
  const there = new Set(seen);
  return recorded.filter((one) => !there.has(one)).length;
}

/** Ids of devices, keys of states and paths of files that the records name. */
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
