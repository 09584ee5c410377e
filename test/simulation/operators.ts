/** Operators, who act through commits on `main` and through the ref `stop`. */

import type { Randomness } from '../../local-cloud/randomness.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { notPlainFile } from '../../reconciler/core/agent/file-content.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { idNo } from '../builders/world.ts';
import { edit, fileText, recordOf, removeFiles } from '../fakes/agents.ts';
import { treeAt } from '../fakes/at-commit.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { type Act, agentsMax } from './act.ts';

export function specOf(world: FakeWorld, n: number) {
  const path = agentPath(idNo(n));
  const parsed = parseAgentFile({ path, oid: '', text: fileText(world, n) ?? '' });
  return parsed.kind === 'valid' ? parsed.agent.spec : null;
}

export function iso(world: FakeWorld, minutes: number): string {
  return new Date(world.time.now() + minutes * 60_000).toISOString();
}

export function edited(fields: (world: FakeWorld, random: Randomness, n: number) => object): Act {
  return (world, random, n) => {
    if (specOf(world, n) === null) return null;
    const wanted = fields(world, random, n);
    edit(world, n, wanted);
    return `${idNo(n)} ${JSON.stringify(wanted)}`;
  };
}

export const reverts: Act = (world, random) => {
  const own = world.git.history('main').slice(1);
  const commit = own[own.length - 1 - random.below(Math.min(own.length, 6))];
  if (commit === undefined) return null;
  try {
    world.git.revert(commit.id);
    return `reverts ${commit.subject}`;
  } catch {
    return null;
  }
};
export const removes: Act = (world, random, n) => {
  const several = random.below(4) === 0 ? [n, (n % agentsMax) + 1] : [n];
  const there = several.filter((one) => {
    const text = fileText(world, one);
    return text !== null && text !== notPlainFile.text;
  });
  if (there.length === 0) return null;
  removeFiles(world, ...there);
  return `removes ${there.join(' and ')}`;
};
export const breaksFile: Act = (world, _random, n) => {
  const text = fileText(world, n);
  if (text === null || text === notPlainFile.text) return null;
  const path = agentPath(idNo(n));
  const isLink = world.git.commits.size % 2 === 0;
  const slip = isLink ? notPlainFile.text : text.replace('power: ', 'powr: ');
  world.git.commit('A slip', { [path]: slip });
  return isLink ? `puts a link in the place of the file of ${n}` : `breaks the file of ${n}`;
};
export const halts: Act = (world) => {
  const branch = world.git.commits.size % 2 === 0 ? 'stop' : 'stop/maintenance';
  if (!world.git.halted()) world.git.halt('an incident', branch);
  return 'halts';
};
export const resumes: Act = (world) => {
  world.git.resume();
  return 'resumes';
};

export const pauses: Act = (world) => {
  const text = world.git.text('policy.yaml') ?? '';
  if (isPaused(world)) return null;
  const pause = `pause: {reason: an audit, since: "${iso(world, 0)}"}\n`;
  world.git.commit('Pause', { 'policy.yaml': text + pause });
  return 'pauses';
};
export const goesOn: Act = (world) => {
  if (!isPaused(world)) return null;
  endsPause(world);
  return 'ends the pause';
};

export function isPaused({ git }: FakeWorld, main = git.branches.get('main') ?? null): boolean {
  return /^pause:/m.test(treeAt(git, main).get('policy.yaml') ?? '');
}

export function endsPause(world: FakeWorld): void {
  if (!isPaused(world)) return;
  const text = (world.git.text('policy.yaml') ?? '').replace(/^pause: .*\n/m, '');
  world.git.commit('Go on', { 'policy.yaml': text });
}

export const takesBack: Act = (world) => {
  const paths = [...(world.git.tip('main')?.tree.keys() ?? [])];
  const path = paths.find((one) => one.startsWith('approvals/'));
  if (path === undefined) return null;
  world.git.commit('Not so', { [path]: null });
  return `takes ${path} back`;
};

/** Where so many files are missing that the reading is not trusted, a person restores them. */
export function restoresFiles(world: FakeWorld, { reading }: Plan): void {
  if (reading.kind === 'complete') return;
  const tree = world.git.tip('main')?.tree ?? new Map<string, string>();
  const edits = new Map<string, string>();
  for (let n = 1; n <= agentsMax; n += 1) {
    const path = agentPath(idNo(n));
    const record = recordOf(world, n);
    if (record === null || record.gone !== undefined || tree.has(path)) continue;
    for (const commit of world.git.history('main')) {
      const text = commit.tree.get(path);
      if (text !== undefined) edits.set(path, text);
    }
  }
  if (edits.size > 0) world.git.commit('Bring back', Object.fromEntries(edits));
}

/** Files that were broken by mistake are repaired, so that every agent is managed again. */
export function repairsFiles(world: FakeWorld): void {
  for (const [path, text] of world.git.tip('main')?.tree ?? []) {
    if (parseAgentId(path.slice(-21, -5)) === null) continue;
    const last = text === notPlainFile.text ? lastTextOf(world, path) : text;
    if (last !== text || text.includes('powr: '))
      world.git.commit('Put right', { [path]: last.replace('powr: ', 'power: ') });
  }
}

/** The content there before a link replaced it. */
function lastTextOf({ git }: FakeWorld, path: string): string {
  const texts = git.history('main').map(({ tree }) => tree.get(path));
  return texts.findLast((text) => text !== undefined && text !== notPlainFile.text) ?? '';
}
