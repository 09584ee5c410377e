// Sets up what is missing, and says on stderr what it does. Runs on any node from 20 on, before
// there is a node_modules; a second run finds everything and is over in a moment.
//
//   node scripts/setup.mjs [--only npm|python|provider]… [--for-verb] [--json]
//
// What it makes goes into .cache/, each folder with a hash of what made it in its name, built beside
// its place and moved there when it is whole: a setup that was killed leaves nothing that counts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { acquireLock } from './setup/lock.mjs';
import { setUpNpm } from './setup/npm.mjs';
import { cacheFolder, fail } from './setup/parts.mjs';
import { setUpProvider } from './setup/provider.mjs';
import { setUpPython } from './setup/python.mjs';
import { findTerraform } from './setup/terraform.mjs';

const usage = 'usage: node scripts/setup.mjs [--only npm|python|provider]... [--for-verb] [--json]';
const known = ['npm', 'python', 'provider'];

/** Verbs that read or serve only: no Terraform, no provider. */
const lightVerbs = new Set([
  'cloud',
  'status',
  'validate',
  'link',
  'serve',
  '--help',
  'help',
  '--version',
]);

async function main(args) {
  const { only, json } = parse(args);
  mkdirSync(cacheFolder, { recursive: true });
  const release = await acquireLock(join(cacheFolder, 'setup.lock'));
  try {
    const tools = {};
    if (only.has('npm')) Object.assign(tools, await setUpNpm());
    if (only.has('python')) Object.assign(tools, await setUpPython());
    if (only.has('provider')) Object.assign(tools, await setUpProvider(await findTerraform()));
    if (known.every((part) => only.has(part))) {
      writeFileSync(join(cacheFolder, 'tools.json'), `${JSON.stringify(tools, null, 2)}\n`);
    }
    if (json) process.stdout.write(`${JSON.stringify(tools)}\n`);
  } finally {
    release();
  }
}

function parse(args) {
  const only = new Set();
  let json = false;
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place];
    if (arg === '--only' && known.includes(args[place + 1])) only.add(args[++place]);
    else if (arg === '--for-verb') for (const part of partsOfVerb()) only.add(part);
    else if (arg === '--json') json = true;
    else fail(usage, 64);
  }
  return { only: only.size === 0 ? new Set(known) : only, json };
}

/** npm hands the verb's own arguments to the script that follows, not to this one: look at its line. */
function partsOfVerb() {
  const line = process.env.npm_config_argv ?? '';
  const verb = process.env.AURA_VERB ?? /"(\w+)"\]\s*}?$/.exec(line)?.[1] ?? '';
  return lightVerbs.has(verb) ? ['npm', 'python'] : known;
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
