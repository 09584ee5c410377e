/**
 * While the service runs: sends changes of the agents to each endpoint, at once after the fleet has
 * changed, and when a retry is due. A slow endpoint does not delay another one.
 */
import { asFailure } from '../../core/failure.ts';
import type { EndpointTrouble } from '../../core/webhooks/cursor.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Receiver } from '../../ports/receiver.ts';
import { policyOnMain } from '../shared/read-catalog.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';

type WatchPorts = Pick<Ports, 'state' | 'archive' | 'clock' | 'log'>;
type Watched = {
  readonly receivers: readonly Receiver[];
  /** this process, among those that share a cursor */
  readonly holder: string;
  /** calls back after the fleet has changed */
  onChange(hear: () => void): () => void;
};

const lookEveryMs = 5000;

export type WebhookWatch = Watch & {
  /** of the endpoints to which this process delivers */
  troubles(): readonly EndpointTrouble[];
};

export function createWebhookWatch(
  ports: WatchPorts,
  { receivers, holder, onChange }: Watched,
): WebhookWatch {
  const watches = receivers.map((receiver) => {
    const endpoint = opened(ports, receiver, holder);
    const look = oneAtATime(endpoint.look);
    const failed = (error: unknown) =>
      ports.log.error({ endpoint: receiver.name, error }, 'webhooks could not be sent');
    const watch = createWatch(ports.clock, lookEveryMs, look, failed);
    const hear = () => void look().catch((thrown) => failed(asFailure(thrown)));
    return { watch, hear, trouble: endpoint.trouble };
  });
  let ignore = () => {};
  return {
    troubles: () => watches.flatMap(({ trouble }) => trouble() ?? []),
    async run() {
      ignore = onChange(() => {
        for (const { hear } of watches) hear();
      });
      await Promise.all(watches.map(({ watch }) => watch.run()));
    },
    end() {
      ignore();
      for (const { watch } of watches) watch.end();
    },
  };
}

/** The name of the fleet, which is part of the cursor's key, is read at the first look. */
function opened(ports: WatchPorts, receiver: Receiver, holder: string): Endpoint {
  let endpoint: Endpoint | null = null;
  return {
    trouble: () => endpoint?.trouble() ?? null,
    async look() {
      if (endpoint === null) {
        const { fleet } = await policyOnMain(ports);
        const key = `${fleet}/webhooks/${receiver.name}.json`;
        endpoint = createEndpoint(ports, { receiver, key, holder });
      }
      await endpoint.look();
    },
  };
}

/** A call during one that is in progress causes one more after it. */
function oneAtATime(look: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let again = false;
  const looks = async () => {
    do {
      again = false;
      await look();
    } while (again);
  };
  return () => {
    again = true;
    current ??= looks().finally(() => {
      current = null;
    });
    return current;
  };
}
