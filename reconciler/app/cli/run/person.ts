/** The user of the command line and the reason, for the history: git's author is this program. */
import { userInfo } from 'node:os';
import { oneLine, secretMessage } from '../../../core/commands/command-request.ts';
import { holdsSecret } from '../../../core/text/secret-shapes.ts';
import type { Environment } from '../../config.ts';
import { plain } from '../text/output.ts';
import { UsageError } from './exit.ts';

export function personOf(env: Environment): string {
  const actor = env['GITHUB_ACTOR']?.trim() ?? '';
  if (actor !== '') return plain(actor);
  try {
    return plain(userInfo().username);
  } catch {
    return 'an unknown person';
  }
}

/** The text of `--reason` as a commit can contain it; null if it is empty. */
export function reasonOf(text: string | undefined): string | null {
  const reason = oneLine(text ?? '');
  if (holdsSecret(reason)) throw new UsageError(`the reason ${secretMessage}`);
  return reason === '' ? null : reason;
}
