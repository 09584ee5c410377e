/** Git's own objects: blobs, trees, commits and tags, written into and read from the repository. */
import type { FastifyInstance } from 'fastify';
import { gitCommitBody, rawCommits, unsigned } from './commits.ts';
import { GithubError, invalid, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, listIn, recordIn, requiredTextIn, textIn, textsIn, wordIn } from './input.ts';
import { type TreeChange, writeTree } from './trees.ts';
import { actorOf, type GithubWorld, nodeId, repoUrl, timeOf } from './world.ts';

type One = { Params: { sha: string } };

export function registerObjects(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'contents', docs: 'git/blobs' }, (scope) => {
    registerBlobs(scope, world);
  });
  registerArea(app, { needs: 'contents', docs: 'git/trees' }, (scope) => {
    registerTrees(scope, world);
  });
  registerArea(app, { needs: 'contents', docs: 'git/commits' }, (scope) => {
    scope.post('/git/commits', async (request, reply) => {
      const { login, id } = actorOf(world, request);
      const email = `${id}+${login}@users.noreply.github.com`;
      const sha = await createCommit(world, request.body, { name: login, email });
      const [raw] = await rawCommits(world, [sha]);
      if (raw === undefined) throw notFound();
      return reply.code(201).send(gitCommitBody(world, raw));
    });
  });
  registerArea(app, { needs: 'contents', docs: 'git/tags' }, (scope) => registerTags(scope, world));
}

function registerBlobs(scope: FastifyInstance, world: GithubWorld): void {
  scope.post('/git/blobs', async ({ body }, reply) => {
    const content = requiredTextIn(body, 'content');
    const encoding = wordIn(body, 'encoding', ['utf-8', 'base64']) ?? 'utf-8';
    const bytes = encoding === 'base64' ? fromBase64(content) : Buffer.from(content);
    const sha = await world.repository.git(['hash-object', '-w', '--stdin'], { input: bytes });
    return reply.code(201).send({ sha, url: repoUrl(world, `/git/blobs/${sha}`) });
  });
  scope.get<One>('/git/blobs/:sha', async ({ params }) => {
    const sha = await objectOf(world, params.sha, 'blob');
    const { stdout } = await world.repository.tryGit(['cat-file', 'blob', sha]);
    return {
      sha,
      node_id: nodeId('B', sha),
      size: stdout.length,
      url: repoUrl(world, `/git/blobs/${sha}`),
      content: wrapped(stdout),
      encoding: 'base64',
    };
  });
}

function registerTrees(scope: FastifyInstance, world: GithubWorld): void {
  scope.post('/git/trees', async ({ body }, reply) => {
    const entries = listIn(body, 'tree');
    if (entries === undefined) throw malformed(`"tree" wasn't supplied.`);
    const base = textIn(body, 'base_tree');
    if (base !== undefined && (await world.repository.resolve(`${base}^{tree}`)) === null) {
      throw new GithubError(422, 'base_tree is not a valid tree oid');
    }
    const sha = await writeTree(world, base ?? null, entries.map(treeChangeOf));
    return reply.code(201).send(await treeBody(world, sha, false));
  });
  scope.get<One & { Querystring: { recursive?: string } }>('/git/trees/:sha', async (request) => {
    const { repository } = world;
    const name = request.params.sha;
    const sha = /^[\w./-]+$/.test(name) ? await repository.resolve(`${name}^{tree}`) : null;
    if (sha === null) throw notFound();
    return treeBody(world, sha, request.query.recursive !== undefined);
  });
}

function treeChangeOf(entry: unknown): TreeChange {
  const path = requiredTextIn(entry, 'path');
  const modes = ['100644', '100755', '040000', '160000', '120000'] as const;
  const mode = wordIn(entry, 'mode', modes) ?? '100644';
  const content = textIn(entry, 'content');
  if (content !== undefined) return { path, mode, content: Buffer.from(content) };
  if (fieldIn(entry, 'sha') === null) return { path, mode, sha: null };
  return { path, mode, sha: requiredTextIn(entry, 'sha') };
}

async function treeBody(
  world: GithubWorld,
  sha: string,
  recursive: boolean,
): Promise<Record<string, unknown>> {
  const deep = recursive ? ['-r', '-t'] : [];
  const listed = await world.repository.git(['ls-tree', '-z', '-l', ...deep, sha]);
  const tree = listed
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [, mode, type, id, size = '', path = ''] =
        /^(\d+) (\w+) (\w+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
      const url = repoUrl(world, `/git/${type}s/${id}`);
      return { path, mode, type, sha: id, ...(size === '-' ? {} : { size: Number(size) }), url };
    });
  return { sha, url: repoUrl(world, `/git/trees/${sha}`), tree, truncated: false };
}

type Named = { readonly name: string; readonly email: string };

