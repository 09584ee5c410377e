/**
 * The whole story on the local cloud, with the real Terraform and provider, a real git server and a
 * real S3 API: a payment becomes a running agent, and a cancellation leaves nothing behind.
 *
 *   npm start
 *
 * The last line of its output is one JSON object.
 */
import { asFailure } from '../reconciler/core/failure.ts';
import { auditTrail, theLastCancel, whatIsLeft } from './demo/ending.ts';
import {
  changedByHand,
  nothingToDo,
  stoppedAndStarted,
  theFirstRun,
  twoCustomersPay,
} from './demo/everyday.ts';
import { createNarrator, type Narrator } from './demo/narrator.ts';
import { openStage } from './demo/stage.ts';
import {
  createReverted,
  killedInTheMiddle,
  onceTooMany,
  seenByTerraformAlone,
  strayServer,
} from './demo/trouble.ts';

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
    const result = await tell(narrator);
    narrator.end({ ok: result.leaked === 0, ...result, seconds: seconds() });
    process.exitCode = result.leaked === 0 ? 0 : 1;
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
    await theFirstRun(stage, cast);
    await nothingToDo(stage);
    await changedByHand(stage, cast);
    await stoppedAndStarted(stage, cast);
    const cleo = await killedInTheMiddle(stage);
    await createReverted(stage, cleo);
    await seenByTerraformAlone(stage, cast);
    await onceTooMany(stage, cast);
    await strayServer(stage);
    await theLastCancel(stage, [cast.ben, cleo]);
    const commits = await auditTrail(stage);
    return { leaked: await whatIsLeft(stage), commits };
  } finally {
    await stage.close();
  }
}

await main();
