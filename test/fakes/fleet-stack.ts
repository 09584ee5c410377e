/**
 * The shared stack in memory, as Terraform has it: it creates what its state lacks, and Hetzner
 * refuses a second one of a name; what the state holds and the project lacks is dropped from the
 * state and created again.
 */

import { Failure } from '../../reconciler/core/failure.ts';
import { canonicalRules, type WantedFirewall } from '../../reconciler/core/fleet/firewall.ts';
import type { PlannedResource } from '../../reconciler/core/stack/gate.ts';
import type { FleetStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import type { Managed } from './bucket.ts';
import type { FakeProject } from './servers.ts';

type Effect = Omit<PlannedResource, 'changed'>;

const breakGlassAddress = 'hcloud_ssh_key.break_glass';

export function planFleet(
  project: FakeProject,
  spec: FleetStackSpec,
  managed: readonly Managed[],
): readonly PlannedResource[] {
  const wanted = new Set([...spec.firewalls.map(addressOf), breakGlassAddress]);
  const planned = spec.firewalls.map((one): Effect => {
    const address = addressOf(one);
    const mine = managed.find((known) => known.address === address);
    const found = project.firewalls.get(mine?.id ?? '');
    const id = found === undefined ? null : (mine?.id ?? null);
    const same =
      found?.name === one.name &&
      found.rules === canonicalRules(one.rules) &&
      found.selectors.join() === one.selector &&
      sameLabels(found.labels, spec.labels);
    const action = found === undefined ? 'create' : mine?.tainted ? 'replace' : 'update';
    return {
      address,
      action: same && !mine?.tainted ? 'none' : action,
      id,
    };
  });
  const strays = managed
    .filter(({ address, id }) => !wanted.has(address) && isThere(project, id))
    .map(({ address, id }): Effect => ({ address, id, action: 'delete' }));
  return [...planned, ...planKey(project, spec, managed), ...strays].map((one) => ({
    ...one,
    changed: one.action === 'update' ? ['apply_to', 'rule'] : [],
  }));
}

function planKey(
  project: FakeProject,
  { breakGlassKey, labels }: FleetStackSpec,
  managed: readonly Managed[],
): readonly Effect[] {
  const mine = managed.find(({ address }) => address === breakGlassAddress);
  const found = project.sshKeys.get(mine?.id ?? '');
  const id = found === undefined ? null : (mine?.id ?? null);
  const resource = { address: breakGlassAddress, id };
  if (breakGlassKey === null) return id === null ? [] : [{ ...resource, action: 'delete' }];
  if (found === undefined) return [{ ...resource, action: 'create' }];
  if (found.publicKey !== breakGlassKey.publicKey) return [{ ...resource, action: 'replace' }];
  const same = found.name === breakGlassKey.name && sameLabels(found.labels, labels);
  return [{ ...resource, action: same ? 'none' : 'update' }];
}

/** Creates one resource after the other; `save` receives the content of the state after each. */
export function runFleet(
  project: FakeProject,
  spec: FleetStackSpec,
  { managed, save }: { managed: readonly Managed[]; save: (managed: readonly Managed[]) => void },
): void {
  let held = managed.filter(({ id }) => isThere(project, id));
  for (const { address, action, id } of planFleet(project, spec, managed)) {
    if (action === 'none') continue;
    const made = id ?? project.nextId();
    const wanted = spec.firewalls.find((one) => addressOf(one) === address);
    if (wanted !== undefined) writeFirewall(project, wanted, { id: made, labels: spec.labels });
    else writeKey(project, spec, made);
    if (id === null) held = [...held, { address, id: made, tainted: false }];
    save(held);
  }
  save(held);
}

function writeFirewall(
  { firewalls }: FakeProject,
  { name, rules, selector }: WantedFirewall,
  { id, labels }: { readonly id: string; readonly labels: Readonly<Record<string, string>> },
): void {
  const other = [...firewalls].some(([known, one]) => known !== id && one.name === name);
  if (other) throw new Failure('Conflict', `name is already used (uniqueness_error): ${name}`);
  firewalls.set(id, {
    name,
    labels: { ...labels },
    rules: canonicalRules(rules),
    selectors: [selector],
  });
}

function writeKey({ sshKeys }: FakeProject, spec: FleetStackSpec, id: string): void {
  const key = spec.breakGlassKey;
  if (key === null) return;
  const other = [...sshKeys].some(
    ([known, { name, publicKey }]) =>
      known !== id && (name === key.name || publicKey === key.publicKey),
  );
  if (other) throw new Failure('Conflict', `SSH key not unique (uniqueness_error): ${key.name}`);
  sshKeys.set(id, { ...key, labels: { ...spec.labels }, created: new Date(0).toISOString() });
}

/** As an applied stack leaves them: in the project and in the returned state. */
export function plantFleet(project: FakeProject, spec: FleetStackSpec): readonly Managed[] {
  let held: readonly Managed[] = [];
  runFleet(project, spec, { managed: [], save: (managed) => (held = managed) });
  return held;
}

function addressOf({ role }: Pick<WantedFirewall, 'role'>): string {
  return `hcloud_firewall.${role}`;
}

function isThere({ firewalls, sshKeys }: FakeProject, id: string): boolean {
  return firewalls.has(id) || sshKeys.has(id);
}

function sameLabels(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return (
    JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
  );
}
