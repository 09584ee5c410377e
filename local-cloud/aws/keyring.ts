/** The access keys that the world's S3 accepts: fixed ones, and those of sessions, which end. */
import type { WorldClock } from '../clock.ts';
import type { PolicyDocument } from './policy.ts';

export type AccessKey = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** null for a key that does not end */
  readonly session: { readonly token: string; readonly expiresMs: number } | null;
  readonly policy: PolicyDocument;
};

export type Keyring = {
  add(key: AccessKey): void;
  find(accessKeyId: string): AccessKey | undefined;
  isOver(key: AccessKey): boolean;
  /** the keys of sessions that were ever made */
  sessions(): number;
};

export function createKeyring(clock: Pick<WorldClock, 'now'>): Keyring {
  const keys = new Map<string, AccessKey>();
  return {
    add: (key) => void keys.set(key.accessKeyId, key),
    find: (accessKeyId) => keys.get(accessKeyId),
    isOver: ({ session }) => session !== null && clock.now() >= session.expiresMs,
    sessions: () => [...keys.values()].filter(({ session }) => session !== null).length,
  };
}
