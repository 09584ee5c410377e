/** Keys that are random enough and the same in every run of a test. */
import { createHash } from 'node:crypto';
import { heartbeatKey } from '../../reconciler/core/heartbeats/host-key.ts';
import type { Keys } from '../../reconciler/ports/keys.ts';
import { heartbeatSecret } from '../builders/heartbeats.ts';

/** Continues over restarts: no two processes make the same key. */
export type KeyMaker = { count: number; readonly privateKeys: Set<string> };

export function createFakeKeys(maker: KeyMaker): Keys {
  const next = (what: string) => {
    maker.count += 1;
    return createHash('sha256').update(`${what} ${maker.count}`).digest();
  };
  return {
    caPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIfakeCertificateAuthorityAAAAAAAAAAAAAAAAAAA',
    newHostKey(agent) {
      const bytes = next(`host ${agent}`).toString('base64url');
      maker.privateKeys.add(`private${bytes}`);
      return {
        privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\nprivate${bytes}\n-----END OPENSSH PRIVATE KEY-----\n`,
        publicKey: `ssh-ed25519 AAAAC3${bytes}`,
      };
    },
    givesHeartbeatKeys: true,
    heartbeatKey: (agent, revision) => heartbeatKey(heartbeatSecret, agent, revision),
    newNonce: () => next('nonce').toString('hex').slice(0, 16),
  };
}
