/** Objects beside the states in memory, and bundles of the git server in memory. */
import { createHash } from 'node:crypto';
import { Failure } from '../../reconciler/core/failure.ts';
import type { Archive } from '../../reconciler/ports/archive.ts';
import type { Bundler } from '../../reconciler/ports/desired-state.ts';
import type { FakeBucket } from './bucket.ts';
import type { FakeGit } from './git.ts';
import type { FakeTime } from './time.ts';

export function createFakeArchive({ objects }: FakeBucket, time: FakeTime): Archive {
  return {
    list: async (prefix) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { modifiedMs }]) => ({ key, modified: new Date(modifiedMs).toISOString() }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    put: async (key, content) =>
      void objects.set(key, { content: Buffer.from(content), modifiedMs: time.now() }),
    get: async (key) => objects.get(key)?.content ?? null,
    async getTagged(key) {
      const object = objects.get(key);
      return object === undefined ? null : { content: object.content, tag: tagOf(object.content) };
    },
    async putIf(key, content, tag) {
      const object = objects.get(key);
      if ((object === undefined ? null : tagOf(object.content)) !== tag) return false;
      objects.set(key, { content: Buffer.from(content), modifiedMs: time.now() });
      return true;
    },
    remove: async (key) => void objects.delete(key),
  };
}

/** As S3 makes it of an object that was written at once. */
function tagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

/** Its content names the tips, which is all that a test can compare. */
export function createFakeBundler(git: FakeGit): Bundler {
  return {
    async make(branches) {
      const tips = Object.fromEntries(
        branches.map((branch) => {
          const tip = git.tip(branch);
          if (tip === null) throw new Failure('NotFound', `there is no branch ${branch}`);
          return [branch, tip.id];
        }),
      );
      return { content: Buffer.from(JSON.stringify(tips)), tips };
    },
  };
}
