/**
 * The whole story on the local cloud, with the real Terraform and provider, a real git server and a
 * real S3 API: a payment becomes a running agent, and a cancellation leaves nothing behind.
 *
 *   npm start [-- --hosts [--install]]
 *
 * The last line of its output is one JSON object.
 */
import { parseArgs } from 'node:util';
import { asFailure } from '../reconciler/core/failure.ts';
import { aLifeInGit, auditTrail, theLastCancel, whatIsLeft } from './demo/ending.ts';
import {
  changedByHand,
  nothingToDo,
  stoppedAndStarted,
  theFirstRun,
  twoCustomersPay,
} from './demo/everyday.ts';
import type { StageHosts } from './demo/hosts.ts';
import { createNarrator, type Narrator } from './demo/narrator.ts';
import { theRepositoryIsReady } from './demo/ready.ts';
import { openStage } from './demo/stage.ts';
import {
  createReverted,
  killedInTheMiddle,
  onceTooMany,
  seenByTerraformAlone,
  strayServer,
} from './demo/trouble.ts';

const usage = `usage: npm start [-- --hosts [--install]]

  --hosts    servers are real machines on this computer, configured by Ansible and joined to a real
             tailnet: needs Linux and root, and takes some minutes
  --install  with --hosts: installs the Debian packages that the machines need
`;

async function main(): Promise<void> {
  const options = optionsIn(process.argv.slice(2));
  if (options === null || options.help) {
    (options === null ? process.stderr : process.stdout).write(usage);
    process.exitCode = options === null ? 64 : 0;
    return;
  }
  const narrator = createNarrator(process.stdout);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  try {
    const result = await tell(narrator, options.hosts);
    narrator.end({ ok: result.leaked === 0, ...result, seconds: seconds() });
    process.exitCode = result.leaked === 0 ? 0 : 1;
  } catch (thrown) {
    const { reason, message } = asFailure(thrown);
    if (thrown instanceof Error) process.stderr.write(`\n${thrown.stack ?? thrown.message}\n`);
    narrator.end({ ok: false, reason, message, seconds: seconds() });
    process.exitCode = 1;
  }
}

/** null for arguments that it does not have. */
function optionsIn(args: readonly string[]): { hosts: StageHosts; help: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        hosts: { type: 'boolean', default: false },
        install: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { hosts, install, help } = values;
    if (install && !hosts) return null;
    return { hosts: hosts ? { kind: 'real', install } : { kind: 'simulated' }, help };
  } catch {
    return null;
  }
}

async function tell(
  narrator: Narrator,
  hosts: StageHosts,
): Promise<{ leaked: number; commits: number }> {
  const stage = await openStage(narrator, hosts);
  narrator.say('The local cloud is up: Hetzner, Tailscale, Stripe, GitHub, git, S3 and mail.');
  if (hosts.kind === 'real') narrator.say('Its servers are machines on this computer.');
  try {
    const cast = await twoCustomersPay(stage);
    await theFirstRun(stage, cast);
    await theRepositoryIsReady(stage);
    await nothingToDo(stage);
    await changedByHand(stage, cast);
    await stoppedAndStarted(stage, cast);
    const cleo = await killedInTheMiddle(stage);
    await createReverted(stage, cleo);
    await seenByTerraformAlone(stage, cast);
    await onceTooMany(stage, cast);
    await strayServer(stage);
    await theLastCancel(stage, [cast.ben, cleo]);
    await aLifeInGit(stage, cleo);
    const commits = await auditTrail(stage);
    return { leaked: await whatIsLeft(stage), commits };
  } finally {
    await stage.close();
  }
}

await main();
