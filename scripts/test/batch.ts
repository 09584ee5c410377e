/**
 * Started by `together.ts`, as a process for several test files: each is loaded as a suite of its
 * path. So the hooks at the top of a file hold for that file alone, and every event of a test stands
 * below the file's path.
 */
import { resolve } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) {
  await describe(file, async () => {
    await import(pathToFileURL(resolve(file)).href);
  });
}
