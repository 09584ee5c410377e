/**
 * Finds out whether the token may write, by a creation that lacks its required fields: Hetzner makes
 * nothing of it either way, and refuses it by another error if the token may only read.
 * https://docs.hetzner.cloud/reference/cloud#errors
 */
import { isFailure } from '../../core/failure.ts';
import { createHetznerApi, type HetznerOptions } from './api.ts';

/** What it may write; null if Hetzner refuses every write. */
export async function hetznerWrites(options: HetznerOptions): Promise<string | null> {
  const api = createHetznerApi(options);
  try {
    await api.send({ method: 'POST', path: '/ssh_keys', body: {} });
  } catch (thrown) {
    if (isFailure(thrown, 'Forbidden')) return null;
    if (!isFailure(thrown, 'InvalidInput')) throw thrown;
  }
  return 'the token may write';
}
