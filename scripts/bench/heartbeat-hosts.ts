/**
 * A process that is the hosts of many agents. Its parent says whose, and then starts turns: each
 * host sends one heartbeat, evenly spread over the time. A time counts from when the heartbeat was
 * due, so that one that could not be sent in time is not flattered.
 */
import { Agent, request } from 'node:http';
import { heartbeatBody, heartbeatHeaders } from '../../local-cloud/host-heartbeats.ts';

export type HostsMessage =
  | {
      readonly url: string;
      readonly agents: readonly { readonly id: string; readonly key: string }[];
    }
  | { readonly seconds: number };
export type TurnResult = {
  /** by status; 0 for no answer */
  readonly answers: Readonly<Record<string, number>>;
  /** of each, from when it was due */
  readonly ms: readonly number[];
};

const patienceMs = 15_000;
const pauseMs = 2000;
/** As behind a proxy, which keeps its connections. */
const connections = new Agent({ keepAlive: true, maxSockets: 50 });

let url = '';
let agents: readonly { readonly id: string; readonly key: string }[] = [];

process.on('message', (message: HostsMessage) => {
  if ('url' in message) ({ url, agents } = message);
  else void turn(message.seconds).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

async function turn(seconds: number): Promise<TurnResult> {
  const startedMs = performance.now();
  const answers: Record<string, number> = {};
  const ms: number[] = [];
  const open: Promise<void>[] = [];
  for (const [n, agent] of agents.entries()) {
    const dueMs = startedMs + (n * seconds * 1000) / agents.length;
    await until(dueMs);
    open.push(
      send(agent).then((status) => {
        answers[status] = (answers[status] ?? 0) + 1;
        ms.push(performance.now() - dueMs);
      }),
    );
  }
  await Promise.all(open);
  // The service accepts one in ten seconds of each: none comes sooner again, even if it was late.
  await until(performance.now() + pauseMs);
  return { answers, ms };
}

async function until(atMs: number): Promise<void> {
  const waitMs = atMs - performance.now();
  if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

const body = JSON.stringify(heartbeatBody({ tailnet: true }));

function send({ id, key }: { readonly id: string; readonly key: string }): Promise<number> {
  const sentAt = String(Math.floor(Date.now() / 1000));
  const headers = {
    ...heartbeatHeaders({ agent: id, key }, sentAt, body),
    'content-length': Buffer.byteLength(body),
  };
  const options = { method: 'POST', agent: connections, headers, timeout: patienceMs };
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/agents/${id}/heartbeat`, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
