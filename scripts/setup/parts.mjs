// What every part of the setup shares: places, hashes, progress, and one way to run a program.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cacheFolder = join(projectRoot, '.cache');
const started = Date.now();

export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function fail(message, exitCode = 1) {
  throw new SetupError(message, exitCode);
}

export function say(text) {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(5);
  process.stderr.write(`setup ${seconds}s  ${text}\n`);
}

/** 16 hex over files (by content) and texts. */
export function hashOf(files, ...texts) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(projectRoot, file))).update('\0');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder `.cache/<name>-<hash>`, made by `make(folder)` beside its place and moved there once it
 * is whole. Older ones of the same name go.
 */
export async function cached(name, hash, make) {
  const place = join(cacheFolder, `${name}-${hash}`);
  if (existsSync(place)) return place;
  const draft = `${place}.making-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await make(draft);
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return place;
}

/** Runs a program to its end; its output is shown only when it fails. A heartbeat says it lives. */
export async function run(what, command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-20_000);
    });
  }
  const heartbeat = setInterval(() => say(`${what}: still at it`), 15_000);
  try {
    const code = await new Promise((resolve, reject) =>
      child.on('error', reject).on('close', resolve),
    );
    if (code === 0) return output;
    throw new SetupError(`${what} failed (${command} exited with ${code})\n${output.trimEnd()}`);
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new SetupError(`${what} needs ${command}, which is not on the PATH`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** The first of these programs that is on the PATH, as an absolute path; null where none is. */
export function onPath(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}
