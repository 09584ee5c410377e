/** Branches, refs, commits and contents: read from, and written to, the bare repository itself. */
import type { FastifyInstance } from 'fastify';
import type { GitRepository } from '../git-repository.ts';
import { fieldIn, GithubError, type GithubWorld, notFound, page, requiredTextIn } from './world.ts';

type Wildcard = { Params: { '*': string } };

export function registerGitData(app: FastifyInstance, world: GithubWorld): void {
  registerRefs(app, world);
  registerCommits(app, world);
  registerContents(app, world);
}

function registerRefs(app: FastifyInstance, { repository }: GithubWorld): void {
  app.get('/branches', async (request, reply) => {
    const listed = await repository.git([
      'for-each-ref',
      '--format=%(refname:lstrip=2) %(objectname)',
      'refs/heads',
    ]);
    const branches = lines(listed).map((line) => {
      const [name = '', sha = ''] = line.split(' ');
      return { name, commit: { sha }, protected: false };
    });
    return page(branches, request, reply);
  });
  app.get<Wildcard>('/branches/*', async ({ params }) => {
    const sha = await repository.resolve(`refs/heads/${params['*']}`);
    if (sha === null) throw new GithubError(404, 'Branch not found');
    return { name: params['*'], commit: await commitOf(repository, sha), protected: false };
  });
  app.get<Wildcard>('/git/ref/*', async ({ params }) => {
    const sha = await repository.resolve(`refs/${params['*']}`);
    if (sha === null) throw notFound();
    return refOf(`refs/${params['*']}`, sha);
  });
  app.get<Wildcard>('/git/matching-refs/*', async ({ params }, reply) => {
    const listed = await repository.git(['for-each-ref', '--format=%(objectname) %(refname)']);
    const matching = lines(listed)
      .map((line) => refOf(line.slice(41), line.slice(0, 40)))
      .filter(({ ref }) => ref.startsWith(`refs/${params['*']}`));
    return reply.send(matching);
  });
  app.post('/git/refs', async ({ body }, reply) => {
    const ref = requiredTextIn(body, 'ref');
    const sha = await existingCommit(repository, requiredTextIn(body, 'sha'));
    if (!/^refs\/[^/]+\/./.test(ref) || !(await validRef(repository, ref))) {
      throw new GithubError(422, `${ref} is not a valid ref name.`);
    }
    // The null id as the expected old value lets git refuse the second of two at once.
    const { code } = await repository.tryGit(['update-ref', ref, sha, '0'.repeat(40)]);
    if (code !== 0) throw new GithubError(422, 'Reference already exists');
    await repository.noticeChanges();
    return reply.code(201).send(refOf(ref, sha));
  });
  app.patch<Wildcard>('/git/refs/*', async ({ params, body }) => {
    const ref = `refs/${params['*']}`;
    const sha = await existingCommit(repository, requiredTextIn(body, 'sha'));
    const before = await repository.resolve(ref);
    if (before === null) throw new GithubError(422, 'Reference does not exist');
    const forced = fieldIn(body, 'force') === true;
    if (!forced && !(await isAncestor(repository, before, sha))) {
      throw new GithubError(422, 'Update is not a fast forward');
    }
    const { code } = await repository.tryGit(['update-ref', ref, sha, before]);
    if (code !== 0) throw new GithubError(409, 'Reference was updated meanwhile');
    await repository.noticeChanges();
    return refOf(ref, sha);
  });
  app.delete<Wildcard>('/git/refs/*', async ({ params }, reply) => {
    const ref = `refs/${params['*']}`;
    if ((await repository.resolve(ref)) === null) {
      throw new GithubError(422, 'Reference does not exist');
    }
    await repository.git(['update-ref', '-d', ref]);
    await repository.noticeChanges();
    return reply.code(204).send();
  });
}

function registerCommits(app: FastifyInstance, { repository }: GithubWorld): void {
  app.get<{ Querystring: { sha?: string; path?: string } }>('/commits', async (request, reply) => {
    const from = await repository.resolve(`${request.query.sha ?? 'main'}^{commit}`);
    if (from === null) throw notFound();
    const only = request.query.path === undefined ? [] : [request.query.path];
    const ids = lines(await repository.git(['rev-list', from, '--', ...only]));
    const wanted = page(ids, request, reply);
    return Promise.all(wanted.map((sha) => commitOf(repository, sha)));
  });
  app.get<Wildcard>('/commits/*', async ({ params }) => {
    const sha = await repository.resolve(`${params['*']}^{commit}`);
    if (sha === null) throw new GithubError(422, `No commit found for SHA: ${params['*']}`);
    const [commit, files] = await Promise.all([
      commitOf(repository, sha),
      filesBetween(repository, `${sha}^`, sha),
    ]);
    return { ...commit, files };
  });
  app.get<{ Params: { sha: string } }>('/git/commits/:sha', async ({ params }) => {
    const sha = await repository.resolve(`${params.sha}^{commit}`);
    if (sha === null) throw notFound();
    const { commit, parents } = await commitOf(repository, sha);
    return { sha, ...commit, parents };
  });
}

