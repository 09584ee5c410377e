/** A machine that cannot join the tailnet. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { TailnetNode } from '../../reconciler/ports/tailnet-node.ts';

export const outsideTailnet: TailnetNode = {
  async join() {
    throw new Failure('ToolMissing', 'there is no Tailscale here');
  },
  connectCommand() {
    throw new Failure('NetworkUnreachable', 'this run is not in the tailnet');
  },
  ask: async () => ({ kind: 'unreachable', said: 'this run is not in the tailnet' }),
  async close() {},
};
