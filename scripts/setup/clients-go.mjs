// What comes as Go modules: the description of Stripe's API from stripe-mock, verified by the module's
// sum, and actionlint, built from modules whose sums stand in go.sum.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cached, fail, hashOf, onPath, projectRoot, run, say } from './parts.mjs';

const stripeMock = {
  path: 'github.com/stripe/stripe-mock',
  version: 'v0.203.0',
  sum: 'h1:EzW7nb/fphqcAkgVRHAaC88OaAZo6SBWSl54cflDTio=',
};
const file = 'spec3.json';
const timeout = 180_000;

export async function setUpStripeOpenapi() {
  const { path, version, sum } = stripeMock;
  const hash = hashOf([], path, version, sum, file);
  const folder = await cached('stripe-openapi', hash, async (draft) => {
    const go = onPath('go') ?? fail('it comes as a Go module, and there is no go');
    say(`fetches the description of Stripe's API (stripe-mock ${version}, 2 MB)`);
    const module = await downloaded(go, draft);
    if (module.Sum !== sum)
      fail(`what came as ${path} ${version} is not the module that is pinned`);
    copyFileSync(join(module.Dir, 'embedded', 'openapi', file), join(draft, file));
  });
  return join(folder, file);
}

/** The sum above replaces the public database of sums, which may be out of reach. */
async function downloaded(go, folder) {
  const { path, version } = stripeMock;
  const env = { ...process.env, GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local', GONOSUMDB: path };
  const args = ['mod', 'download', '-json', `${path}@${version}`];
  return JSON.parse(await run('go mod download', go, args, { cwd: folder, env, timeout }));
}

const actionlint = 'scripts/setup/actionlint';

/** Checks the workflows; only tests use it. Returns its path. */
export async function setUpActionlint() {
  const sums = ['go.mod', 'go.sum'].map((name) => `${actionlint}/${name}`);
  const folder = await cached('actionlint', hashOf(sums), async (draft) => {
    const go = onPath('go') ?? fail('it is built with go, and there is none');
    say('builds actionlint from its Go modules');
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    const program = 'github.com/rhysd/actionlint/cmd/actionlint';
    const args = ['build', '-o', `${draft}/`, '-mod=readonly', '-trimpath', program];
    await run('go build', go, args, { cwd: join(projectRoot, actionlint), env, timeout });
    await run('actionlint -version', join(draft, 'actionlint'), ['-version']);
  });
  return join(folder, 'actionlint');
}
