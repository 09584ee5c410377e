/** Merging: a pull request by one of three methods, or one branch into another. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { commitOf, isAncestor, resolveCommit } from './commits.ts';
import { GithubError, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { wordRefusal } from './guard.ts';
import { numberOf, requiredTextIn, textIn, wordIn } from './input.ts';
import { mergeRefusal, refusesMergeCommits } from './mergeability.ts';
import { type MergeMethod, writeMerge } from './merging.ts';
import { findPull } from './pull-store.ts';
import type { Pull } from './records.ts';
import { moveRef, protectionDocs, setRef } from './refs.ts';
import { actorOf, type GithubWorld } from './world.ts';

type Numbered = { Params: { number: string } };

export function registerMerges(app: FastifyInstance, world: GithubWorld): void {
  const find = (number: string) => findPull(world, numberOf(number));
  // Merging writes to a branch, so it needs the permission for contents.
  registerArea(app, { needs: 'contents', docs: 'pulls/pulls' }, (scope) => {
    scope.put<Numbered>('/pulls/:number/merge', async (request) => {
      const sha = await mergePull(world, find(request.params.number), request);
      return { sha, merged: true, message: 'Pull Request successfully merged' };
    });
  });
  registerArea(app, { needs: 'pull_requests', docs: 'pulls/pulls' }, (scope) => {
    scope.get<Numbered>('/pulls/:number/merge', async ({ params }, reply) => {
      if (find(params.number).merged === null) throw notFound();
      return reply.code(204).send();
    });
  });
  registerArea(app, { needs: 'contents', docs: 'branches/branches' }, (scope) => {
    scope.post('/merges', async (request, reply) => {
      const sha = await mergeBranch(world, request);
      if (sha === null) return reply.code(204).send();
      return reply.code(201).send(await commitOf(world, sha));
    });
  });
}

const methods = ['merge', 'squash', 'rebase'] as const;

async function mergePull(world: GithubWorld, pull: Pull, request: FastifyRequest): Promise<string> {
  const { body } = request;
  const method = wordIn(body, 'merge_method', methods) ?? 'merge';
  const by = actorOf(world, request);
  const expectedSha = textIn(body, 'sha');
  if (pull.merged !== null || pull.closedMs !== null) throw cannot('Pull Request is not mergeable');
  if (pull.draft) throw cannot('Pull Request is still a draft');
  if (!world.settings[method]) throw cannot(notAllowed[method]);
  if (method === 'merge' && refusesMergeCommits(world, pull, by)) throw cannot(notAllowed.merge);
  if (expectedSha !== undefined && expectedSha !== pull.headSha) {
    throw new GithubError(409, 'Head branch was modified. Review and try the merge again.');
  }
  const refusal = await mergeRefusal(world, pull, by);
  if (refusal !== null) {
    throw new GithubError(405, wordRefusal(refusal.guards, refusal.reasons), {
      docs: protectionDocs,
    });
  }
  const { baseSha, headSha } = pull;
  const atMs = world.clock.now();
  const message = messageOf(world, pull, { method, body });
  const result = await writeMerge(world.repository, {
    base: baseSha,
    head: headSha,
    method,
    message,
    by,
    atMs,
  });
  if (result.kind === 'conflict') throw cannot('Pull Request is not mergeable');
  // Closed before its branch moves, so that the move is not taken for a push.
  Object.assign(pull, { closedMs: atMs, closedBy: by, updatedMs: atMs });
  pull.merged = { atMs, by, sha: result.sha };
  try {
    await setRef(world, { ref: `refs/heads/${pull.base}`, before: baseSha, after: result.sha });
  } catch {
    Object.assign(pull, { closedMs: null, closedBy: null, merged: null });
    throw new GithubError(409, 'Base branch was modified. Review and try the merge again.');
  }
  if (world.settings.deleteBranchOnMerge) {
    await setRef(world, { ref: `refs/heads/${pull.head}`, before: headSha, after: null }).catch(
      () => {},
    );
  }
  return result.sha;
}

function cannot(message: string): GithubError {
  return new GithubError(405, message);
}

const notAllowed: Readonly<Record<MergeMethod, string>> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

function messageOf(
  world: GithubWorld,
  pull: Pull,
  { method, body }: { method: MergeMethod; body: unknown },
): string {
  const squash = method === 'squash';
  const ownTitle = squash
    ? `${pull.title} (#${pull.number})`
    : `Merge pull request #${pull.number} from ${world.owner}/${pull.head}`;
  const ownMessage = squash ? '' : pull.title;
  const title = textIn(body, 'commit_title') ?? ownTitle;
  return `${title}\n\n${textIn(body, 'commit_message') ?? ownMessage}`;
}

/** null where the base already contains it. */
async function mergeBranch(world: GithubWorld, request: FastifyRequest): Promise<string | null> {
  const { body } = request;
  const base = requiredTextIn(body, 'base');
  const head = requiredTextIn(body, 'head');
  const before = await world.repository.resolve(`refs/heads/${base}`);
  if (before === null) throw new GithubError(404, 'Base does not exist');
  const from = await resolveCommit(world, head);
  if (from === null) throw new GithubError(404, 'Head does not exist');
  if (await isAncestor(world, from, before)) return null;
  const by = actorOf(world, request);
  const result = await writeMerge(world.repository, {
    base: before,
    head: from,
    method: 'merge',
    message: textIn(body, 'commit_message') ?? `Merge ${head} into ${base}`,
    by,
    atMs: world.clock.now(),
  });
  if (result.kind === 'conflict') throw new GithubError(409, 'Merge conflict');
  const move = { ref: `refs/heads/${base}`, before, after: result.sha, forced: false };
  await moveRef(world, move, by);
  return result.sha;
}
