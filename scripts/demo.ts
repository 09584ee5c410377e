/**
 * The whole story on the local cloud, with the real Terraform and provider, a real git server and a
 * real S3 API: a payment becomes a running agent, and a cancellation leaves nothing behind.
 *
 *   npm start
 *
 * The last line of its output is one JSON object.
 */
import { destroyFleet } from '../reconciler/apply/fleet.ts';
import { asFailure } from '../reconciler/core/failure.ts';
import { readCatalogAndPolicy } from '../reconciler/read-catalog.ts';
import { createNarrator, type Narrator } from './demo/narrator.ts';
import { openStage, type Stage } from './demo/stage.ts';
import {
  changedByHand,
  createReverted,
  killedInTheMiddle,
  nothingToDo,
  onceTooMany,
  stoppedAndStarted,
  strayServer,
  theFirstTick,
  theLastCancel,
  twoCustomersPay,
} from './demo/story.ts';

async function main(): Promise<void> {
  if (process.argv.length > 2) {
    process.stderr.write('usage: npm start\n');
    process.exitCode = 64;
    return;
  }
  const narrator = createNarrator(process.stdout);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  try {
    const told = await tell(narrator);
    narrator.end({ ok: told.leaked === 0, ...told, seconds: seconds() });
    process.exitCode = told.leaked === 0 ? 0 : 1;
  } catch (thrown) {
    const { reason, message } = asFailure(thrown);
    if (thrown instanceof Error) process.stderr.write(`\n${thrown.stack ?? thrown.message}\n`);
    narrator.end({ ok: false, reason, message, seconds: seconds() });
    process.exitCode = 1;
  }
}

async function tell(narrator: Narrator): Promise<{ leaked: number; commits: number }> {
  const stage = await openStage(narrator);
  narrator.say('The local cloud is up: Hetzner, Tailscale, Stripe, GitHub, git, S3 and mail.');
  try {
    const cast = await twoCustomersPay(stage);
    await theFirstTick(stage, cast);
    await nothingToDo(stage);
    await changedByHand(stage, cast);
    await stoppedAndStarted(stage, cast);
    const cleo = await killedInTheMiddle(stage);
    await createReverted(stage, cleo);
    await onceTooMany(stage, cast);
    await strayServer(stage);
    await theLastCancel(stage, [cast.ben, cleo]);
    const commits = await auditTrail(stage);
    return { leaked: await whatIsLeft(stage), commits };
  } finally {
    await stage.close();
  }
}

async function auditTrail({ narrator, operator }: Stage): Promise<number> {
  narrator.chapter('The git log is the audit trail');
  const format = '%h %an: %s%n        %(trailers:separator=%x2C ,unfold)';
  const log = await operator.git('log', '--first-parent', `--format=${format}`, 'origin/main');
  narrator.say(log.replaceAll(/\n\s*\n/g, '\n'));
  const count = await operator.git('rev-list', '--count', 'origin/main', 'origin/status');
  return Number(count);
}

/** The fleet's own stack goes too; then the world has nothing of ours. */
async function whatIsLeft({ narrator, ports, cloud }: Stage): Promise<number> {
  narrator.chapter('The fleet’s own stack goes, and the world is empty');
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

await main();
