/**
 * Hetzner's project of the local cloud, and the adapter over it. World time moves only by the
 * adapter's own waits: nothing sleeps, and every run is the same.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createHetzner } from '../../local-cloud/hetzner/hetzner.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createCloud } from '../../reconciler/adapters/hetzner/cloud.ts';
import type { Cloud } from '../../reconciler/ports/cloud.ts';

type Body = Record<string, unknown>;

/** Replaces answers between the adapter and the API. */
type Between = {
  /** may answer in the API's place */
  before?: (request: FastifyRequest, reply: FastifyReply) => void;
  /** may answer with another body, and sees when the answer leaves */
  after?: (request: FastifyRequest, body: Body) => Body | undefined;
};

export async function startHetznerWorld(options: { requestsPerHour?: number } = {}) {
  const world = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00.400Z'), rate: 0 });
  const context = { clock: world, ledger: createLedger(), faults: createFaults() };
  const token = 'h'.repeat(64);
  const hetzner = createHetzner({
    clock: world,
    randomness: createRandomness(7),
    token,
    requestsPerHour: 1_000_000,
    ...options,
  });
  const between: Between = {};
  const part: typeof hetzner = {
    ...hetzner,
    async register(app) {
      app.addHook('preHandler', async (request, reply) => between.before?.(request, reply));
      app.addHook('preSerialization', async (request, _reply, body) =>
        between.after === undefined ? body : (between.after(request, body as Body) ?? body),
      );
      await hetzner.register(app);
    },
  };
  const api = await startApi(part, context);
  const clock = {
    now: () => world.now(),
    wait: async (ms: number) => world.advance(ms / 1000),
  };
  const endpoint = `${api.url}/v1`;
  const cloud = createCloud({ endpoint, token, clock, random: () => 0 });
  return {
    ...context,
    hetzner,
    project: hetzner.project,
    between,
    endpoint,
    token,
    cloud,
    /** a process of its own, without any cache */
    another: (part: { token?: string; endpoint?: string } = {}): Cloud =>
      createCloud({ endpoint, token, clock, random: () => 0, ...part }),
    requests: (wanted: RegExp) => context.ledger.total('hetzner', (route) => wanted.test(route)),
    async post(path: string, body: unknown): Promise<Record<string, { id: number }>> {
      const answer = await fetch(`${endpoint}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    },
    async close() {
      await api.close();
      world.close();
    },
  };
}
export type HetznerWorld = Awaited<ReturnType<typeof startHetznerWorld>>;

/** A server that runs, and its id. */
export async function makeServer(world: HetznerWorld, part: Body = {}): Promise<string> {
  const { server } = await world.post('/servers', {
    name: 'agt-7m2k9q4xw3td',
    server_type: 'cpx12',
    location: 'fsn1',
    image: 'debian-12',
    labels: { 'aura.dev/fleet': 'aura' },
    ...part,
  });
  world.clock.advance(30);
  return String(server?.id);
}
