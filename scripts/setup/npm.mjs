// The npm packages, Node 24 among them, and the workspace's compiled bindings.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fail, hashOf, onPath, projectRoot, run, say } from './parts.mjs';

const bindings = 'cdktf/provider-hcloud';
const manifests = ['package.json', 'package-lock.json', `${bindings}/package.json`];

export async function setUpNpm() {
  const hash = hashOf(manifests);
  const stamp = join(projectRoot, 'node_modules', '.aura-setup');
  if (read(stamp) !== hash) {
    say('installs the npm packages');
    rmSync(stamp, { force: true });
    await run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    writeFileSync(stamp, hash);
  }
  const node = findNode();
  await compileBindings(hash);
  return { node };
}

/** The packages bring Node 24 for Linux; elsewhere any node from 24 on will do. */
function findNode() {
  const packaged = join(projectRoot, 'node_modules', '.bin', 'node');
  for (const node of [packaged, process.execPath, onPath('node')]) {
    if (node === null || !existsSync(node)) continue;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 24) return node;
  }
  return fail(
    'Node 24 or newer is needed. It comes with the npm packages on Linux; elsewhere install it and put it on the PATH.',
  );
}

/** Node cannot strip types from the generated sources: they are compiled once. */
async function compileBindings(lockHash) {
  const stamp = join(projectRoot, bindings, 'lib', '.stamp');
  const sources = ['tsconfig.json', 'manifest.txt'].map((name) => `${bindings}/${name}`);
  const hash = `${lockHash}-${hashOf(sources.filter((file) => existsSync(join(projectRoot, file))))}`;
  if (read(stamp) === hash) return;
  say('compiles the bindings of the hcloud provider');
  rmSync(join(projectRoot, bindings, 'lib'), { recursive: true, force: true });
  await run('the compiler', join(projectRoot, 'node_modules', '.bin', 'tsc'), [
    '-p',
    `${bindings}/tsconfig.json`,
  ]);
  writeFileSync(stamp, hash);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
