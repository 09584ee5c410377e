/**
 * `aura init FOLDER`: makes a new agents repository in an empty folder, from the template: a git
 * repository with one commit on `main`. It needs no account, no network and no configuration.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { explainProblems } from '../../../core/agent/document.ts';
import { type Policy, parsePolicy } from '../../../core/agent/policy.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import type { Environment } from '../../config.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import { personOf } from '../run/person.ts';
import type { VerbContext } from '../run/verb.ts';

export type NewRepository = {
  readonly fleet?: string;
  readonly stripeAccount?: string;
  readonly live?: true;
  /** `@organisation/team` or `@user` */
  readonly owners?: string;
};

/** Five levels above the sources, six above the build. */
const template =
  ['../../../..', '../../../../..']
    .map((up) => join(import.meta.dirname, up, 'desired-state'))
    .find((folder) => existsSync(folder)) ?? 'desired-state';

export async function initRepository(
  { env, out }: VerbContext,
  given: string,
  options: NewRepository,
): Promise<ExitCode> {
  const folder = resolve(given);
  const files = await filledIn(options);
  await assertEmpty(folder);
  try {
    await cp(template, folder, { recursive: true });
    for (const [path, text] of Object.entries(files.texts))
      await writeFile(join(folder, path), text);
    const commit = await firstCommit(folder, env);
    out.text(textOf({ folder, commit, policy: files.policy, options }));
    out.document({ ok: true, folder, commit, fleet: files.policy.fleet });
    return exitCodes.fine;
  } catch (thrown) {
    // It was empty, so everything in it is of this verb.
    for (const name of await readdir(folder).catch(() => []))
      await rm(join(folder, name), { recursive: true, force: true });
    throw thrown;
  }
}

type Filled = { readonly policy: Policy; readonly texts: Readonly<Record<string, string>> };

/** The files of the template that the options change; throws before anything is written. */
async function filledIn({ fleet, stripeAccount, live, owners }: NewRepository): Promise<Filled> {
  let policy = await readFile(join(template, 'policy.yaml'), 'utf8');
  if (fleet !== undefined) policy = set(policy, /^fleet: .*$/m, `fleet: ${fleet}`);
  if (stripeAccount !== undefined)
    policy = set(policy, /^ {2}account: .*$/m, `  account: ${stripeAccount}`);
  if (live === true) policy = set(policy, /^ {2}livemode: .*$/m, '  livemode: true');
  const read = parsePolicy(policy);
  if (!read.ok) throw new UsageError(explainProblems(read.problems));
  let codeowners = await readFile(join(template, 'CODEOWNERS'), 'utf8');
  if (owners !== undefined) {
    const names = owners.split(/[\s,]+/).filter((name) => name !== '');
    if (names.length === 0 || !names.every((name) => ownerPattern.test(name)))
      throw new UsageError('--owners names users or teams: @user or @organisation/team');
    codeowners = set(codeowners, /@aura\/operators/g, names.join(' '));
  }
  return { policy: read.value, texts: { 'policy.yaml': policy, CODEOWNERS: codeowners } };
}

const ownerPattern = /^@[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/[A-Za-z0-9._-]{1,100})?$/;

function set(text: string, place: RegExp, value: string): string {
  if (text.search(place) < 0) throw new Failure('Bug', `the template has no ${place.source}`);
  return text.replace(place, () => value);
}

/** Creates the folder if it is missing. */
async function assertEmpty(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (cause) {
    const { message } = asFailure(cause);
    throw new Failure('InvalidInput', `${folder} cannot be made: ${message}`, { cause });
  }
  throw new Failure('Conflict', `${folder} is not empty: a new repository needs an empty folder`);
}

const run = promisify(execFile);

/** By the person's own name in git, if git has one. */
async function firstCommit(folder: string, env: Environment): Promise<string> {
  // Variables such as GIT_DIR, which a hook sets, would name another repository.
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_'));
  const git = async (...args: readonly string[]) => {
    const options = { cwd: folder, env: { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0' } };
    const { stdout } = await run('git', [...args], options).catch((cause: unknown) => {
      throw new Failure('ToolMissing', `git fails: ${asFailure(cause).message}`, { cause });
    });
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  const known = await git('config', 'user.email').catch(() => '');
  const name = ['-c', `user.name=${personOf(env)}`, '-c', 'user.email=aura@localhost'];
  // With force: a person's own list of ignored files is not the template's.
  await git('add', '--all', '--force');
  const commit = ['commit', '--quiet', '--no-verify', '--no-gpg-sign'];
  const message = ['-m', 'The template of the agents repository'];
  await git(...(known === '' ? name : []), ...commit, ...message);
  return git('rev-parse', 'HEAD');
}

type Made = {
  readonly folder: string;
  readonly commit: string;
  readonly policy: Policy;
  readonly options: NewRepository;
};

function textOf({ folder, commit, policy, options }: Made): string {
  const { account, livemode } = policy.stripe;
  const steps = [
    ...(options.stripeAccount === undefined
      ? [`Set stripe.account in policy.yaml: ${account} is an example.`]
      : []),
    ...(options.owners === undefined
      ? ['Name your reviewers in CODEOWNERS: @aura/operators is an example.']
      : []),
    'Name your plans and their Stripe products in catalog.yaml.',
    `Push it: git -C ${folder} push <url> main`,
    'Run `aura doctor` there: it shows each setting that is missing, and how to set it.',
    'Run `aura init`: it creates the stack that the fleet shares, and the status branch.',
  ];
  const mode = livemode ? 'live mode' : 'test mode';
  return [
    `A new agents repository of fleet ${policy.fleet}, for Stripe's ${mode}: ${folder}`,
    `Its first commit is ${commit.slice(0, 10)} on main. Next:`,
    ...steps.map((step, place) => `  ${place + 1}. ${step}`),
  ].join('\n');
}
