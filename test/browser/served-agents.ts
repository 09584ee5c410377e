/** A service over agents in every phase, and links to them. */
import assert from 'node:assert/strict';
import { createService } from '../../reconciler/app/serve/server.ts';
import { type Agent, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseFleetFile, renderFleetRecord } from '../../reconciler/core/fleet/fleet-record.ts';
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { linkSecret, serviceConfig } from '../builders/service-config.ts';
import { at, attempt, idNo, nonce, nowMs } from '../builders/world.ts';
import { askFor, bringUp } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';

const steps = ['lease', 'vm', 'boot', 'configure', 'join', 'verify', 'done'] as const;
const timings = steps.map((step, n) => ({ step, at: at(n - 30) }));
const hostile = '</dd><img src=x onerror=alert(1)><script>alert(1)</script>';
const times = [190, 240, 310, 260, 205, 230, 222, 410, 250, 199, 215, 240, 233, 280, 201];
const provisions = {
  'eu-central': times.map((seconds, n) => ({
    at: at(n - 90),
    agent: idNo(99),
    seconds,
  })),
};
const cost = { monthly: 7.99, currency: 'EUR' };
const made: Partial<AgentRecord> = { cost, timings };
const unfinished = { everRunning: false, phaseSince: at(-3), timings: timings.slice(0, 4) };

type Spec = Partial<Agent['spec']>;

/** What is served, by the name of its state. */
export const states = [
  'queued',
  'configuring',
  'failed-once',
  'failed',
  'running',
  'stopped',
  'suspended',
  'retiring',
  'frozen',
  'hostile',
] as const;
type State = (typeof states)[number];

export async function serveAgents() {
  const world = createFakeWorld();
  const numberOf = (state: State) => states.indexOf(state) + 1;
  const up = (state: State, spec: Spec, record: Partial<AgentRecord>) =>
    bringUp(world, numberOf(state), spec, record);
  const lease = {
    run: 'run-1',
    runAttempt: 1,
    change: 'create',
    nonce,
    step: 'configure',
  } as const;
  askFor(world, numberOf('queued'));
  up(
    'configuring',
    {},
    {
      ...{ ...unfinished, phase: 'configuring' },
      lease: { ...lease, since: at(-3), until: at(40) },
    },
  );
  const failed = { ...unfinished, attempts: [attempt({ ended: at(-1) })] };
  up('failed-once', {}, { ...failed, phase: 'configuring' });
  up('failed', {}, { ...failed, phase: 'failed', receipts: ['refunded/1/2026-11-22'] });
  up('running', {}, made);
  up('stopped', { power: 'stopped' }, made);
  const access: Spec['access'] = {
    state: 'suspended',
    since: at(-600),
    issues: ['PaymentPastDue'],
  };
  up('suspended', { access }, made);
  up('retiring', { retired: { at: at(-10), by: 'customer', reason: 'asked' } }, made);
  up('frozen', {}, made);
  up(
    'hostile',
    {},
    { ...made, tailnet: { nodeId: 'n', address: '<svg/onload=alert(1)>', name: hostile } },
  );
  world.git.commit('breaks it', { [agentPath(idNo(numberOf('frozen')))]: 'spec: 1\n' });
  const fleet = parseFleetFile(world.git.text('fleet.yaml', 'status'));
  assert.ok(fleet.kind === 'valid');
  const text = renderFleetRecord({ ...fleet.record, provisions });
  world.git.add('status', { subject: 'creates', edits: { 'fleet.yaml': text } });
  const { ports } = world;
  const { app } = createService({ ports, planning: null, config: serviceConfig, log: ports.log });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });

  return {
    world,
    url,
    link(state: State | 'unknown') {
      const id = idNo(state === 'unknown' ? 99 : numberOf(state));
      const expires = nowMs / 1000 + 3600;
      const token = createLink({ id, epoch: 0, expires, secret: linkSecret });
      return `${url}/a/${id}?token=${token}`;
    },
    close: () => app.close(),
  };
}
