/**
 * Runs `aura` as its own process, beside a local cloud that is one too, and measures the CPU time of
 * a verb: of everything that it ran, and of Terraform with its provider.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { nodeArgsOf, nodeEnvOf } from '../setup/verb-parts.mjs';
import { exitedChildrenMs } from './process-tree.ts';

export type CloudProcess = {
  readonly control: string;
  readonly git: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
};
type Ended = {
  readonly code: number;
  readonly stdout: string;
  readonly wallMs: number;
  /** of the verb and all programs that it ran */
  readonly cpuMs: number;
  readonly terraformCpuMs: number;
};

const program = join(import.meta.dirname, '../../reconciler/app/cli/aura.ts');

export async function startCloudProcess(rate: number): Promise<CloudProcess> {
  const args = [program, 'cloud', '--seed', '20', '--rate', String(rate)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    firstLine(child),
    ended.then(() => {
      throw new Error('the local cloud ended before it was ready');
    }),
  ]);
  const { control, git, env } = JSON.parse(line) as Omit<CloudProcess, 'close'>;
  return {
    control,
    git,
    env,
    async close() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const piece of stdout ?? []) {
    said += String(piece);
    if (said.includes('\n')) return said.slice(0, said.indexOf('\n'));
  }
  throw new Error('the local cloud printed no line');
}

/**
 * The verbs run with this folder as their temporary one, and with a Terraform that notes its time.
 * `AURA_BENCH_NODE_ARGS` is passed to their Node, for instance `--cpu-prof`.
 */
export async function createAura(folder: string, env: CloudProcess['env']) {
  const times = join(folder, 'times');
  const temporary = join(folder, 'tmp');
  for (const one of [times, temporary]) await mkdir(one);
  const tools = await timedTools(folder, times);
  const extra = (process.env['AURA_BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean);
  return {
    async run(verb: string, args: readonly string[] = []): Promise<Ended> {
      const before = [exitedChildrenMs(), await notedMs(times)] as const;
      const startedMs = performance.now();
      const nodeArgs = [...nodeArgsOf(verb), ...(verb === 'apply' ? extra : [])];
      const child = spawn(process.execPath, [...nodeArgs, program, verb, ...args, '--json'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...env,
          ...nodeEnvOf(verb),
          PATH: process.env['PATH'] ?? '/usr/bin:/bin',
          HOME: folder,
          TMPDIR: temporary,
          AURA_CACHE_DIR: join(folder, 'cache'),
          AURA_TOOLS: tools,
        },
      });
      const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const { ofTerraform, ofShell } = await notedMs(times);
      return {
        code: Number(code ?? -1),
        stdout,
        wallMs: performance.now() - startedMs,
        cpuMs: exitedChildrenMs() - before[0] - (ofShell - before[1].ofShell),
        terraformCpuMs: ofTerraform - before[1].ofTerraform,
      };
    },
    /** What verbs have left in their temporary folder, but for the pipes of runs, which are kept. */
    async left(): Promise<readonly string[]> {
      return (await readdir(temporary)).filter((name) => !name.startsWith('aura-runs-'));
    },
  };
}

/** A list of tools whose Terraform is a script that writes the CPU time of the real one to a file. */
async function timedTools(folder: string, times: string): Promise<string> {
  const script = join(folder, 'terraform');
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  // `times` prints the shell's own time, and then that of the programs that it waited for.
  const lines = [
    '#!/usr/bin/env bash',
    `${quoted(findTool('terraform'))} "$@"`,
    'code=$?',
    `times > ${quoted(times)}/$$`,
    'exit "$code"',
  ];
  await writeFile(script, `${lines.join('\n')}\n`);
  await chmod(script, 0o755);
  const file = join(folder, 'tools.json');
  const names = ['terraformRc', 'motoServer', 'ansiblePlaybook'] as const;
  const others = Object.fromEntries(names.map((name) => [name, findTool(name)]));
  await writeFile(file, JSON.stringify({ ...others, terraform: script }));
  return file;
}

async function notedMs(times: string) {
  let [ofShell, ofTerraform] = [0, 0];
  for (const name of await readdir(times)) {
    const [own, others] = (await readFile(join(times, name), 'utf8')).split('\n').map(sumMs);
    ofShell += own ?? 0;
    ofTerraform += others ?? 0;
  }
  return { ofShell, ofTerraform };
}

/** Of `0m0.004s 0m1.250s`, user and system. */
function sumMs(line: string): number {
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => {
    return sum + (Number(minutes) * 60 + Number(seconds)) * 1000;
  }, 0);
}
