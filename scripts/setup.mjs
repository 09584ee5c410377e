// Sets up what is missing and reports it on stderr. Runs on Node 20 or newer, before node_modules
// exists; a second run finds everything and ends at once.
//
//   node scripts/setup.mjs [--only npm|moto|act|ansible|provider|clients|tailnet]…
//                          [--with clients|tailnet]… [--json]
//
// Without --only it sets up everything that Aura needs; `clients` are for the contract tests only,
// `tailnet` is for real hosts. Tests that require `hosts` (AURA_REQUIRE) ask for it by themselves.
// Each folder in .cache/ has a hash of its inputs in its name. It is built beside its place and
// moved there when it is complete, so an interrupted setup leaves nothing that is used.
import process from 'node:process';
import { fail } from './setup/parts.mjs';
import { allParts, extraParts, setUp } from './setup/set-up.mjs';

const usage =
  'usage: node scripts/setup.mjs [--only npm|moto|act|ansible|provider|clients|tailnet]... ' +
  '[--with clients|tailnet]... [--json]';

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
    if (arg === '--only' && [...allParts, ...extraParts].includes(next)) only.add(args[++place]);
    else if (arg === '--with' && extraParts.includes(next)) extra.add(args[++place]);
    else if (arg === '--json') json = true;
    else fail(usage, 64);
  }
  if (extra.has('clients') && requiresHosts()) extra.add('tailnet');
  return { parts: [...(only.size === 0 ? allParts : only), ...extra], json };
}

function requiresHosts() {
  const required = (process.env.AURA_REQUIRE ?? '').split(',');
  return required.includes('hosts') || required.includes('all');
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
