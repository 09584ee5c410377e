/** A world with one orphan of each kind, and how it is found and decided on. */
import assert from 'node:assert/strict';
import {
  agentStateKey,
  deviceTag,
  labelNames,
} from '../../../../reconciler/core/fleet/observed.ts';
import type { Reconciled } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import { idNo, labelsNo } from '../../../builders/world.ts';
import { bringUp, plantServer } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

export const head = 'aura/orphans';
export const hour = 3_600_000;
export const ours = { [labelNames.fleet]: 'aura', [labelNames.agent]: idNo(9) };
export const key = agentStateKey('aura', idNo(9));

/** How each kind is created, and whether it is still there. */
export const kinds: Readonly<Record<string, (world: FakeWorld) => () => boolean>> = {
  server(world) {
    const { id } = plantServer(world, idNo(9), labelsNo(9));
    return () => world.project.servers.has(id);
  },
  device(world) {
    const { nodeId } = world.tailnet.add(idNo(9), deviceTag('aura'));
    return () => world.tailnet.devices.has(nodeId);
  },
  state(world) {
    world.bucket.states.set(key, { managed: [], modifiedMs: world.time.now() });
    return () => world.bucket.states.has(key);
  },
  lock(world) {
    const created = new Date(world.time.now()).toISOString();
    const lock = { id: 'l1', who: 'root@runner', operation: 'OperationTypeApply', created };
    world.bucket.locks.set(key, lock);
    return () => world.bucket.locks.has(key);
  },
  primaryIp(world) {
    const id = world.project.nextId();
    world.project.primaryIps.set(id, {
      id,
      ip: '198.51.100.99',
      labels: ours,
      assignee: null,
      autoDelete: false,
      location: 'fsn1',
      created: new Date(world.time.now()).toISOString(),
    });
    return () => world.project.primaryIps.has(id);
  },
  sshKey(world) {
    const id = world.project.nextId();
    const created = new Date(world.time.now()).toISOString();
    world.project.sshKeys.set(id, {
      name: 'laptop',
      publicKey: 'ssh-ed25519 A',
      labels: ours,
      created,
    });
    return () => world.project.sshKeys.has(id);
  },
  authKey(world) {
    const createdMs = world.time.now();
    world.tailnet.keys.set('k9', {
      id: 'k9',
      secret: 'never handed out',
      description: `aura ${idNo(9)}`,
      tag: deviceTag('aura'),
      createdMs,
      expiresMs: createdMs + 30 * 24 * hour,
    });
    return () => world.tailnet.keys.has('k9');
  },
  snapshot(world) {
    const id = world.project.nextId();
    const created = new Date(world.time.now()).toISOString();
    const image = { id, description: 'an old image', created, labels: ours, monthlyCost: 1.2 };
    world.project.snapshots.set(id, image);
    return () => world.project.snapshots.has(id);
  },
};

export async function look(world: FakeWorld): Promise<Reconciled> {
  return (await reconcileOnce(world, 'everything')) ?? assert.fail('the process died');
}

/** A person sets every file of the open proposal to this decision and merges it. */
export function decideAll(world: FakeWorld, decision: string): void {
  const [proposal] = world.forge.open();
  assert.equal(proposal?.head, head);
  const edits = [...(world.git.tip(head)?.tree ?? [])]
    .filter(([path]) => path.startsWith('orphans/'))
    .map(([path, text]) => [path, text.replace('decision: undecided', `decision: ${decision}`)]);
  world.git.add(head, { subject: 'Decided', edits: Object.fromEntries(edits) });
  world.forge.merge(proposal?.number ?? 0);
}

export function strayWorld(kind: string) {
  const world = createFakeWorld();
  bringUp(world, 1);
  const isThere = kinds[kind]?.(world) ?? assert.fail();
  world.advance(3 * hour);
  return { world, isThere };
}
