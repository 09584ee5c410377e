/** The schemas accept as a time exactly what the program reads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { agentExample, parseAgentFile } from '../../../reconciler/core/agent/agent-file.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { timeMs, timeMsIn } from '../../../reconciler/core/text/time.ts';
import { timePattern } from '../../../schemas/time-pattern.ts';
import { readSchemas } from '../../../scripts/schemas/schema-files.ts';
import { readSources } from '../../support/source.ts';

const unreadable = [
  '2026-11-29T22:00:00+01',
  '2026-11-29T22:00:00+0100',
  '2026-11-29T22:00:00+24:00',
  '2026-11-29T22:00:00',
  '2026-11-29 22:00:00Z',
  '2026-11-29t22:00:00z',
  '2026-11-29T23:59:60Z',
  '2026-11-29T24:00:00Z',
  '2026-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-11-29',
  'tomorrow',
  '',
];

describe('a time in a document', () => {
  it('that would be read differently or not at all is refused', () => {
    for (const text of unreadable) assert.ok(!timePattern.test(text), text);
    for (const text of ['2026-11-29T22:00:00Z', '2024-02-29T00:00:00.123456789+05:30'])
      assert.ok(timePattern.test(text), text);
  });

  it('that a schema accepts is read, and is the day that it names', () => {
    const two = (n: number) => String(n).padStart(2, '0');
    const parts = fc.record({
      year: fc.integer({ min: 0, max: 9999 }),
      month: fc.integer({ min: 0, max: 13 }),
      day: fc.integer({ min: 0, max: 32 }),
      hour: fc.integer({ min: 0, max: 25 }),
      minute: fc.integer({ min: 0, max: 61 }),
      fraction: fc.constantFrom('', '.5', '.123456789', '.'),
      zone: fc.constantFrom('Z', '+00:00', '-23:59', '+01', '+1400', '+25:00', ''),
    });
    let accepted = 0;
    const sample = fc.property(parts, ({ year, month, day, hour, minute, fraction, zone }) => {
      const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
      const clock = `T${two(hour)}:${two(minute)}:59${fraction}`;
      if (!timePattern.test(date + clock + zone)) return;
      accepted += 1;
      assert.notEqual(timeMsIn(date + clock + zone), null);
      assert.equal(new Date(timeMs(`${date}T12:00:00Z`)).toISOString().slice(0, 10), date);
    });
    fc.assert(sample, { seed: 20261130, numRuns: 4000 });
    assert.ok(accepted > 400, `only ${accepted} were accepted`);
  });

  it('has the only format that a schema asks for: another one would need its own parser', () => {
    const formats = readSchemas().flatMap(({ schema }) =>
      [...JSON.stringify(schema).matchAll(/"format":"([^"]*)"/g)].map(([, name]) => name),
    );
    assert.deepEqual([...new Set(formats)], ['date-time']);
  });

  it('past the edge is never NaN', () => {
    assert.throws(
      () => timeMs('2026-11-29T22:00:00+01'),
      (thrown) => isFailure(thrown, 'Bug'),
    );
    assert.equal(timeMsIn('tomorrow'), null);
  });

  it('is read by these two functions alone outside the adapters', () => {
    const inside = readSources('reconciler/**/*.ts').filter(
      ({ path }) => !/^reconciler\/adapters\/|\/text\/time\.ts$/.test(path),
    );
    const by = (pattern: RegExp) =>
      inside.flatMap(({ path, code }) => (code.some((line) => pattern.test(line)) ? [path] : []));
    assert.deepEqual(by(/\bDate\.parse\b/), []);
    assert.ok(by(/\btimeMs\(/).length > 30);
  });
});

describe('a tombstone at "2026-11-29T22:00:00+01"', () => {
  it('makes its file invalid, with line and column, in the quick and in the full parser', () => {
    const path = 'agents/e/b/agt-ebatfk893tq6.yaml';
    for (const comment of ['', '# ü\n']) {
      const text = `${comment}${agentExample}  retired: {at: "2026-11-29T22:00:00+01", by: person, reason: r}\n`;
      const file = parseAgentFile({ path, oid: '', text });
      assert.ok(file.kind === 'invalid');
      const [{ line, column, field, message } = assert.fail('no problem')] = file.problems;
      assert.deepEqual(
        [line, column, field, message],
        [
          comment === '' ? 12 : 13,
          13,
          'spec.retired.at',
          'must be a time such as 2026-11-29T22:00:00Z',
        ],
      );
    }
  });
});
