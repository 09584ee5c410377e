/** Lists, reads and removes Terraform's states and their locks in the bucket, without Terraform. */
import { Failure } from '../../core/failure.ts';
import { unreadableState } from '../../core/stack/unreadable-state.ts';
import type { StateLock, States } from '../../ports/states.ts';
import { Fields } from '../http/answer.ts';
import { type BucketOptions, createArchive } from './archive.ts';
import { storedState } from './state-content.ts';

const timeoutMs = 20_000;
const lockSuffix = '.tflock';

export function createStateBucket(options: BucketOptions): States {
  const { list, get, remove } = createArchive(options, timeoutMs);
  return {
    async list(prefix) {
      const objects = await list(prefix);
      const keys = new Set(objects.map(({ key }) => key));
      const items = objects
        .filter(({ key }) => key.endsWith('.tfstate'))
        .map((one) => ({ ...one, locked: keys.has(`${one.key}${lockSuffix}`) }));
      return { items, partial: [] };
    },
    remove,
    async read(key) {
      const content = await get(key);
      if (content === null) return null;
      const state = storedState(content.toString());
      if (typeof state === 'string') throw unreadableState(key, state);
      return state;
    },
    async lockedKeys(prefix) {
      const objects = await list(prefix);
      return objects
        .filter(({ key }) => key.endsWith(lockSuffix))
        .map(({ key }) => key.slice(0, -lockSuffix.length));
    },
    async lock(stateKey) {
      const key = `${stateKey}${lockSuffix}`;
      const content = await get(key);
      return content === null ? null : lockOf(content.toString(), key);
    },
  };
}

/** The lock object as Terraform's S3 backend writes it. */
function lockOf(text: string, what: string): StateLock {
  try {
    const lock = new Fields(JSON.parse(text), 'the lock');
    return {
      id: lock.text('ID'),
      who: lock.text('Who'),
      operation: lock.text('Operation'),
      created: lock.time('Created'),
    };
  } catch (cause) {
    throw new Failure('UnexpectedAnswer', `${what} is not a lock of Terraform`, { cause });
  }
}
