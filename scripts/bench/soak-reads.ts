/** Reads customers' status pages at a fixed rate, and counts the answers. */
import { Agent, request } from 'node:http';
import { agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { tokenSecret } from './intake-messages.ts';

type ReadFigures = {
  readonly sent: number;
  /** by status; 0 for no answer */
  readonly answers: Readonly<Record<string, number>>;
  readonly ms: readonly number[];
};
type Readers = { stop(): Promise<ReadFigures> };

const everyMs = 20;

export function startReaders(
  url: string,
  { subscriptions, perSecond }: { subscriptions: readonly string[]; perSecond: number },
): Readers {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const expires = Math.floor(Date.now() / 1000) + 86_400;
  const asked = subscriptions.map((subscription, n) => {
    const id = agentIdOf(subscription);
    const token = createLink({ id, epoch: 0, expires, secret: tokenSecret });
    const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address };
    return { path: `/v1/agents/${id}`, headers };
  });
  const open = new Set<Promise<void>>();
  const answers: Record<string, number> = {};
  const ms: number[] = [];
  const startedMs = performance.now();
  let sent = 0;

  function read(): void {
    const one = asked[sent % asked.length];
    sent += 1;
    const began = performance.now();
    const done = get(agent, url, one ?? {}).then((status) => {
      answers[status] = (answers[status] ?? 0) + 1;
      ms.push(performance.now() - began);
      open.delete(done);
    });
    open.add(done);
  }

  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) * perSecond) / 1000;
    while (sent < due) read();
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return { sent, answers, ms };
    },
  };
}

const patienceMs = 15_000;

function get(agent: Agent, url: string, options: object): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { ...options, agent, timeout: patienceMs }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end();
  });
}
