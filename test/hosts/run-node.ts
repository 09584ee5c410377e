/** A run's node of a real tailnet, as the product joins it. */
import { dirname, join } from 'node:path';
import { createTailnetNode } from '../../reconciler/adapters/tailscale/node.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import type { TailnetNode } from '../../reconciler/ports/tailnet-node.ts';
import { createFakeLog } from '../fakes/log.ts';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createRunNode(options: {
  readonly tailnet: Tailnet;
  readonly loginServer: string;
  readonly tailscaled: string;
}): TailnetNode {
  const { tailnet, loginServer, tailscaled } = options;
  const found = { tailscaled, tailscale: join(dirname(tailscaled), 'tailscale') };
  return createTailnetNode({
    tailnet,
    findPrograms: () => found,
    loginServer,
    clock: { now: Date.now, wait },
    log: createFakeLog([]),
  });
}
