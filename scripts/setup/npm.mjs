// The npm packages, Node 24 among them, and the workspace's compiled bindings.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fail, hashOf, onPath, projectRoot, readOrEmpty, run, say } from './parts.mjs';

const bindings = 'cdktf/provider-hcloud';
const lockfile = 'package-lock.json';
const nodeMajorMin = 24;

// The compiler is a development package, and needed anyway; scripts of packages are not run.
const installArgs = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
];

export async function setUpNpm() {
  const hash = hashOf([lockfile], asked(), platform(), arch());
  const stamp = join(projectRoot, 'node_modules', '.aura-setup');
  if (isLink(join(projectRoot, 'node_modules')))
    say('node_modules is a link to packages of another folder, which are used as they are');
  else if (readOrEmpty(stamp) !== hash) {
    say('installs the npm packages');
    rmSync(stamp, { force: true });
    await run('npm ci', 'npm', installArgs);
    writeFileSync(stamp, hash);
  }
  const node = findNode();
  await compileBindings(node);
  return { node };
}

/** `npm ci` would empty the folder behind it. */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** The dependencies of package.json: its other fields need no new installation. */
function asked() {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const { dependencies, devDependencies, optionalDependencies, workspaces, overrides } = manifest;
  return JSON.stringify({
    dependencies,
    devDependencies,
    optionalDependencies,
    workspaces,
    overrides,
  });
}

/** The packages bring Node 24 for Linux; elsewhere any node from 24 on will do. */
function findNode() {
  const packaged = join(projectRoot, 'node_modules', '.bin', 'node');
  for (const node of [packaged, process.execPath, onPath('node')]) {
    if (node === null || !existsSync(node)) continue;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= nodeMajorMin) return node;
  }
  return fail(
    `Node ${nodeMajorMin} or newer is needed. It comes with the npm packages on Linux; elsewhere install it and put it on the PATH.`,
  );
}

/**
 * Node cannot strip types from the generated sources: they are compiled, and again when they change.
 */
async function compileBindings(node) {
  const sources = readdirSync(join(projectRoot, bindings, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name}`)
    .sort();
  const inputs = ['package.json', 'tsconfig.json', ...sources];
  const hash = hashOf([...inputs.map((name) => `${bindings}/${name}`), lockfile]);
  const lib = join(projectRoot, bindings, 'lib');
  const stamp = join(lib, '.stamp');
  if (readOrEmpty(stamp) === hash) return;
  say('compiles the bindings of the hcloud provider');
  rmSync(lib, { recursive: true, force: true });
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  await run('the compiler', node, [compiler, '-p', `${bindings}/tsconfig.json`]);
  writeFileSync(stamp, hash);
}
