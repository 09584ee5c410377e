/** A fleet whose records change, and an endpoint of the platform that keeps what it was sent. */
import assert from 'node:assert/strict';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import type { Condition, Phase } from '../../../reconciler/core/fleet/recorded.ts';
import { createEndpoint } from '../../../reconciler/flows/webhooks/endpoint.ts';
import type { Delivery } from '../../../reconciler/ports/receiver.ts';
import type { WebhookEvent } from '../../../schemas/generated/webhook-event.ts';
import { validate } from '../../../schemas/validate.ts';
import { idNo, recordNo } from '../../builders/world.ts';
import type { FakeProcess, FakeWorld } from '../../fakes/world.ts';

type State = WebhookEvent['data']['current'];
export const accepted: Delivery = { kind: 'accepted' };
export const refused: Delivery = {
  kind: 'refused',
  why: 'it answers 500',
  isDown: true,
  retryAfterMs: null,
};
export const key = 'aura/webhooks/shop.json';

/** What the other side has: every request, and of each agent what its events said. */
export function createPlatform() {
  const got: { id: string; agent: string; event: WebhookEvent }[] = [];
  const known = new Map<string, State>();
  const times = new Map<string, string>();
  const ids = new Set<string>();
  const platform = {
    got,
    ids,
    known,
    /** what happens before it reads a request of that process */
    hold: async (_holder: string): Promise<void> => {},
    /** what it answers; it keeps only what it accepts */
    answer: (_agent: string, _event: WebhookEvent): Delivery => accepted,
    receive({ id, body }: { id: string; body: string }): Delivery {
      const event: unknown = JSON.parse(body);
      const valid = validate('webhook-event', event);
      assert.ok(valid.ok, JSON.stringify(valid));
      const { agent, current } = valid.value.data;
      const delivery = platform.answer(agent, valid.value);
      got.push({ id, agent, event: valid.value });
      // As the guide says: by its id, and not after a newer one.
      const { timestamp } = valid.value;
      if (delivery.kind !== 'accepted' || ids.has(id)) return delivery;
      ids.add(id);
      if (timestamp < (times.get(agent) ?? '')) return delivery;
      times.set(agent, timestamp);
      known.set(agent, current);
      return delivery;
    },
    phases: (n: number) =>
      got.filter(({ agent }) => agent === idNo(n)).map(({ event }) => event.data.current.phase),
  };
  return platform;
}
export type Platform = ReturnType<typeof createPlatform>;

/** The endpoint as a process sees it, which sends nothing once that process is dead. */
export function endpointOf(process: FakeProcess, platform: Platform, holder: string) {
  const receiver = {
    name: 'shop',
    async deliver(event: { id: string; body: string }) {
      await platform.hold(holder);
      assert.ok(process.alive(), 'a dead process sends');
      return platform.receive(event);
    },
  };
  return createEndpoint(process.ports, { receiver, key, holder });
}

/** The records of these agents get this phase, in one commit. */
export function become(
  world: FakeWorld,
  numbers: readonly number[],
  phase: Phase,
  conditions: readonly Condition[] = [],
): string {
  const phaseSince = new Date(world.time.now()).toISOString();
  const edits = Object.fromEntries(
    numbers.map((n) => [
      agentPath(idNo(n)),
      renderRecord(recordNo(n, { phase, phaseSince, conditions: [...conditions] })),
    ]),
  );
  return world.git.add('status', { subject: phase, edits });
}

export const oneTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
