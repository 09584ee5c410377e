/** silences.yaml: what is valid, what is refused and where, and what a silence concerns. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type Silence,
  silencesExample,
  silencesIn,
} from '../../../reconciler/core/agent/silences.ts';
import type { Alarm } from '../../../reconciler/core/alarms/alarm.ts';
import { alarmsOf } from '../../../reconciler/core/alarms/alarms.ts';
import { withSilences } from '../../../reconciler/core/alarms/silenced.ts';
import { isoOf } from '../../../reconciler/core/text/time.ts';
import { nothingElse } from '../../builders/alarm-input.ts';
import { at, idNo, nowMs, policyOf } from '../../builders/world.ts';

const problemsOf = (text: string) => {
  const file = silencesIn(text);
  if (file.kind === 'valid') return [];
  return file.problems.map(({ line, field, message }) => `${line} ${field} ${message}`);
};

test('the example and the template are valid, and so is no file', () => {
  const template = new URL('../../../desired-state/silences.yaml', import.meta.url);
  for (const text of [silencesExample, readFileSync(template, 'utf8')])
    assert.deepEqual(problemsOf(text), []);
  assert.deepEqual(silencesIn(null), { kind: 'valid', silences: [] });
});

for (const [change, problem] of [
  [['DeviceOffline', 'DeviceOfline'], '4 silences.0.alarm is no kind of alarm'],
  [['-24T', '-29T'], ''],
  [['11-24T05:00:00Z', '11-29T05:00:01Z'], '8 silences.0.until must be at most 7 days after since'],
  [['-24T', '-22T'], '8 silences.0.until must be later than since'],
  [['reason:', 'because:'], '4 silences.0.reason is missing'],
] as const)
  test(`${change.join(' → ')}: ${problem === '' ? 'valid' : problem}`, () => {
    const found = problemsOf(silencesExample.replace(change[0], change[1]));
    assert.equal(found.find((one) => one === problem) ?? '', problem, found.join('\n'));
    assert.equal(found.length > 0, problem !== '');
  });

test('an invalid file silences nothing and is an alarm', () => {
  const silences = silencesIn(silencesExample.replace('DeviceOffline', 'Everything'));
  const [found, ...rest] = alarmsOf(
    { ...nothingElse, policy: policyOf(), files: [], records: [], silences },
    nowMs,
  );
  assert.deepEqual([found?.kind, rest], ['InvalidSilences', []]);
  assert.match(
    found?.message ?? '',
    /^no alarm is silenced: silences\.yaml:4:5: silences\.0\.alarm/,
  );
});

const alarm: Alarm = {
  ...{ kind: 'BreakerOpen', severity: 'look', scope: 'Outage/nbg1', since: null, message: 'm' },
  agents: [idNo(1), idNo(2)],
};
const silence: Silence = {
  ...{ alarm: 'BreakerOpen', reason: 'known', since: at(-10), until: at(10) },
};

for (const [what, silences, whole, agents] of [
  ['its kind', [silence], true, 2],
  ['its scope', [{ ...silence, scope: 'Outage/nbg1' }], true, 2],
  ['another scope', [{ ...silence, scope: 'Outage/fsn1' }], false, 0],
  ['another kind', [{ ...silence, alarm: 'PortOpen' }], false, 0],
  ['one agent', [{ ...silence, agent: idNo(1) }], false, 1],
  ['each agent', [1, 2].map((n) => ({ ...silence, agent: idNo(n) })), true, 2],
  ['what is over', [{ ...silence, until: at(0) }], false, 0],
  ['what has not begun', [{ ...silence, since: at(1) }], false, 0],
] as const)
  test(`a silence of ${what}: ${whole ? 'not sent' : 'sent'}, ${agents} agents silenced`, () => {
    const [heard] = withSilences([alarm], silences, nowMs);
    assert.equal(heard?.silenced !== null, whole);
    assert.equal(heard?.silencedAgents.length, agents);
    assert.equal(heard?.silenceEnded, what === 'what is over' ? isoOf(nowMs) : null);
  });
