// `npm run -s mutate -- …`: sets up the npm packages, with messages on stderr only, and runs the
// program on their Node. Uses only builtins and runs on Node 20 or newer.
import { join } from 'node:path';
import process from 'node:process';
import { launch } from './setup/launch.mjs';
import { projectRoot } from './setup/parts.mjs';
import { setUp } from './setup/set-up.mjs';

async function main(args) {
  const { node } = await setUp(['npm']);
  process.exitCode = await launch(node, [join(projectRoot, 'scripts', 'mutate.ts'), ...args]);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`mutate: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
