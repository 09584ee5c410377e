/** The last chapters: all resources are destroyed, and the git log shows every change. */
import assert from 'node:assert/strict';
import type { Printed } from '../../reconciler/app/cli/text/documents.ts';
import { destroyFleet } from '../../reconciler/flows/reconcile/apply/fleet.ts';
import { readCatalogAndPolicy } from '../../reconciler/flows/shared/read-catalog.ts';
import { auraJson } from './program.ts';
import { committed, hour, indented, reconcileExpecting, tellMails } from './scene.ts';
import type { Customer, Stage } from './stage.ts';

export async function theLastCancel(stage: Stage, last: readonly Customer[]): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A day later the last customers cancel');
  stage.advance(25 * hour);
  for (const customer of last) {
    await stage.cancel(customer);
    await committed(stage, customer, 'state: ended');
  }
  await stage.reconcile();
  tellMails(stage);
  stage.advance(hour + 60);
  await reconcileExpecting(stage, ['retire']);
  await stage.reconcile();
  const files = await stage.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'agents/');
  assert.equal(files, 'agents/.gitkeep');
  narrator.say('All of their resources are destroyed, and their files are removed.');
}

/** What git alone tells of an agent: who decided, and what was done. */
export async function aLifeInGit(
  { narrator, env }: Stage,
  { name, agent }: Customer,
): Promise<void> {
  narrator.chapter(`Git tells the whole life of ${name}’s agent`);
  const { entries } = await auraJson<Printed<'history'>>(['history', agent], env);
  const shown = entries.flatMap((entry) => {
    if (!('kind' in entry) || entry.kind === 'record') return [];
    if (entry.kind === 'work') return [`Aura: ${entry.change}, ${entry.outcome}`];
    return [`${entry.who}: ${entry.subject.replace(`${agent}: `, '')}`];
  });
  narrator.say(shown.map(indented).join('\n'));
  const work = entries.flatMap((entry) => {
    return 'kind' in entry && entry.kind === 'work' ? [`${entry.change} ${entry.outcome}`] : [];
  });
  const whole = ['create superseded', 'resume succeeded', 'power succeeded', 'retire succeeded'];
  assert.deepEqual(work, whole);
}

export async function auditTrail({ narrator, operator }: Stage): Promise<number> {
  narrator.chapter('The git log is the audit trail');
  const format = '%h %an: %s%n        %(trailers:separator=%x2C ,unfold)';
  const log = await operator.git('log', '--first-parent', `--format=${format}`, 'origin/main');
  narrator.say(log.replaceAll(/\n\s*\n/g, '\n'));
  const count = await operator.git('rev-list', '--count', 'origin/main', 'origin/status');
  return Number(count);
}

/** Destroys the fleet's own stack, and counts what is left in the world. */
export async function whatIsLeft({ narrator, ports, cloud }: Stage): Promise<number> {
  narrator.chapter('The fleet’s own stack is destroyed, and the world is empty');
  const snapshot = await ports.state.fetch('main');
  if (snapshot === null) throw new Error('main is gone');
  await destroyFleet(ports, (await readCatalogAndPolicy(snapshot)).policy);
  const world = (await cloud.world.control.dump()) as Record<string, unknown>;
  const names = ['servers', 'primaryIps', 'firewalls', 'sshKeys', 'devices', 'states', 'locks'];
  const counts = names.map((name) => [name, (world[name] as unknown[]).length] as const);
  const keys = (world['keys'] as { invalid?: boolean }[]).filter((key) => key.invalid !== true);
  const all = [...counts, ['usable auth keys', keys.length] as const];
  narrator.say(all.map(([name, count]) => `${name}: ${count}`).join(', '));
  return all.reduce((sum, [, count]) => sum + count, 0);
}
