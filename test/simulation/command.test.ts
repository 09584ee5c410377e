/** `npm run -s simulate`: what it prints, and how it ends. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { createReport } from '../../scripts/simulate/report.ts';

const root = new URL('../..', import.meta.url).pathname;

function simulate(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/simulate.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

describe('simulate', () => {
  test('ends with one JSON object', () => {
    const { status, stdout } = simulate('--seeds', '3', '--from', '2', '--json');
    const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    assert.deepEqual(
      [status, figures.seeds, figures.violations, figures.unconverged],
      [0, 3, 0, 0],
    );
    assert.ok(figures.steps > 50 && figures.seedsPerSecond > 0);
    assert.match(figures.commit, /^[0-9a-f]{40}(-dirty)?$/);
  });

  test('prints its usage', () => {
    assert.equal(simulate('--help').status, 0);
    for (const args of [
      [],
      ['--seeds', '0'],
      ['--seeds', '2', '--frm', '1'],
      ['--seeds', 'two'],
      ['--seeds', '1', '--with', 'frost'],
    ]) {
      const { status, stdout, stderr } = simulate(...args);
      assert.deepEqual([status, stdout], [64, ''], args.join(' '));
      assert.match(stderr, /usage: npm run -s simulate/);
    }
  });

  test('prints the story of a failed seed, and counts it', () => {
    const said: string[] = [];
    const report = createReport(
      { seeds: 2, from: 7, workers: 1, behaviours: new Set() },
      (text) => void said.push(text),
    );
    const narrative = ['a customer pays', 'a run dies'];
    report.ready();
    report.took({ seed: 7, steps: 10, narrative, violations: ['two servers'], unconverged: [] });
    report.took({
      seed: 8,
      steps: 5,
      narrative,
      violations: [],
      unconverged: ['no rest', 'a lock'],
    });
    const { seedsPerSecond: _rate, ...figures } = report.end('c0ffee');
    assert.deepEqual(figures, {
      seeds: 2,
      steps: 15,
      violations: 1,
      unconverged: 1,
      commit: 'c0ffee',
    });
    assert.match(said.join(''), /seed 7:\na customer pays\na run dies\nviolation: two servers\n/);
  });
});
