/**
 * Files and folders of a branch: read, and written as commits by clients that give the blob's id.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from './accounts.ts';
import { gitCommitBody, rawCommits, resolveCommit } from './commits.ts';
import { GithubError, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { requiredTextIn, textIn } from './input.ts';
import { commitTree, fromBase64, signatureIn, signedBy, wrapped } from './objects.ts';
import { protectionDocs, refusalOf, setRef } from './refs.ts';
import { type TreeChange, writeTree } from './trees.ts';
import { actorOf, type GithubWorld, htmlUrl, repoUrl, timeOf } from './world.ts';

type Wildcard = { Params: { '*': string } };
type Query = { Querystring: { ref?: string } & Record<string, string | undefined> };

export function registerContents(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'contents', docs: 'repos/contents' }, (scope) => {
    scope.get<Query>('/contents', (request, reply) => contentsAt(world, '', { request, reply }));
    scope.get<Wildcard & Query>('/contents/*', (request, reply) => {
      const path = request.params['*'].replace(/\/+$/, '');
      return contentsAt(world, path, { request, reply });
    });
    scope.put<Wildcard>('/contents/*', async (request, reply) => {
      const content = fromBase64(requiredTextIn(request.body, 'content'));
      const path = request.params['*'];
      const { created, commit, ref } = await change(world, request, { path, content });
      const entry = await entryAt(world, { path, ref });
      return reply.code(created ? 201 : 200).send({ content: entry, commit });
    });
    scope.delete<Wildcard & Query>('/contents/*', async (request) => {
      const path = request.params['*'];
      const { commit } = await change(world, request, { path, content: null });
      return { content: null, commit };
    });
  });
}

type Answer = { readonly request: FastifyRequest<Query>; readonly reply: FastifyReply };

async function contentsAt(
  world: GithubWorld,
  path: string,
  { request, reply }: Answer,
): Promise<unknown> {
  const ref = request.query.ref ?? world.settings.defaultBranch;
  const sha = await resolveCommit(world, ref);
  if (sha === null) throw new GithubError(404, `No commit found for the ref ${ref}`);
  const { repository } = world;
  const id = await repository.resolve(`${sha}:${path}`);
  if (id === null) throw notFound();
  const type = await repository.git(['cat-file', '-t', id]);
  const raw = /vnd\.github(\.v3)?\.raw/.test(request.headers.accept ?? '');
  if (type === 'tree') {
    const listed = await repository.git(['ls-tree', '-z', '-l', id]);
    return listed
      .split('\0')
      .filter(Boolean)
      .map((line) => treeEntry(world, line, { folder: path, ref }));
  }
  const { stdout } = await repository.tryGit(['cat-file', 'blob', id]);
  if (raw) return reply.type('application/vnd.github.raw; charset=utf-8').send(stdout);
  const entry = entryOf(world, { path, sha: id, type: 'file', size: stdout.length, ref });
  // Above a megabyte GitHub leaves the content out of JSON.
  const large = stdout.length > 1_048_576;
  return { ...entry, content: large ? '' : wrapped(stdout), encoding: large ? 'none' : 'base64' };
}

function treeEntry(
  world: GithubWorld,
  line: string,
  { folder, ref }: { folder: string; ref: string },
): Record<string, unknown> {
  const [, mode, kind, sha = '', size = '', name = ''] =
    /^(\d+) (\w+) (\w+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
  const path = folder === '' ? name : `${folder}/${name}`;
  const file = mode === '120000' ? 'symlink' : 'file';
  const type = kind === 'tree' ? 'dir' : file;
  return entryOf(world, { path, sha, type, size: Number(size) || 0, ref });
}

function entryOf(
  world: GithubWorld,
  entry: { path: string; sha: string; type: string; size: number; ref: string },
): Record<string, unknown> {
  const { path, sha, type, size, ref } = entry;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const folder = type === 'dir';
  const self = repoUrl(world, `/contents/${encoded}?ref=${encodeURIComponent(ref)}`);
  const git = repoUrl(world, `/git/${folder ? 'trees' : 'blobs'}/${sha}`);
  const html = htmlUrl(world, `/${folder ? 'tree' : 'blob'}/${ref}/${encoded}`);
  const raw = `https://raw.githubusercontent.com/${world.owner}/${world.name}/${ref}/${encoded}`;
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: folder ? null : raw,
    type,
    _links: { self, git, html },
  };
}

async function entryAt(
  world: GithubWorld,
  { path, ref }: { path: string; ref: string },
): Promise<Record<string, unknown>> {
  const sha = (await world.repository.resolve(`refs/heads/${ref}:${path}`)) ?? '';
  const size = Number(await world.repository.git(['cat-file', '-s', sha]));
  return entryOf(world, { path, sha, type: 'file', size, ref });
}

type Changed = { readonly created: boolean; readonly commit: object; readonly ref: string };

/** One commit on a branch. A delete's fields may stand in the query, as old clients send them. */
async function change(
  world: GithubWorld,
  request: FastifyRequest,
  wanted: { path: string; content: Buffer | null },
): Promise<Changed> {
  const { path, content } = wanted;
  const body = request.body ?? (content === null ? request.query : undefined);
  const message = requiredTextIn(body, 'message');
  const sha = textIn(body, 'sha');
  const ref = (textIn(body, 'branch') ?? world.settings.defaultBranch).replace(
    /^refs\/heads\//,
    '',
  );
  const before = await world.repository.resolve(`refs/heads/${ref}`);
  if (before === null) throw new GithubError(404, `Branch ${ref} not found`);
  const found = await world.repository.resolve(`${before}:${path}`);
  checkKnown({ path, found, sha, deletes: content === null });

  const edit: TreeChange =
    content === null ? { path, mode: '100644', sha: null } : { path, mode: '100644', content };
  const tree = await writeTree(world, before, [edit]);
  const after = await commitChange(world, { tree, before, message, body }, actorOf(world, request));
  const move = { ref: `refs/heads/${ref}`, before, after, forced: false };
  const refusal = refusalOf(world, move, actorOf(world, request));
  if (refusal !== null) {
    const verb = content === null ? 'delete' : found === null ? 'create' : 'update';
    const said = refusal.startsWith('Repository rule')
      ? refusal
      : `Could not ${verb} file: ${refusal}`;
    throw new GithubError(409, said, { docs: protectionDocs });
  }
  await setRef(world, move).catch(() => {
    throw new GithubError(409, `is at ${before} but expected ${sha ?? before}`);
  });
  const [raw] = await rawCommits(world, [after]);
  if (raw === undefined) throw notFound();
  return { created: found === null, commit: gitCommitBody(world, raw), ref };
}

function checkKnown(asked: {
  path: string;
  found: string | null;
  sha: string | undefined;
  deletes: boolean;
}): void {
  const { path, found, sha, deletes } = asked;
  if (deletes && found === null) throw notFound();
  if (found !== null && sha === undefined) throw malformed(`"sha" wasn't supplied.`);
  if (sha !== undefined && found !== sha) {
    throw new GithubError(409, `${path} does not match ${sha}`);
  }
}

async function commitChange(
  world: GithubWorld,
  asked: { tree: string; before: string; message: string; body: unknown },
  actor: Account,
): Promise<string> {
  const { tree, before, message, body } = asked;
  const date = timeOf(world.clock.now());
  const self = {
    name: actor.login,
    email: `${actor.id}+${actor.login}@users.noreply.github.com`,
    date,
  };
  const committer = signatureIn(world, body, 'committer') ?? self;
  const author = signatureIn(world, body, 'author') ?? committer;
  const env = signedBy(author, committer);
  return commitTree(world, [tree, '-p', before], { message, env });
}
