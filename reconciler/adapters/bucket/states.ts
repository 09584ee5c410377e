/**
 * Lists, reads and removes Terraform's states and their locks in the bucket, without Terraform. Of a
 * state of version 4 it reads addresses, ids and labels, and nothing else, because a state may hold
 * secrets. https://developer.hashicorp.com/terraform/internals/json-format
 */
import { Failure } from '../../core/failure.ts';
import type { StoredResource, StoredState } from '../../core/stack/state-check.ts';
import { unreadableState } from '../../core/stack/unreadable-state.ts';
import type { StateLock, States } from '../../ports/states.ts';
import { Fields } from '../http/answer.ts';
import { createArchive } from './archive.ts';
import type { BucketOptions } from './sender.ts';

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
      return content === null ? null : storedState(content.toString(), key);
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

/** Throws if it is not such a state. */
function storedState(text: string, key: string): StoredState {
  const state = parsed(text);
  if (state === null)
    throw unreadableState(key, 'it is not JSON, perhaps because it was truncated');
  const { version, serial, resources } = state;
  if (version !== 4 || typeof serial !== 'number' || !Array.isArray(resources))
    throw unreadableState(key, 'its format is not version 4');
  return {
    serial,
    resources: resources
      .map(objectOf)
      .filter(({ mode }) => mode === 'managed')
      .flatMap(resourcesIn)
      .sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

type Values = Readonly<Record<string, unknown>>;

function resourcesIn({ module, type, name, instances }: Values): readonly StoredResource[] {
  if (!Array.isArray(instances)) return [];
  const plain = [module, type, name].filter((part) => typeof part === 'string').join('.');
  return instances.map((instance): StoredResource => {
    const { index_key: key, status, attributes } = objectOf(instance);
    const { id, labels } = objectOf(attributes);
    return {
      address: key === undefined ? plain : `${plain}[${JSON.stringify(key)}]`,
      id: id === undefined || id === null ? null : String(id),
      labels: labels === undefined || labels === null ? null : textsOf(labels),
      tainted: status === 'tainted',
    };
  });
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, one]) => [name, String(one)]),
  );
}

function parsed(text: string): Values | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
