// `npm run -s bench -- NAME …`: sets up what a benchmark needs, with messages on stderr only, and
// runs it on the Node of the packages. Uses only builtins and runs on Node 20 or newer.
import { join } from 'node:path';
import process from 'node:process';
import { launch } from './setup/launch.mjs';
import { projectRoot } from './setup/parts.mjs';
import { allParts, setUp } from './setup/set-up.mjs';

const program = join(projectRoot, 'scripts', 'bench', 'bench.ts');

/** These measure real Terraform beside our own programs. */
const withTerraform = new Set(['actions', 'apply', 'provision', 'reconcile']);
/** These start real hosts. */
const withHosts = new Set(['provision']);

async function main(args) {
  const parts = withTerraform.has(args[0]) ? allParts : ['npm'];
  const { node } = await setUp(withHosts.has(args[0]) ? [...parts, 'tailnet'] : parts);
  process.exitCode = await launch(node, [program, ...args]);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
