/**
 * Ends a program when the process that started it is gone, however that ended: a process that is
 * killed can signal nothing. A shell starts a watcher in the program's process group, and becomes
 * the program. The watcher reads a pipe whose other end only the starting process has: a line means
 * that the program has ended; the end of the pipe, that the starting process has.
 */
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** The descriptor of the pipe in the watcher; the program does not get it. */
const pipe = 3;
const missing = 'missing';

/** Arguments: the signal that asks the program to end, seconds until it is killed, the program. */
const script = `
asks=$1 grace=$2
shift 2
program=$(command -v "$1") && [ -x "$program" ] || { echo ${missing} >&${pipe}; exit 127; }
(
  trap '' HUP INT TERM
  exec <&${pipe} ${pipe}>&- > /dev/null 2>&1
  read -r line && exit
  kill -s "$asks" 0
  PATH=/usr/bin:/bin
  while [ "$grace" -gt 0 ] && kill -0 $$; do
    sleep 1
    grace=$((grace - 1))
  done
  kill -s KILL 0
) &
exec "$@" ${pipe}>&-
`;

type Guarded = {
  readonly command: string;
  readonly args: readonly string[];
  readonly asks: string;
  readonly graceMs: number;
};

/** The program and its arguments under a watcher. The pipe is one more of its `stdio`. */
export function underGuard({ command, args, asks, graceMs }: Guarded) {
  const seconds = String(Math.ceil(graceMs / 1000));
  const shell = ['-c', script, 'sh', asks.replace(/^SIG/, ''), seconds, command, ...args];
  return { command: '/bin/sh', args: shell };
}

/**
 * Ends the watcher when the program has ended.
 *
 * @returns a function that tells whether the program was not found
 */
export function tendGuard(started: ChildProcess): () => boolean {
  const end = started.stdio[pipe];
  if (!(end instanceof Socket)) return () => false;
  let said = '';
  // The watcher may be gone already.
  end.on('error', () => {});
  end.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  started.once('exit', () => end.write('ended\n', () => end.destroySoon()));
  return () => said.startsWith(missing);
}
