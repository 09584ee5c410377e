// Sets up what is missing, and says on stderr what it does. Runs on any node from 20 on, before
// there is a node_modules; a second run finds everything and is over in a moment.
//
//   node scripts/setup.mjs [--only npm|python|provider|clients]… [--with clients] [--json]
//
// Without --only it is everything that Aura runs on; `clients` are for the contract tests alone.
// What it makes goes into .cache/, each folder with a hash of what made it in its name, built beside
// its place and moved there when it is whole: a setup that was killed leaves nothing that counts.
import process from 'node:process';
import { fail } from './setup/parts.mjs';
import { allParts, setUp, testParts } from './setup/set-up.mjs';

const usage =
  'usage: node scripts/setup.mjs [--only npm|python|provider|clients]... [--with clients] [--json]';

async function main(args) {
  const { parts, json } = parse(args);
  const tools = await setUp(parts);
  if (json) process.stdout.write(`${JSON.stringify(tools)}\n`);
}

function parse(args) {
  const only = new Set();
  const extra = new Set();
  let json = false;
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place];
    const next = args[place + 1];
    if (arg === '--only' && [...allParts, ...testParts].includes(next)) only.add(args[++place]);
    else if (arg === '--with' && testParts.includes(next)) extra.add(args[++place]);
    else if (arg === '--json') json = true;
    else fail(usage, 64);
  }
  return { parts: [...(only.size === 0 ? allParts : only), ...extra], json };
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
