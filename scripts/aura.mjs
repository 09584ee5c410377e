// `npm run -s aura -- VERB …`: sets up what the verb needs, with messages on stderr only, and runs
// it on the Node of the packages. Uses only builtins and runs on Node 20 or newer.
import { join } from 'node:path';
import process from 'node:process';
import { launch } from './setup/launch.mjs';
import { projectRoot } from './setup/parts.mjs';
import { setUp } from './setup/set-up.mjs';
import { nodeArgsOf, nodeEnvOf, partsOfVerb } from './setup/verb-parts.mjs';

const program = join(projectRoot, 'reconciler', 'app', 'cli', 'aura.ts');

async function main(args) {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  const { node } = await setUp(partsOfVerb(verb, args));
  const nodeArgs = [...nodeArgsOf(verb), program, ...args];
  process.exitCode = await launch(node, nodeArgs, nodeEnvOf(verb));
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`aura: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