type ContentsQuery = { Querystring: { ref?: string } };

function registerContents(app: FastifyInstance, { repository }: GithubWorld): void {
  app.get<ContentsQuery>('/contents', ({ query }) => contentsAt(repository, '', query.ref));
  app.get<Wildcard & ContentsQuery>('/contents/*', ({ params, query }) =>
    contentsAt(repository, params['*'].replace(/\/+$/, ''), query.ref),
  );
}

async function contentsAt(
  repository: GitRepository,
  path: string,
  ref: string = 'main',
): Promise<unknown> {
  const sha = await repository.resolve(`${ref}^{commit}`);
  if (sha === null) throw new GithubError(404, 'No commit found for the ref');
  const id = await repository.resolve(`${sha}:${path}`);
  if (id === null) throw notFound();
  if ((await repository.git(['cat-file', '-t', id])) === 'tree') {
    const listed = await repository.git(['ls-tree', '-z', '-l', id]);
    return listed
      .split('\0')
      .filter(Boolean)
      .map((line) => treeEntry(path, line));
  }
  const { stdout } = await repository.tryGit(['cat-file', 'blob', id]);
  return {
    ...entryOf({ path, sha: id, type: 'file', size: stdout.length }),
    encoding: 'base64',
    content: stdout.toString('base64'),
  };
}

function treeEntry(folder: string, line: string): Record<string, unknown> {
  const [, kind, sha = '', size = '', name = ''] =
    /^\d+ (\w+) (\w+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
  const path = folder === '' ? name : `${folder}/${name}`;
  return entryOf({ path, sha, type: kind === 'tree' ? 'dir' : 'file', size: Number(size) || 0 });
}

function entryOf(entry: { path: string; sha: string; type: string; size: number }) {
  return { ...entry, name: entry.path.split('/').at(-1) ?? '' };
}

export type CommitBody = {
  readonly sha: string;
  readonly commit: Record<string, unknown>;
  readonly parents: { readonly sha: string }[];
};

const commitFormat = ['%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');

export async function commitOf(repository: GitRepository, sha: string): Promise<CommitBody> {
  const text = await repository.git(['log', '-1', `--format=${commitFormat}`, sha]);
  const [tree, parents = '', an, ae, at, cn, ce, ct, message = ''] = text.split('\0');
  return {
    sha,
    commit: {
      author: { name: an, email: ae, date: at },
      committer: { name: cn, email: ce, date: ct },
      message: message.replace(/\n+$/, ''),
      tree: { sha: tree },
    },
    parents: parents
      .split(' ')
      .filter(Boolean)
      .map((parent) => ({ sha: parent })),
  };
}

/** Files that differ between two commits; against nothing where `from` does not exist. */
export async function filesBetween(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<Record<string, unknown>[]> {
  const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  const base = (await repository.resolve(from)) ?? emptyTree;
  const options = ['-z', '--no-renames', base, to];
  const [names, counts] = await Promise.all([
    repository.git(['diff', '--name-status', ...options]),
    repository.git(['diff', '--numstat', ...options]),
  ]);
  const counted = new Map(
    counts
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [additions, deletions, name] = line.split('\t');
        return [name, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 }];
      }),
  );
  const fields = names.split('\0').filter(Boolean);
  return Array.from({ length: fields.length / 2 }, (_, i) => {
    const filename = fields[2 * i + 1] ?? '';
    const { additions, deletions } = counted.get(filename) ?? { additions: 0, deletions: 0 };
    const status = fileStatuses[fields[2 * i] ?? ''] ?? 'modified';
    return { filename, status, additions, deletions, changes: additions + deletions };
  });
}

const fileStatuses: Readonly<Record<string, string>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  T: 'changed',
};

export async function isAncestor(
  repository: GitRepository,
  ancestor: string,
  of: string,
): Promise<boolean> {
  return (await repository.tryGit(['merge-base', '--is-ancestor', ancestor, of])).code === 0;
}

async function existingCommit(repository: GitRepository, sha: string): Promise<string> {
  const found = /^[0-9a-f]{40}$/.test(sha) ? await repository.resolve(`${sha}^{commit}`) : null;
  if (found === null) throw new GithubError(422, 'Object does not exist');
  return found;
}

async function validRef(repository: GitRepository, ref: string): Promise<boolean> {
  return (await repository.tryGit(['check-ref-format', ref])).code === 0;
}

function refOf(ref: string, sha: string) {
  return { ref, node_id: `REF_${ref}`, object: { type: 'commit', sha } };
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
