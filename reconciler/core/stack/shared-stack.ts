/**
 * Decides what has to be done before Terraform may apply the shared stack: which of our firewalls
 * and keys are imported because the state lacks them, which ids may be updated, and which conflicts
 * a person has to resolve. Terraform creates what its state lacks, and fails if the name is taken.
 *
 * A state that cannot be read is a conflict; a recovery recreates it by imports.
 *
 * | the state holds     | found in the project          | result                                     |
 * |---------------------|-------------------------------|--------------------------------------------|
 * | it                  | the same id                   | Terraform updates it                       |
 * | it, tainted         | the same id                   | the state is recreated, by imports         |
 * | another id          | ours, by id or name and label | conflict; a recovery recreates the state   |
 * | another id          | nothing of ours               | Terraform removes it and creates           |
 * | nothing             | ours, by id or name and label | import                                     |
 * | nothing             | its name without our label    | conflict                                   |
 * | nothing             | nothing of ours               | Terraform creates                          |
 */
import type { FleetIds } from '../fleet/fleet-record.ts';
import { labelNames } from '../fleet/observed.ts';
import type { FleetStackSpec } from './stack-spec.ts';
import type { StoredResource, StoredState } from './state-check.ts';
import type { UnreadableState } from './unreadable-state.ts';

type Found = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type SharedStackCase = {
  readonly spec: FleetStackSpec;
  /** firewalls with our label or one of our names */
  readonly firewalls: readonly Found[];
  readonly sshKeys: readonly Found[];
  /** Terraform's state of the stack; null without one */
  readonly state: StoredState | UnreadableState | null;
  readonly fleetIds: FleetIds | null;
  /** a person requested a recovery: a state that holds another project's resources is recreated */
  readonly recover: boolean;
};

export type SharedStackWork =
  | {
      readonly kind: 'work';
      /** whether the state must be removed first */
      readonly anew: boolean;
      readonly imports: readonly { readonly address: string; readonly id: string }[];
      /** existing resources, which may be updated; sorted */
      readonly ids: readonly string[];
    }
  | { readonly kind: 'conflict'; readonly message: string };

type Place = {
  readonly address: string;
  readonly name: string;
  readonly recorded: string | undefined;
  readonly found: readonly Found[];
};

export function sharedStackWork(on: SharedStackCase): SharedStackWork {
  const unreadable = on.state !== null && 'unreadable' in on.state ? on.state.unreadable : null;
  if (unreadable !== null && !on.recover) return { kind: 'conflict', message: unreadable };
  const places = placesOf(on);
  const state = new Map(resourcesOf(on.state).map((resource) => [resource.address, resource]));
  const wanted = new Set(places.map(({ address }) => address));
  const ours = places.map((place) => ({ place, ...oursAt(on, place, state) }));
  const conflicts = ours.flatMap(({ conflict }) => (conflict === null ? [] : [conflict]));
  if (conflicts.length > 0) return { kind: 'conflict', message: conflicts.sort().join('; ') };
  const stray = [...state.keys()].some((address) => !wanted.has(address));
  const anew =
    unreadable !== null ||
    ours.some(({ place, one }) => isWrong(state.get(place.address), one)) ||
    (on.recover && stray);
  const there = ours.flatMap(({ place, one }) => (one === null ? [] : [{ ...place, id: one.id }]));
  return {
    kind: 'work',
    anew,
    imports: there
      .filter(({ address }) => anew || !state.has(address))
      .map(({ address, id }) => ({ address, id })),
    ids: there.map(({ id }) => id).sort(),
  };
}

function firewallAddress(role: keyof FleetIds): string {
  return `hcloud_firewall.${role}`;
}
const keyAddress = 'hcloud_ssh_key.break_glass';

/** The resources' names at Hetzner, by Terraform's addresses. */
export function sharedNames({
  firewalls,
  breakGlassKey,
}: FleetStackSpec): ReadonlyMap<string, string> {
  const names = firewalls.map(({ role, name }) => [firewallAddress(role), name] as const);
  return new Map(breakGlassKey === null ? names : [...names, [keyAddress, breakGlassKey.name]]);
}

/** The firewalls' ids in a state; null if one is missing. */
export function fleetIdsOf(state: StoredState | null): FleetIds | null {
  const idAt = (role: keyof FleetIds) =>
    state?.resources.find(({ address }) => address === firewallAddress(role))?.id ?? null;
  const [base, bootstrap, isolation] = [idAt('base'), idAt('bootstrap'), idAt('isolation')];
  if (base === null || bootstrap === null || isolation === null) return null;
  return { base, bootstrap, isolation };
}

/** Whether the state holds the id of a firewall that the project has. */
export function isInState(state: SharedStackCase['state'], firewalls: readonly Found[]): boolean {
  const ids = new Set(firewalls.map(({ id }) => id));
  return resourcesOf(state).some(({ id }) => id !== null && ids.has(id));
}

function resourcesOf(state: SharedStackCase['state']): readonly StoredResource[] {
  return state !== null && 'resources' in state ? state.resources : [];
}

function placesOf({ spec, firewalls, sshKeys, fleetIds }: SharedStackCase): readonly Place[] {
  const places: Place[] = spec.firewalls.map(({ role, name }) => ({
    address: firewallAddress(role),
    name,
    recorded: fleetIds?.[role],
    found: firewalls,
  }));
  if (spec.breakGlassKey === null) return places;
  const { name } = spec.breakGlassKey;
  return [...places, { address: keyAddress, name, recorded: undefined, found: sshKeys }];
}

type Ours = { readonly one: Found | null; readonly conflict: string | null };

/** The existing resource for an address of the stack, and a conflict if there is one. */
function oursAt(
  { spec, recover }: SharedStackCase,
  { address, name, recorded, found }: Place,
  state: ReadonlyMap<string, StoredResource>,
): Ours {
  const inState = state.get(address);
  const byId = (id: string | null | undefined) => found.find((one) => one.id === id) ?? null;
  const named = found.find((one) => one.name === name) ?? null;
  const one = byId(recorded) ?? byId(inState?.id) ?? named;
  if (one === null) return { one, conflict: null };
  const conflicting = (conflict: string): Ours => ({ one, conflict });
  if (named !== null && named.id !== one.id)
    return conflicting(`${address} is ${one.id}, and ${named.id} has its name ${name}`);
  const labelled = Object.entries(spec.labels).every(([key, value]) => one.labels[key] === value);
  const managed = one.id === inState?.id;
  if (!labelled && one.id !== recorded && !(managed && one.name === name))
    return conflicting(`${one.id} (${one.name}) does not have the label ${labelNames.fleet}`);
  if (inState === undefined || managed || recover) return { one, conflict: null };
  return conflicting(
    `the Terraform state has ${inState.id ?? 'nothing'} instead of ${one.id} as ${address}: ` +
      '`aura init --recover` recreates it',
  );
}

/** Whether Terraform would not simply update: the state holds another id, or a failed create. */
function isWrong(inState: StoredResource | undefined, one: Found | null): boolean {
  return inState !== undefined && one !== null && (inState.id !== one.id || inState.tainted);
}
