/** Runs test files with Node's own runner, two at a time, and counts what its events say. */
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import type { Failed, Outcome, Skipped } from './outcome.ts';

/** Two cores are what a small machine has; more at once only makes each slower. */
const filesAtOnce = 2;
const fileTimeoutMs = 10 * 60_000;
const complaintsMax = 4_000;
const batchFile = join(import.meta.dirname, 'batch.ts');

type Event = {
  readonly name: string;
  readonly file?: string | undefined;
  readonly nesting: number;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details?: {
    readonly type?: string | undefined;
    readonly duration_ms?: number;
    readonly error?: Error & { readonly failureType?: string };
  };
};
type FileRun = {
  readonly path: string;
  /** names of the tests that are open, outermost first */
  names: string[];
  passed: number;
  readonly failed: Failed[];
  readonly skipped: Skipped[];
  complaints: string;
};

/** `files` are relative to `root`. A file without a test is a failure. */
export async function runTestFiles(root: string, files: readonly string[]): Promise<Outcome> {
  const runs = new Map(files.map((file) => [file, newRun(file)]));
  const stream = run({
    files: files.map((file) => join(root, file)),
    concurrency: filesAtOnce,
    timeout: fileTimeoutMs,
    cwd: root,
  });
  for await (const { type, data } of stream) {
    const one = runs.get(relative(root, (data as Partial<Event> | undefined)?.file ?? ''));
    if (one === undefined) continue;
    if (type === 'test:stderr') complained(one, data.message);
    else count(one, type, data as Event);
  }
  return outcomeOf([...runs.values()]);
}

/**
 * The same in one process for all of them. `broken` says how the process failed; its results may be
 * incomplete then.
 */
export async function runProcess(
  root: string,
  files: readonly string[],
): Promise<{ readonly outcome: Outcome; readonly broken: string | null }> {
  const runs = new Map(files.map((file) => [file, newRun(file)]));
  const all = newRun(batchFile);
  const stream = run({
    files: [batchFile],
    argv: [...files],
    concurrency: false,
    timeout: fileTimeoutMs,
    cwd: root,
  });
  let current: FileRun | undefined;
  for await (const { type, data } of stream) {
    if (type === 'test:stderr') complained(all, data.message);
    if (!isPrinted(type)) continue;
    const event = data as Event;
    if (event.name === batchFile) count(all, type, event);
    else if (event.nesting > 0) {
      if (current !== undefined) count(current, type, { ...event, nesting: event.nesting - 1 });
    } else {
      current = runs.get(event.name);
      if (current !== undefined) count(current, type, { ...event, file: event.name });
    }
  }
  const broken = all.failed.map(({ text }) => text).join('\n');
  return {
    outcome: outcomeOf([...runs.values()]),
    broken: all.failed.length > 0 ? broken : null,
  };
}

function isPrinted(type: string): boolean {
  return type === 'test:start' || type === 'test:pass' || type === 'test:fail';
}

function count(one: FileRun, type: string, event: Event): void {
  if (type === 'test:start') opened(one, event);
  else if (type === 'test:pass') passed(one, event);
  else if (type === 'test:fail') failed(one, event);
}

function complained(one: FileRun, message: string): void {
  one.complaints = (one.complaints + message).slice(-complaintsMax);
}

function outcomeOf(runs: readonly FileRun[]): Outcome {
  for (const one of runs) closed(one);
  return {
    passed: runs.reduce((sum, one) => sum + one.passed, 0),
    failed: runs.flatMap((one) => one.failed),
    skipped: runs.flatMap((one) => one.skipped),
  };
}

function newRun(path: string): FileRun {
  return { path, names: [], passed: 0, failed: [], skipped: [], complaints: '' };
}

function opened(one: FileRun, event: { readonly name: string; readonly nesting: number }): void {
  one.names = [...one.names.slice(0, event.nesting), event.name];
}

function passed(one: FileRun, event: Event): void {
  if (isWholeFile(event)) return;
  const reason = event.skip ?? event.todo;
  if (reason !== undefined && reason !== false) {
    const why = reason === true || reason === '' ? 'no reason given' : reason;
    one.skipped.push({ where: one.path, name: nameOf(one, event), why });
  } else if (event.details?.type !== 'suite') one.passed += 1;
}

function failed(one: FileRun, event: Event): void {
  const error = event.details?.error;
  // A parent that fails only through its children adds no information.
  if (error?.failureType === 'subtestsFailed') return;
  const name = isWholeFile(event) ? 'the file itself' : nameOf(one, event);
  const text = isWholeFile(event) ? `${textOf(error)}\n${one.complaints}`.trim() : textOf(error);
  one.failed.push({ where: one.path, name, text });
}

function closed(one: FileRun): void {
  if (one.passed + one.failed.length + one.skipped.length > 0) return;
  one.failed.push({ where: one.path, name: 'the file itself', text: 'holds no test' });
}

/** Node reports a file that has no test, or that ended badly, as a test of the file's name. */
function isWholeFile(event: Event): boolean {
  return event.nesting === 0 && event.name === event.file;
}

function nameOf(one: FileRun, event: Event): string {
  return [...one.names.slice(0, event.nesting), event.name].join(' › ');
}

function textOf(error: Error | undefined): string {
  const cause = error?.cause ?? error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { depth: 4 });
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*node:internal/.test(line))
    .join('\n');
}
