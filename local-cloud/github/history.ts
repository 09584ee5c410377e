/** Commits listed and compared, branches and tags. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { commitOf, commitsOf, commitWithFiles, lines, noCommit, resolveCommit } from './commits.ts';
import { filesBetween } from './diff.ts';
import { GithubError, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { linkPages, page, windowOf } from './page.ts';
import { protectionSummary } from './protection-bodies.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl } from './world.ts';

type Wildcard = { Params: { '*': string } };
type Listed = {
  Querystring: {
    sha?: string;
    path?: string;
    since?: string;
    until?: string;
    author?: string;
    committer?: string;
  };
};

export function registerHistory(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'contents', docs: 'commits/commits' }, (scope) => {
    scope.get<Listed>('/commits', async (request, reply) => {
      const { size, number } = windowOf(request);
      const asked = await revListOf(world, request.query);
      const count = await world.repository.git(['rev-list', '--count', ...asked]);
      linkPages(Number(count), request, reply);
      const window = [`--skip=${(number - 1) * size}`, `--max-count=${size}`];
      const ids = await world.repository.git(['rev-list', ...window, ...asked]);
      return commitsOf(world, lines(ids));
    });
    scope.get<Wildcard>('/commits/*', async (request, reply) => {
      const sha = await resolveCommit(world, request.params['*']);
      if (sha === null) throw noCommit(request.params['*']);
      const media = request.headers.accept ?? '';
      if (/vnd\.github(\.v3)?\.sha/.test(media)) {
        return reply.type('application/vnd.github.sha; charset=utf-8').send(sha);
      }
      return commitWithFiles(world, sha);
    });
    scope.get<Wildcard>('/compare/*', (request, reply) =>
      compare(world, request.params['*'], { request, header: (n) => linkPages(n, request, reply) }),
    );
  });
  registerArea(app, { needs: 'contents', docs: 'branches/branches' }, (scope) =>
    registerBranches(scope, world),
  );
}

function registerBranches(scope: FastifyInstance, world: GithubWorld): void {
  const { repository } = world;
  const format = '--format=%(refname:lstrip=2) %(objectname) %(*objectname)';
  scope.get<{ Querystring: { protected?: string } }>('/branches', async (request, reply) => {
    const listed = lines(await repository.git(['for-each-ref', format, 'refs/heads']));
    const branches = listed.map((line) => {
      const [name = '', sha = ''] = line.split(' ');
      const commit = { sha, url: repoUrl(world, `/commits/${sha}`) };
      return { name, commit, ...protectionSummary(world, name) };
    });
    const wanted = request.query.protected;
    const kept = branches.filter((one) => !wanted || String(one.protected) === wanted);
    return page(kept, request, reply);
  });
  scope.get<Wildcard>('/branches/*', async ({ params }) => {
    const name = params['*'];
    const sha = await repository.resolve(`refs/heads/${name}`);
    if (sha === null) throw new GithubError(404, 'Branch not found');
    const self = repoUrl(world, `/branches/${encodeURIComponent(name)}`);
    return {
      name,
      commit: await commitOf(world, sha),
      _links: { self, html: htmlUrl(world, `/tree/${name}`) },
      ...protectionSummary(world, name),
    };
  });
  scope.get('/tags', async (request, reply) => {
    const listed = lines(await repository.git(['for-each-ref', format, 'refs/tags']));
    const tags = listed.reverse().map((line) => {
      const [name = '', direct = '', peeled = ''] = line.split(' ');
      const sha = peeled === '' ? direct : peeled;
      return {
        name,
        commit: { sha, url: repoUrl(world, `/commits/${sha}`) },
        zipball_url: repoUrl(world, `/zipball/refs/tags/${name}`),
        tarball_url: repoUrl(world, `/tarball/refs/tags/${name}`),
        node_id: nodeId('REF', name),
      };
    });
    return page(tags, request, reply);
  });
}

/** Invalid dates are ignored, as on GitHub. */
async function revListOf(world: GithubWorld, query: Listed['Querystring']): Promise<string[]> {
  const from = await resolveCommit(world, query.sha ?? 'HEAD');
  if (from === null) {
    if (query.sha !== undefined) throw notFound();
    throw new GithubError(409, 'Git Repository is empty.');
  }
  const time = (name: string, text: string | undefined) => {
    const ms = Date.parse(text ?? '');
    return Number.isNaN(ms) ? [] : [`--${name}=${Math.floor(ms / 1000)}`];
  };
  const who = (name: string, text: string | undefined) =>
    text === undefined ? [] : ['--fixed-strings', `--${name}=${text}`];
  return [
    ...time('since', query.since),
    ...time('until', query.until),
    ...who('author', query.author),
    ...who('committer', query.committer),
    from,
    '--',
    ...(query.path ? [`:(literal)${query.path}`] : []),
  ];
}

async function compare(
  world: GithubWorld,
  basehead: string,
  paging: { request: FastifyRequest; header(total: number): void },
): Promise<Record<string, unknown>> {
  const [base = '', head = '', ...more] = basehead.split('...');
  if (more.length > 0 || base === '' || head === '') throw notFound();
  const own = (name: string) => name.replace(`${world.owner}:`, '');
  const [from, to] = await Promise.all([
    resolveCommit(world, own(base)),
    resolveCommit(world, own(head)),
  ]);
  if (from === null || to === null) throw notFound();
  const { repository } = world;
  const merged = await repository.tryGit(['merge-base', from, to]);
  if (merged.code !== 0) {
    throw new GithubError(404, `No common ancestor between ${base} and ${head}.`);
  }
  const fork = merged.stdout.toString().trim();
  const counts = await repository.git(['rev-list', '--left-right', '--count', `${from}...${to}`]);
  const [behind = 0, ahead = 0] = counts.split('\t').map(Number);
  const asked = paging.request.query as { page?: string; per_page?: string };
  // Without paging GitHub answers with up to 250 commits at once.
  const paged = asked.page !== undefined || asked.per_page !== undefined;
  const { size, number } = paged ? windowOf(paging.request) : { size: 250, number: 1 };
  if (paged) paging.header(ahead);
  const ids = lines(await repository.git(['rev-list', '--reverse', `${from}..${to}`]));
  const html = htmlUrl(world, `/compare/${basehead}`);
  return {
    url: repoUrl(world, `/compare/${basehead}`),
    html_url: html,
    permalink_url: htmlUrl(world, `/compare/${world.owner}:${from}...${world.owner}:${to}`),
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await commitOf(world, from),
    merge_base_commit: await commitOf(world, fork),
    status: statusOf(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: await commitsOf(world, ids.slice((number - 1) * size, number * size)),
    files: (await filesBetween(world, fork, to)).slice(0, 300),
  };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
