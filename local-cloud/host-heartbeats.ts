/**
 * The heartbeats of simulated hosts, over HTTP and signed as the program on a real host signs them.
 * One is sent when a host is configured, then one a minute, the first of them soon, as by a timer whose
 * second of the minute that is: by the clock of the service, which accepts no other time.
 */
import { createHmac } from 'node:crypto';
import type { Heartbeat } from '../schemas/generated/heartbeat.ts';

type HostHeartbeats = {
  /** @param given `{url, key}`; anything else ends its heartbeats */
  configure(server: number, agent: string, given: unknown): void;
  forget(server: number): void;
  close(): void;
};

/** The clock that hosts and service share; `after` returns what cancels it. */
export type BeatClock = {
  now(): number;
  after(delayMs: number, run: () => void): () => void;
};

export const wallClock: BeatClock = {
  now: Date.now,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

const everyMs = 60_000;
const soonMs = 11_000;
const answerTimeoutMs = 10_000;

/** What simulated hosts report is constant, but for what the world has. */
export function heartbeatBody({ tailnet }: Pick<Heartbeat, 'tailnet'>): Heartbeat {
  return {
    unit: { state: 'active', restarts: 0 },
    answers: true,
    containers: { running: 0, unhealthy: 0 },
    memory: { totalMb: 1967, freeMb: 842 },
    disk: { totalMb: 38_100, freeMb: 31_400 },
    openclaw: '2026.9.6',
    rebootPending: false,
    tailnet,
  };
}

export function createHostHeartbeats(
  clock: BeatClock,
  bodyOf: (server: number) => Heartbeat | null,
): HostHeartbeats {
  /** by server, what cancels its next one */
  const next = new Map<number, () => void>();
  const forget = (server: number) => {
    next.get(server)?.();
    next.delete(server);
  };
  return {
    configure(server, agent, given) {
      forget(server);
      const { url, key } = (given ?? {}) as Record<string, unknown>;
      if (typeof url !== 'string' || typeof key !== 'string') return;
      const beat = () => {
        const body = bodyOf(server);
        const sentAt = String(Math.floor(clock.now() / 1000));
        if (body !== null) void send({ url, key, agent }, sentAt, JSON.stringify(body));
      };
      const beatEachMinute = () => {
        beat();
        next.set(server, clock.after(everyMs, beatEachMinute));
      };
      beat();
      next.set(server, clock.after(soonMs, beatEachMinute));
    },
    forget,
    close() {
      for (const server of next.keys()) forget(server);
    },
  };
}

type Address = { readonly url: string; readonly key: string; readonly agent: string };

/** The headers with which a host sends a heartbeat at a time, in seconds since the epoch of UNIX. */
export function heartbeatHeaders(
  { key, agent }: Omit<Address, 'url'>,
  sentAt: string,
  body: string,
) {
  const signed = `aura.dev/heartbeat\n${agent}\n${sentAt}\n${body}`;
  return {
    'content-type': 'application/json',
    'aura-sent-at': sentAt,
    'aura-signature': createHmac('sha256', key).update(signed).digest('hex'),
  };
}

/** A service that does not answer is no trouble of the host: the next one follows. */
async function send({ url, ...from }: Address, sentAt: string, body: string): Promise<void> {
  const headers = heartbeatHeaders(from, sentAt, body);
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const sending = { method: 'POST', headers, body, signal };
  await fetch(`${url}/v1/agents/${from.agent}/heartbeat`, sending).then(
    (answer) => answer.body?.cancel(),
    () => {},
  );
}
