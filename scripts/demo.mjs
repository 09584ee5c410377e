// `npm start`: sets up what the story needs, with messages on stderr only, and tells it on the Node of
// the packages. Uses only builtins and runs on Node 20 or newer.
import { join } from 'node:path';
import process from 'node:process';
import { launch } from './setup/launch.mjs';
import { projectRoot } from './setup/parts.mjs';
import { allParts, setUp } from './setup/set-up.mjs';

const program = join(projectRoot, 'scripts', 'demo.ts');

async function main(args) {
  const { node } = await setUp(args.includes('--hosts') ? [...allParts, 'tailnet'] : allParts);
  process.exitCode = await launch(node, [program, ...args]);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`start: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
