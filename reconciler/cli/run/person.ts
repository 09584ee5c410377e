/** Who is at the command line, for whoever asks later: git's own author is this program. */
import { userInfo } from 'node:os';
import type { Environment } from '../../config.ts';
import { plain } from '../text/output.ts';

export function personOf(env: Environment): string {
  const actor = env['GITHUB_ACTOR']?.trim() ?? '';
  if (actor !== '') return plain(actor);
  try {
    return plain(userInfo().username);
  } catch {
    return 'somebody whose name is not known';
  }
}
