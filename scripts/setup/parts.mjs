// What every part of the setup shares: places, hashes, progress, and one way to run a program.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cacheFolder = join(projectRoot, '.cache');
const started = Date.now();
const heartbeatMs = 15_000;
const outputMax = 20_000;

class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @returns {never} */
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
 * The folder `<name>-<hash>` of the cache, made by `make(folder)` beside its place and moved there
 * once it is whole. Older ones of the same name go.
 */
export async function cached(name, hash, make, cache = cacheFolder) {
  const place = join(cache, `${name}-${hash}`);
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
  const older = new RegExp(`^${name}-[0-9a-f]{16}$`);
  for (const entry of readdirSync(cache)) {
    if (older.test(entry) && entry !== `${name}-${hash}`)
      rmSync(join(cache, entry), { recursive: true, force: true });
  }
  return place;
}

/** Drafts of killed setups are removed; drafts of live processes are in use. */
export function sweepDrafts(cache = cacheFolder) {
  for (const entry of readdirSync(cache)) {
    const owner = /\.making-(\d+)$/.exec(entry)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(join(cache, entry), { recursive: true, force: true });
  }
}

/** Writes the file atomically, because others may read it at any time. */
export function writeWhole(file, text) {
  if (readOrEmpty(file) === text) return;
  const draft = `${file}.making-${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}

export function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const running = new Set();

/** Ends running installers when the setup is asked to end. */
export function stopPrograms() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Resolves to its output, which is shown with its errors only if it fails. Reports regularly that
 * it is still running.
 */
export async function run(what, command, args, { timeout, ...options } = {}) {
  const child = spawn(command, args, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  running.add(child);
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout = (stdout + text).slice(-outputMax);
    output = (output + text).slice(-outputMax);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output = (output + text).slice(-outputMax);
  });
  const heartbeat = setInterval(() => say(`${what}: still running`), heartbeatMs);
  // Not spawn's own timeout: for a missing program that one delays the error until it elapses.
  const limit = timeout === undefined ? undefined : setTimeout(() => child.kill(), timeout);
  try {
    const code = await new Promise((resolve, reject) =>
      child.on('error', reject).on('close', (status, signal) => resolve(status ?? signal)),
    );
    if (code === 0) return stdout;
    throw new SetupError(`${what} failed (${command} ended with ${code})\n${output.trimEnd()}`);
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new SetupError(`${what} needs ${command}, which is not on the PATH`);
    throw error;
  } finally {
    clearInterval(heartbeat);
    clearTimeout(limit);
    running.delete(child);
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
