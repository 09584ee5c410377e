/**
 * `npm run build`: JavaScript in dist/, which any Node from 24 on runs as it is. The validators that
 * are generated from the schemas are JavaScript already: they are copied.
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
for (const validator of globSync('schemas/generated/*.cjs', { cwd: root }))
  cpSync(join(root, validator), join(dist, validator));
process.exitCode = status ?? 1;
