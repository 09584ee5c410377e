/** The port `TailnetNode`: a tailscaled that joins with a key for this process alone. */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Tailnet } from '../../ports/tailnet.ts';
import type { TailnetNode } from '../../ports/tailnet-node.ts';
import { type Daemon, type Programs, startDaemon } from './daemon.ts';
import { askGateway } from './gateway.ts';

type NodeOptions = {
  readonly tailnet: Tailnet;
  /** throws `ToolMissing` */
  readonly findPrograms: () => Programs;
  /** of another control server; null for Tailscale's own */
  readonly loginServer: string | null;
  readonly clock: Clock;
  readonly log: Log;
};

export function createTailnetNode(options: NodeOptions): TailnetNode {
  let joining: Promise<Daemon> | null = null;
  let daemon: Daemon | null = null;
  const connectCommand = () => {
    if (daemon !== null) return daemon.connectCommand;
    throw new Failure('NetworkUnreachable', 'this run is not in the tailnet');
  };
  return {
    async join({ fleet, tailnet: { keySeconds } }) {
      joining ??= enter(options, fleet, keySeconds);
      daemon = await joining;
    },
    connectCommand,
    async ask(device, path) {
      const connect = connectCommand();
      // Tailscale connects to an address that is in no tailnet over this machine's own network.
      if ((await daemon?.knows(device.address)) === true) return askGateway(connect, device, path);
      return { kind: 'unreachable', said: 'the tailnet does not show this device to runs' };
    },
    async close() {
      await (await joining?.catch(() => null))?.close();
      [joining, daemon] = [null, null];
    },
  };
}

async function enter(options: NodeOptions, fleet: string, seconds: number): Promise<Daemon> {
  const { tailnet, findPrograms, loginServer, clock, log } = options;
  try {
    const daemon = await startDaemon(findPrograms(), clock);
    try {
      const key = await tailnet.createRunKey({ fleet, seconds });
      try {
        await daemon.up(key.secret, `${fleet}-ci`, loginServer);
      } catch (thrown) {
        // It is not known whether the key was used; unless revoked it expires within minutes.
        await tailnet
          .revokeKey(key.id)
          .catch((error: unknown) =>
            log.warn({ key: key.id, error }, 'a key could not be revoked'),
          );
        throw thrown;
      }
      return daemon;
    } catch (thrown) {
      await daemon.close();
      throw thrown;
    }
  } catch (error) {
    log.warn({ error }, 'this run does not join the tailnet: it reaches hosts by port 22');
    throw error;
  }
}
