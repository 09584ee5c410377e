/**
 * The local cloud of the benchmark in a process of its own: it fills itself with servers, and
 * answers its parent over the channel with what it has used.
 */
import process from 'node:process';
import { startCloud } from '../../local-cloud/cloud.ts';
import { createServer } from '../../local-cloud/hetzner/server-create.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';

export type CloudReady = { readonly endpoint: string; readonly token: string };
export type CloudSpent = { readonly cpuMs: number; readonly rssMb: number };

/** World time is advanced after this many creates, so that they do not all start at once. */
const createsAtOnce = 500;
const createSeconds = 60;
const customers = 1000;

async function main(count: number): Promise<void> {
  const cloud = await startCloud({
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
    seed: 7,
  });
  const { hetzner, clock } = cloud.world;
  for (let n = 0; n < count; n += 1) {
    createServer(hetzner.project, wanted(n));
    if ((n + 1) % createsAtOnce === 0 || n + 1 === count) clock.advance(createSeconds);
  }
  process.on('message', () => send(spent()));
  process.once('disconnect', () => void cloud.close());
  send({ endpoint: `${cloud.addresses.hetzner}/v1`, token: hetzner.token });
}

/** Labels as the product sets them: some are the fleet's, some are unique. */
function wanted(n: number) {
  const agent = `agt-${n.toString(36).padStart(12, '0')}`;
  return {
    name: agent,
    server_type: n % 3 === 0 ? 'cpx22' : 'cpx12',
    location: ['fsn1', 'nbg1', 'hel1'][n % 3],
    image: 'debian-12',
    user_data: '#cloud-config\n',
    labels: {
      'aura.dev/fleet': 'aura',
      'aura.dev/agent': agent,
      'aura.dev/subscription': `sub_${agent}`,
      'aura.dev/customer': `cus_${n % customers}`,
      'aura.dev/created': String(1_700_000_000 + n),
      'aura.dev/revision': '1',
      'aura.dev/nonce': `n${n.toString(16)}`,
      'aura.dev/spec': (n % 2).toString(16).padStart(32, '0'),
    },
  };
}

function spent(): CloudSpent {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 2 ** 20 };
}

function send(message: CloudReady | CloudSpent): void {
  process.send?.(message);
}

await main(Number(process.argv[2] ?? 0));
