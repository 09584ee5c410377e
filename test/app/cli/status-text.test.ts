/** The table of all agents at several widths, golden, and how `--watch` shows it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Output } from '../../../reconciler/app/cli/text/output.ts';
import {
  type AgentReport,
  type FleetReport,
  fleetText,
} from '../../../reconciler/app/cli/text/status-text.ts';
import { isShown } from '../../../reconciler/app/cli/verbs/status-filters.ts';
import { watchText } from '../../../reconciler/app/cli/verbs/status-watch.ts';
import { at, idNo, nowMs } from '../../builders/world.ts';

function outputOf(columns: number | null, rows = 24) {
  const written: string[] = [];
  const noted: string[] = [];
  const out: Output = {
    json: false,
    live: false,
    size: () => (columns === null ? null : { columns, rows }),
    text: (text) => void written.push(text),
    document() {},
    stream: async (text) => void written.push(text),
    note: (text) => void noted.push(text),
    raw() {},
    paint: (_style, text) => text,
  };
  return { out, written, noted };
}

function agentNo(n: number, part: Partial<AgentReport> = {}): AgentReport {
  return {
    id: idNo(n),
    phase: 'running',
    since: at(-100 * n),
    steps: [],
    ...{ estimate: null, queue: null, trouble: null },
    server: {
      ipv4: `198.18.0.${n}`,
      location: 'nbg1',
      type: 'cx23',
      memoryGb: 4,
      diskGb: 40,
    },
    power: { asked: 'running', is: 'on' },
    ...{ deletedAt: null, reprovisionLoses: null },
    tailnet: null,
    region: 'eu-central',
    plan: 'starter',
    cost: null,
    mailed: null,
    next: '',
    conditions: [],
    ...part,
  };
}

const refused = {
  type: 'Refused',
  reason: 'BurstLimit',
  since: at(-90),
  message:
    'more than 20 agents\ncame to be ended within an hour: \u001b[2Jnone runs until approved',
} as AgentReport['conditions'][number];
const agents = [
  agentNo(1),
  agentNo(2, { phase: 'configuring', since: at(-7), plan: 'pro', region: 'us-east' }),
  agentNo(3, { phase: 'retiring', since: at(-6000), conditions: [refused] }),
  agentNo(4, { phase: 'queued', since: null, server: null, note: 'файл 模型 is elsewhere' }),
];
const fleet: FleetReport = { main: 'a', status: 'b', stop: null, agents, unreadable: [] };
const total = agents.length;

for (const columns of [null, 160, 100, 80, 60, 40, 20])
  test(`all agents in ${columns ?? 'no terminal: 80'} columns`, (t) => {
    const text = fleetText(fleet, outputOf(columns).out, { nowMs, total });
    t.assert.snapshot(text, { serializers: [String] });
    const [, table = ''] = text.split('\n\n');
    const widths = table.split('\n').map((line) => line.length);
    assert.equal(widths.length, 1 + agents.length);
    assert.ok(Math.max(...widths) <= (columns ?? 80), `${Math.max(...widths)}`);
  });

test('each filter admits agents by any of its values, and all filters have to', () => {
  const shown = (filters: Parameters<typeof isShown>[1]) =>
    agents.flatMap((agent, place) => (isShown(agent, filters) ? [place + 1] : []));
  assert.deepEqual(shown({}), [1, 2, 3, 4]);
  assert.deepEqual(shown({ region: ['us-east'] }), [2]);
  assert.deepEqual(shown({ plan: ['pro', 'starter'], phase: ['running', 'queued'] }), [1, 4]);
  assert.deepEqual(shown({ condition: ['Refused'] }), [3]);
  assert.deepEqual(shown({ condition: ['BurstLimit'], region: ['us-east'] }), []);
  const some = { ...fleet, agents: agents.filter((one) => isShown(one, { region: ['us-east'] })) };
  const { out } = outputOf(80);
  assert.match(fleetText(some, out, { nowMs, total }), /^1 of 4 agents: 1 configuring\n/);
  assert.equal(fleetText({ ...fleet, agents: [] }, out, { nowMs, total }), '0 of 4 agents');
});

/** Each text in turn; an error stands for a reading that fails. */
async function watched(out: Output, texts: readonly (string | Error)[]): Promise<void> {
  let next = 0;
  const read = async () => {
    const text = texts[next++] ?? '';
    if (text instanceof Error) throw text;
    return text;
  };
  await watchText(out, read, async () => next < texts.length);
}

test('watched on a terminal: each table replaces the one before, cut to its rows', async () => {
  const { out, written, noted } = outputOf(80, 4);
  await watched(out, ['a\nb\nc', 'a\nb\nc\nd\ne', new Error('the git server does not answer')]);
  const clear = '\u001b[H\u001b[2J';
  assert.deepEqual(written, [
    `${clear}a\nb\nc\n`,
    `${clear}a\nb\n3 more lines\n`,
    `${clear}a\n4 more lines\naura: the git server does not answer\n`,
  ]);
  assert.deepEqual(noted, []);
});

test('watched elsewhere: a table is printed once, until it changes', async () => {
  const { out, written, noted } = outputOf(null);
  await watched(out, ['a', 'a', new Error('gone'), 'a', 'b']);
  assert.deepEqual([written, noted], [['a\n', 'b\n'], ['aura: gone']]);
});
