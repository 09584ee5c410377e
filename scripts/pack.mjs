// Makes one folder that is the program with its packages, to be kept in a cache and used by jobs:
//
//   node scripts/pack.mjs --for plan|apply FOLDER
//   node scripts/pack.mjs --link FOLDER
//
// `plan` has what reads and decides; `apply` has Terraform, its provider and Ansible, too. The program
// is that of the commit which is checked out; with `--link` it is this folder, as it is set up now.
// FOLDER/bin is for the PATH; FOLDER/ready-… are written last. Runs on Node 20 or newer, before
// node_modules exists.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { acquireLock } from './setup/lock.mjs';
import { fail, projectRoot, run, say } from './setup/parts.mjs';
import { nodeArgsOf, nodeEnvOf } from './setup/verb-parts.mjs';

const partsFor = {
  plan: ['npm'],
  apply: ['npm', 'ansible', 'provider'],
};
const usage = 'usage: node scripts/pack.mjs --for plan|apply FOLDER | --link FOLDER';

async function main(args) {
  if (args[0] === '--link' && args.length === 2)
    return finish(resolve(args[1]), projectRoot, 'apply');
  const [flag, purpose, folder] = args;
  if (flag !== '--for' || !Object.hasOwn(partsFor, purpose ?? '') || folder === undefined)
    fail(usage, 64);
  const place = resolve(folder);
  mkdirSync(place, { recursive: true });
  // Runners of one machine may share the folder.
  const release = await acquireLock(join(place, 'pack.lock'));
  try {
    if (!existsSync(join(place, `ready-${purpose}`))) await pack(place, purpose);
  } finally {
    release();
  }
}

async function pack(place, purpose) {
  const program = join(place, 'program');
  if (!existsSync(join(place, 'ready-plan'))) {
    rmSync(program, { recursive: true, force: true });
    mkdirSync(program, { recursive: true });
    await copyCommit(program);
  }
  say(`sets up the program for ${purpose}`);
  const only = partsFor[purpose].flatMap((part) => ['--only', part]);
  const setup = [join(program, 'scripts', 'setup.mjs'), ...only];
  // It reports its progress itself.
  const { status } = spawnSync(process.execPath, setup, { stdio: 'inherit' });
  if (status !== 0) fail('the setup failed');
  // What only builds and tests need has done its part.
  const prune = ['prune', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm prune', 'npm', prune, { cwd: program });
  finish(place, program, purpose);
}

function finish(place, program, purpose) {
  mkdirSync(join(place, 'bin'), { recursive: true });
  const aura = join(place, 'bin', 'aura');
  writeFileSync(aura, commandOf(program));
  chmodSync(aura, 0o755);
  const ready = purpose === 'apply' ? ['plan', 'apply'] : ['plan'];
  for (const one of ready) writeFileSync(join(place, `ready-${one}`), '');
}

async function copyCommit(program) {
  const archive = join(program, '.commit.tar');
  const args = ['-C', projectRoot, 'archive', '--format=tar', '--output', archive, 'HEAD'];
  await run('git archive', 'git', args);
  await run('tar', 'tar', ['--extract', '--file', archive, '--directory', program]);
  rmSync(archive);
}

/** Starts the program at once: what it was set up with is there, and nothing is added. */
function commandOf(program) {
  const verbs = ['plan', 'reconcile', 'serve'].map((verb) => {
    const settings = Object.entries(nodeEnvOf(verb)).map(
      ([name, value]) => `export ${name}=${value}; `,
    );
    return `  ${verb}) ${settings.join('')}args='${nodeArgsOf(verb).join(' ')}' ;;`;
  });
  return [
    '#!/bin/sh',
    `program='${program}'`,
    "args=''",
    'case "$1" in',
    ...verbs,
    'esac',
    '# Compiling takes half of the start of a run.',
    '[ -n "$NODE_COMPILE_CACHE" ] || export NODE_COMPILE_CACHE="$program/.cache/compiled"',
    'node="$program/node_modules/.bin/node"',
    '[ -x "$node" ] || node=node',
    'exec "$node" $args "$program/reconciler/app/cli/aura.ts" "$@"',
    '',
  ].join('\n');
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`pack: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
