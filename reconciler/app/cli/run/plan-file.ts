/**
 * Writes a plan to a file as a whole, and reads it in another process, which accepts it only
 * unchanged and of this version.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { validate } from '../../../../schemas/validate.ts';
import { Failure } from '../../../core/failure.ts';
import { fingerprintOf, type Plan } from '../../../core/plan/plan.ts';

/** It contains ids of customers: only its owner may read it. */
const mode = 0o600;

export async function writePlanFile(path: string, plan: Plan): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(`${JSON.stringify(plan, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const message = `the plan cannot be written to ${path}: ${messageOf(cause)}`;
    throw new Failure('InvalidInput', message, { cause });
  }
}

/** Far above the plan of a hundred thousand agents. */
const bytesMax = 512 * 1024 * 1024;

/** Throws `InvalidInput` for anything but a whole plan of this version. */
export async function readPlanFile(path: string): Promise<Plan> {
  const document = parsed(path, await textOf(path));
  const version: unknown = document['apiVersion'];
  if (document['kind'] !== 'Plan') throw wrong(path, 'is not a plan');
  if (version !== 'aura.dev/v1') {
    throw wrong(path, `has version ${String(version)}; this program reads aura.dev/v1`);
  }
  const checked = validate('plan', document);
  if (!checked.ok) {
    const problems = checked.problems.slice(0, problemsShown).map(({ keys, message }) => {
      return `\n  ${keys.join('.')} ${message}`;
    });
    throw wrong(path, `is not a valid plan:${problems.join('')}`);
  }
  if (fingerprintOf(checked.value) !== checked.value.fingerprint) {
    throw wrong(path, 'was changed after it was made: its fingerprint does not match');
  }
  return checked.value;
}

const problemsShown = 10;

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax) throw wrong(path, `is larger than ${bytesMax} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const message = `the plan ${path} cannot be read: ${messageOf(cause)}`;
    throw new Failure('InvalidInput', message, { cause });
  }
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (cause) {
    const message = `the plan ${path} is not JSON; it may have been truncated while it was written`;
    throw new Failure('InvalidInput', message, { cause });
  }
  throw wrong(path, 'is not a plan');
}

function wrong(path: string, what: string): Failure {
  return new Failure('InvalidInput', `the plan ${path} ${what}`);
}

/** The system's message, without the path that is named already. */
function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split(',')[0] ?? message;
}
