/**
 * Applies the guards of branches to `git push` too: an `update` hook in the bare repository, in
 * plain shell so that a push stays quick, reads a file with one line for each guard.
 *
 * The git server sets `REMOTE_USER` to the pusher; without it, the hook treats the pusher as an
 * account without rights. The file's fields are separated by tabs: pattern, what it forbids, logins
 * that bypass it, logins that may push, commits that passed the required checks, the message.
 */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Accounts } from './accounts.ts';
import type { ChecksStore } from './checks-store.ts';
import { type Guard, mustUsePullRequest, notAuthorised } from './guard.ts';

export async function writeGuards(
  { accounts, checks, gitDir }: { accounts: Accounts; checks: ChecksStore; gitDir: string },
  guards: readonly Guard[],
): Promise<void> {
  const file = join(gitDir, 'guards');
  const hook = join(gitDir, 'hooks', 'update');
  if (guards.length === 0) {
    await Promise.all([rm(file, { force: true }), rm(hook, { force: true })]);
    return;
  }
  const logins = accounts.logins();
  const lines = guards.map((guard) => lineOf(guard, { logins, accounts, checks }));
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  await writeFile(`${file}.new`, lines.map((line) => `${line}\n`).join(''));
  await rename(`${file}.new`, file);
  await writeFile(hook, script);
  await chmod(hook, 0o755);
}

function lineOf(
  guard: Guard,
  { logins, accounts, checks }: { logins: string[]; accounts: Accounts; checks: ChecksStore },
): string {
  const bypassing = logins.filter((login) => {
    const account = accounts.byLogin(login);
    return account !== undefined && guard.bypasses(account);
  });
  const { forbids, reviews } = guard;
  const refusals = [
    forbids.creation ? 'creation' : null,
    forbids.update || reviews !== null ? 'update' : null,
    forbids.deletion ? 'deletion' : null,
  ].filter((one) => one !== null);
  const passed = guard.checks === null ? ['*'] : checks.passed(guard.checks.contexts);
  const said = [
    guard.checks === null ? null : 'Required status checks are expected.',
    reviews === null ? null : mustUsePullRequest,
    guard.pushers === null ? null : notAuthorised,
  ].filter((one) => one !== null);
  const fields = [refusals, bypassing, guard.pushers ?? ['*'], passed].map(
    (words) => ` ${words.join(' ')} `,
  );
  const message = said.join(' ') || 'Cannot update this protected ref.';
  return [guard.pattern, ...fields, message].join('\t');
}

/** A field has spaces around each word, so that only whole words match. */
const script = `#!/bin/sh
ref=$1 old=$2 new=$3
zero=0000000000000000000000000000000000000000
tab=$(printf '\\t')
if [ "$old" = "$zero" ]; then move=creation
elif [ "$new" = "$zero" ]; then move=deletion
else move=update; fi
while IFS="$tab" read -r pattern forbids bypass pushers passed said; do
  case "$ref" in $pattern) ;; *) continue ;; esac
  case "$bypass" in *" $REMOTE_USER "*) continue ;; esac
  refused=
  case "$forbids" in *" $move "*) refused=1 ;; esac
  if [ "$move" = update ]; then
    case "$pushers" in *" * "* | *" $REMOTE_USER "*) ;; *) refused=1 ;; esac
    case "$passed" in *" * "* | *" $new "*) ;; *) refused=1 ;; esac
  fi
  [ -z "$refused" ] && continue
  echo "error: GH006: Protected branch update failed for $ref." >&2
  echo "" >&2
  echo "- $said" >&2
  exit 1
done < "\${GIT_DIR:-.}/guards"
exit 0
`;
