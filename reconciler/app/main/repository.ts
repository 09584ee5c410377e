/** Opens the agents repository and what is made of it, with its login and its cache. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { machineAuthor } from '../../core/commands/commit-body.ts';
import { fixedToken, type TokenSource } from '../../ports/forge.ts';
import type { Ports } from '../../ports/ports.ts';
import type { GithubCredentials } from '../config.ts';
import type { Making, Opener } from './making.ts';
import { parserVersion } from './parser-version.ts';

/** The author of our commits: it looks like no person, and GitHub has no such user. */
const author = { name: machineAuthor, email: 'aura@users.noreply.github.com' };

export async function openRepository(making: Making): Promise<Ports['state']> {
  const { part, open, closers } = making;
  const { url, cacheFolder } = part('repository');
  const clock = await open('clock');
  const { createRepository } = await import('../../adapters/git/repository.ts');
  const token = await repositoryToken(making);
  const folder = repositoryFolder(url, cacheFolder);
  const repository = createRepository({ url, token, folder, author, clock });
  closers.push(() => repository.close());
  return repository;
}

/** A password in the URL takes precedence. */
async function repositoryToken(making: Making): Promise<TokenSource | null> {
  const { url, credentials } = making.part('repository');
  const { username, password } = new URL(url);
  if (username + password !== '') return null;
  return tokenSource(making, credentials);
}

/** One folder for each repository, because a mirror stores the tips that it has seen. */
function repositoryFolder(url: string, cacheFolder: string | null): string | null {
  const { host, pathname } = new URL(url);
  return cacheFolder === null ? null : join(cacheFolder, `git-${short(host + pathname)}`);
}

/** The folder that keeps parsed files between runs, and the version of the parsers. */
export async function keptBy({ part }: Pick<Making, 'part'>) {
  const { url, cacheFolder } = part('repository');
  const folder = repositoryFolder(url, cacheFolder);
  return {
    folder: folder === null ? null : join(folder, 'parsed'),
    version: folder === null ? '' : await parserVersion(),
  };
}

export async function openJournal(making: Making): Promise<Ports['journal']> {
  const { open, log, closers } = making;
  const [state, clock] = [await open('state'), await open('clock')];
  const { createJournal } = await import('../../adapters/journal/journal.ts');
  const journal = createJournal({ state, clock, log, kept: await keptBy(making) });
  closers.push(() => journal.flush());
  return journal;
}

const appTokens = new WeakMap<Opener, TokenSource>();

/** null without credentials. Ports that are opened together share an App's token. */
export async function tokenSource(
  { open }: Making,
  credentials: GithubCredentials,
): Promise<TokenSource | null> {
  if (credentials.kind === 'none') return null;
  if (credentials.kind === 'token') return fixedToken(credentials.token);
  const { createAppToken } = await import('../../adapters/github/app-token.ts');
  const clock = await open('clock');
  const source = appTokens.get(open) ?? createAppToken({ ...credentials, clock });
  appTokens.set(open, source);
  return source;
}

export async function openBundler(making: Making): Promise<Ports['bundler']> {
  const { url } = making.part('repository');
  const { accessOf } = await import('../../adapters/git/access.ts');
  const { createBundler } = await import('../../adapters/git/bundle.ts');
  return createBundler(accessOf({ url, token: await repositoryToken(making) }));
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