async function createCommit(world: GithubWorld, body: unknown, self: Named): Promise<string> {
  const message = requiredTextIn(body, 'message');
  const tree = await world.repository.resolve(`${requiredTextIn(body, 'tree')}^{tree}`);
  if (tree === null) throw new GithubError(422, 'Tree SHA does not exist');
  const parents = textsIn(body, 'parents') ?? [];
  for (const parent of parents) {
    if (!/^[0-9a-f]{40}$/.test(parent)) throw new GithubError(422, 'The parents are not all shas.');
    if ((await world.repository.resolve(`${parent}^{commit}`)) === null) {
      throw new GithubError(422, 'Parent SHA does not exist or is not a commit object');
    }
  }
  const author = signatureIn(world, body, 'author') ?? { ...self, date: timeOf(world.clock.now()) };
  const committer = signatureIn(world, body, 'committer') ?? author;
  const args = [tree, ...parents.flatMap((parent) => ['-p', parent])];
  return commitTree(world, args, { message, env: signedBy(author, committer) });
}

type Signature = Named & { readonly date: string };

/** Author and committer as variables of git, with dates that every version of git reads. */
export function signedBy(author: Signature, committer: Signature): Record<string, string> {
  const seconds = ({ date }: Signature) => `@${Math.max(Math.floor(Date.parse(date) / 1000), 0)}`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: `${seconds(author)} +0000`,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: `${seconds(committer)} +0000`,
  };
}

/** git refuses a name that is only punctuation. */
export async function commitTree(
  { repository }: GithubWorld,
  args: readonly string[],
  { message, env }: { message: string; env: Record<string, string> },
): Promise<string> {
  const made = await repository.tryGit(['commit-tree', ...args], { input: message, env });
  if (made.code !== 0) throw invalid({ resource: 'Commit', field: 'author', code: 'invalid' });
  return made.stdout.toString().trim();
}

export function signatureIn(world: GithubWorld, body: unknown, field: string): Signature | null {
  const given = recordIn(body, field);
  if (given === undefined) return null;
  const date = textIn(given, 'date') ?? timeOf(world.clock.now());
  if (Number.isNaN(Date.parse(date))) {
    throw invalid({ resource: 'Commit', field: `${field}.date`, code: 'invalid' });
  }
  const name = requiredTextIn(given, 'name');
  const email = requiredTextIn(given, 'email');
  if (name.trim() === '' || email.trim() === '') {
    throw invalid({ resource: 'Commit', field, code: 'invalid' });
  }
  return { name, email, date };
}

function registerTags(scope: FastifyInstance, world: GithubWorld): void {
  const { repository } = world;
  const bodyOf = async (sha: string) => {
    const text = await repository.git(['cat-file', 'tag', sha]);
    const [head = '', ...message] = text.split('\n\n');
    const of = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(head)?.[1] ?? '';
    const [, name = '', email = '', at = '0'] = /^(.*) <(.*)> (\d+)/.exec(of('tagger')) ?? [];
    const [type, target] = [of('type'), of('object')];
    return {
      node_id: nodeId('TA', sha),
      tag: of('tag'),
      sha,
      url: repoUrl(world, `/git/tags/${sha}`),
      message: message.join('\n\n'),
      tagger: { name, email, date: timeOf(Number(at) * 1000) },
      object: { type, sha: target, url: repoUrl(world, `/git/${type}s/${target}`) },
      verification: unsigned,
    };
  };
  scope.post('/git/tags', async (request, reply) => {
    const { body } = request;
    const [tag, message] = [requiredTextIn(body, 'tag'), requiredTextIn(body, 'message')];
    const type = wordIn(body, 'type', ['commit', 'tree', 'blob']) ?? 'commit';
    const object = await objectOf(world, requiredTextIn(body, 'object'), type).catch(() => {
      throw new GithubError(422, 'Object does not exist');
    });
    const { login, id } = actorOf(world, request);
    const email = `${id}+${login}@users.noreply.github.com`;
    const given = signatureIn(world, body, 'tagger');
    const tagger = given ?? { name: login, email, date: timeOf(world.clock.now()) };
    const seconds = Math.floor(Date.parse(tagger.date) / 1000);
    const made = await repository.tryGit(['mktag'], {
      input: [
        `object ${object}`,
        `type ${type}`,
        `tag ${tag}`,
        `tagger ${tagger.name} <${tagger.email}> ${seconds} +0000`,
        '',
        `${message}\n`,
      ].join('\n'),
    });
    if (made.code !== 0) throw invalid({ resource: 'Tag', field: 'tag', code: 'invalid' });
    return reply.code(201).send(await bodyOf(made.stdout.toString().trim()));
  });
}

/** GitHub breaks base64 at 60 characters. */
export function wrapped(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{1,60}/g, '$&\n');
}

export function fromBase64(text: string): Buffer {
  const bare = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) {
    throw new GithubError(422, 'content is not valid Base64');
  }
  return Buffer.from(bare, 'base64');
}

async function objectOf(world: GithubWorld, sha: string, type: string): Promise<string> {
  const known = /^[0-9a-f]{40}$/.test(sha)
    ? await world.repository.resolve(`${sha}^{object}`)
    : null;
  if (known === null) throw notFound();
  if ((await world.repository.git(['cat-file', '-t', known])) !== type) throw notFound();
  return known;
}
