/** `aura audit` over a long history: what it writes, and that its memory does not grow with it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aura, auraJson } from './program.ts';

const commits = 30_000;
/** Together 45 MB, more than the heap below. */
const reason = `Reason: ${'r'.repeat(1500)}`;
const beginSeconds = Date.parse('2026-01-01T00:00:00Z') / 1000;

const entry = fileURLToPath(new URL('../../../reconciler/app/cli/aura.ts', import.meta.url));

/** Counts them as they come: together they are too long to be kept. */
async function linesOf(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) lines += line === '' ? 0 : 1;
  return { code: (await ended)[0] as unknown, lines };
}

describe('aura audit', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-audit-'));
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder]);
    const stream = Array.from({ length: commits }, (_, n) => commitNo(n)).join('');
    execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input: stream });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** An hour apart; the last one has a time that is far too old, and a subject like a formula. */
  function commitNo(n: number): string {
    const isLast = n === commits - 1;
    const seconds = isLast ? 1 : beginSeconds + n * 3600;
    const message = `${isLast ? '=1+1, "x"' : `commit ${n}`}\n\n${reason}\n`;
    const file = `M 100644 inline catalog.yaml\ndata ${String(n).length}\n${n}\n`;
    const by = `committer Olga <o@example.com> ${seconds} +0000`;
    return `commit refs/heads/main\n${by}\ndata ${message.length}\n${message}${file}`;
  }

  test('reads all of history with a heap that could not hold it', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=40' };
    for (const [form, lines] of [
      ['--csv', commits],
      ['--json', commits + 1],
    ] as const) {
      const args = ['audit', '--since', '2026-01-01', form, '--clone', folder];
      assert.deepEqual(await linesOf(args, env), { code: 0, lines });
    }
  });

  test('takes what is newer than the time, wherever it is in history', async () => {
    const since = new Date((beginSeconds + (commits - 10) * 3600) * 1000).toISOString();
    const { document } = await auraJson(['audit', '--since', since, '--clone', folder]);
    const subjects = (document['entries'] as { subject: string }[]).map(({ subject }) => subject);
    // The newest commit has an old time, and hides none of those before it.
    assert.deepEqual(
      subjects,
      Array.from({ length: 9 }, (_, n) => `commit ${commits - 2 - n}`),
    );
  });

  test('no cell of a spreadsheet is a formula', async () => {
    const { stdout } = await aura(['audit', '--csv', '--max', '1', '--clone', folder]);
    const [head, row, ...rest] = stdout.split('\r\n');
    assert.match(head ?? '', /^at,commit,agents,subject,who/);
    assert.match(
      row ?? '',
      /^1970-01-01T00:00:01.000Z,[0-9a-f]{40},,"'=1\+1, ""x""",Olga,Olga,,,,r+,catalog.yaml$/,
    );
    assert.deepEqual(rest, ['']);
  });

  test('an invalid time, or two forms at once, is a usage error', async () => {
    for (const args of [
      ['--since', 'yesterday'],
      ['--since', '2026-13-01'],
      ['--csv', '--json'],
    ]) {
      const { code } = await aura(['audit', ...args, '--clone', folder]);
      assert.equal(code, 64, args.join(' '));
    }
  });
});
