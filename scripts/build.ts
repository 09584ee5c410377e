/**
 * `npm run build`: JavaScript in dist/, which any Node from 24 on runs as it is. The schemas are read
 * at run time, from beside the code that validates with them: they are copied there.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const schema of globSync('schemas/*.schema.json', { cwd: root }))
  cpSync(join(root, schema), join(dist, schema));
process.exitCode = status ?? 1;
