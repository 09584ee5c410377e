/**
 * Compares Terraform's state of one agent, the agent's record and the server at Hetzner: the
 * server, its labels, and who holds the lock. All disagreements are reported.
 */
import { labelNames, labelsBesideTerraform, type ObservedServer } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { serverAddress } from './stack-spec.ts';
import type { UnreadableState } from './unreadable-state.ts';

/** Terraform's state of a stack. */
export type StoredState = {
  readonly serial: number;
  /** sorted by address */
  readonly resources: readonly StoredResource[];
};
export type StoredResource = {
  /** e.g. `hcloud_server.agent` */
  readonly address: string;
  readonly id: string | null;
  /** null if this kind of resource has none */
  readonly labels: Readonly<Record<string, string>> | null;
  /** its create failed: Terraform would replace it */
  readonly tainted: boolean;
};
type StoredLock = { readonly id: string; readonly who: string; readonly created: string };

export type StateCase = {
  readonly fleet: string;
  readonly agent: string;
  readonly record: AgentRecord | null;
  /**
   * the server that the record names, or else the one with the agent's name; null if there is none
   */
  readonly server: ObservedServer | null;
  readonly state: StoredState | UnreadableState | null;
  readonly lock: StoredLock | null;
  /** whether a run works on the agent now and may hold the lock */
  readonly busy: boolean;
};

export type Disagreement = {
  readonly about: 'state' | 'server' | 'labels' | 'name' | 'tainted' | 'resources' | 'lock';
  readonly message: string;
};

/** In a fixed order; empty if all agree. */
export function disagreements(on: StateCase): readonly Disagreement[] {
  const { state } = on;
  const read = state === null || 'serial' in state ? { ...on, state } : null;
  const unread = state !== null && 'unreadable' in state ? [say('state', state.unreadable)] : [];
  return read === null
    ? [...unread, ...aboutLock(on)]
    : [...aboutState(read), ...aboutServer(read), ...aboutLabels(read), ...aboutLock(read)];
}

type ReadCase = StateCase & { readonly state: StoredState | null };

/** Whether importing this server into a new state would repair the state. */
export function isRebuildable({ record, server }: Pick<StateCase, 'record' | 'server'>): boolean {
  return record?.server !== undefined && server !== null && record.server.id === server.id;
}

function aboutState({ state, server, record }: ReadCase): readonly Disagreement[] {
  const said: Disagreement[] = [];
  if (state === null && server !== null) {
    said.push(say('state', `server ${server.id} exists and no state holds it`));
  }
  if (state !== null && server === null) {
    const known = held(state)?.id ?? null;
    const what = known === null ? 'holds no server' : `holds server ${known}`;
    said.push(say('state', `there is no server, and a state that ${what}`));
  }
  if (record?.server !== undefined && server === null) {
    said.push(say('server', `the record names server ${record.server.id}, which is not there`));
  }
  for (const { address, id } of state?.resources ?? []) {
    if (address === serverAddress) continue;
    said.push(say('resources', `the state also holds ${address} (${id ?? 'no id'})`));
  }
  return said;
}

function aboutServer({ state, server, record, agent }: ReadCase): readonly Disagreement[] {
  const said: Disagreement[] = [];
  const stored = state === null ? null : held(state);
  if (state !== null && stored === null && server !== null) {
    said.push(say('server', `the state holds no server, and ${server.id} is there`));
  }
  if (stored !== null && server !== null && stored.id !== server.id) {
    said.push(say('server', `the state holds server ${stored.id}, and ${server.id} is there`));
  }
  if (record?.server === undefined && server !== null) {
    said.push(say('server', `server ${server.id} is there and no record names it`));
  }
  if (server !== null && server.name !== agent) {
    said.push(say('name', `server ${server.id} is called ${server.name}`));
  }
  if (stored?.tainted === true) {
    said.push(say('tainted', `Terraform would replace server ${stored.id}: its create failed`));
  }
  return said;
}

/** Ignores the labels that Aura sets over the API, which no state holds. */
function aboutLabels({ state, server, record, fleet, agent }: ReadCase): readonly Disagreement[] {
  if (server === null) return [];
  const said: Disagreement[] = [];
  const expected: readonly (readonly [string, string | undefined])[] = [
    [labelNames.fleet, fleet],
    [labelNames.agent, agent],
    [labelNames.nonce, record?.server?.nonce],
  ];
  for (const [name, value] of expected) {
    const has = server.labels[name];
    if (value !== undefined && has !== value) {
      said.push(say('labels', `${name} is ${has ?? 'missing'} on the server, not ${value}`));
    }
  }
  const stored = state === null ? null : held(state);
  if (stored?.labels == null || stored.id !== server.id) return said;
  const names = new Set([...Object.keys(stored.labels), ...Object.keys(server.labels)]);
  const compared = [...names].filter((name) => !labelsBesideTerraform.includes(name));
  for (const name of compared.sort()) {
    const [then, now] = [stored.labels[name], server.labels[name]];
    if (then !== now) {
      const message = `${name} is ${then ?? 'missing'} in the state and ${now ?? 'missing'} on the server`;
      said.push(say('labels', message));
    }
  }
  return said;
}

function aboutLock({ lock, busy }: StateCase): readonly Disagreement[] {
  if (lock === null || busy) return [];
  const message = `${lock.who} has held the lock ${lock.id} since ${lock.created}, and no run works on the agent`;
  return [say('lock', message)];
}

function held(state: StoredState): StoredResource | null {
  return state.resources.find(({ address }) => address === serverAddress) ?? null;
}

function say(about: Disagreement['about'], message: string): Disagreement {
  return { about, message };
}
