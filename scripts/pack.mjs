// Makes one folder that is the program with its packages, to be kept in a cache and used by jobs:
//
//   node scripts/pack.mjs --for plan|apply FOLDER
//
// `plan` has what reads and decides; `apply` has Terraform, its provider and Ansible, too. The program
// is that of the commit which is checked out. FOLDER/bin is for the PATH; FOLDER/ready-… are written
// last. Runs on Node 20 or newer, before node_modules exists.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fail, projectRoot, run, say } from './setup/parts.mjs';

const partsFor = {
  plan: ['npm'],
  apply: ['npm', 'ansible', 'provider'],
};
const usage = 'usage: node scripts/pack.mjs --for plan|apply FOLDER';

async function main(args) {
  const [flag, purpose, folder] = args;
  if (flag !== '--for' || !Object.hasOwn(partsFor, purpose ?? '') || folder === undefined)
    fail(usage, 64);
  const place = resolve(folder);
  const program = join(place, 'program');
  if (!existsSync(join(place, 'ready-plan'))) {
    rmSync(program, { recursive: true, force: true });
    mkdirSync(program, { recursive: true });
    await copyCommit(program);
  }
  say(`sets up the program for ${purpose}`);
  const only = partsFor[purpose].flatMap((part) => ['--only', part]);
  await run('setup', process.execPath, [join(program, 'scripts', 'setup.mjs'), ...only]);
  // What only builds and tests need has done its part.
  const prune = ['prune', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm prune', 'npm', prune, { cwd: program });
  writeFileSync(join(program, '.packed'), '');
  writeProgram(place);
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

function writeProgram(place) {
  const bin = join(place, 'bin');
  mkdirSync(bin, { recursive: true });
  const aura = join(bin, 'aura');
  writeFileSync(aura, `#!/bin/sh\nexec node "${place}/program/scripts/aura.mjs" "$@"\n`);
  chmodSync(aura, 0o755);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`pack: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
