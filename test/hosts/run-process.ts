/** A process that joins a tailnet as a run does, says so, and waits to be ended. */
import { createTailnetNode } from '../../reconciler/adapters/tailscale/node.ts';
import { createFakeLog } from '../fakes/log.ts';
import { clientOf } from './tailnet-world.ts';

const { apiUrl, oauth, loginServer, found, policy } = JSON.parse(process.argv[2] ?? '');
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const run = createTailnetNode({
  tailnet: clientOf(apiUrl, oauth),
  findPrograms: () => found,
  loginServer,
  clock: { now: Date.now, wait },
  log: createFakeLog([]),
});
await run.join(policy);
process.stdout.write('joined\n');
await wait(60_000);
