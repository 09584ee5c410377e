/** A process that joins a tailnet as a run does, says so, and waits to be ended. */
import { createRunNode } from './run-node.ts';
import { clientOf } from './tailnet-world.ts';

const { apiUrl, oauth, policy, ...options } = JSON.parse(process.argv[2] ?? '');
await createRunNode({ ...options, tailnet: clientOf(apiUrl, oauth) }).join(policy);
process.stdout.write('joined\n');
await new Promise((resolve) => setTimeout(resolve, 60_000));
