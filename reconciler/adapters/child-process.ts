/**
 * Runs programs, each with a time limit and in a process group of its own. After the limit a
 * program is asked to end, and then killed with its descendants. The caller always gets a result.
 *
 * A program that is to end with this process is under a guard: a process that is killed can signal
 * nothing. A shell starts a watcher in the program's group, and becomes the program. The watcher
 * reads a pipe whose other end only this process has: a line means that the program has ended; the
 * end of the pipe, that this process has.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Failure } from '../core/failure.ts';

export type Child = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly limitMs: number;
  /** between the signal that asks it to end and SIGKILL */
  readonly graceMs: number;
  readonly asks: 'SIGINT' | 'SIGTERM';
  /**
   * Whether it ends with this process, however that ends, and is asked to on SIGTERM to it. Another
   * program is only asked to end when this process exits by itself.
   */
  readonly endsWithUs?: boolean;
  /** How many of the last bytes of each output are kept. */
  readonly outputMax?: number;
};
type ChildEnd = {
  /** null if a signal ended it */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** the limit passed before it ended */
  readonly overdue: boolean;
};

let inherited: number | null = null;

/** Programs that end with this process hold the descriptor open, and so do their watchers. */
export function inheritInGuarded(descriptor: number): void {
  inherited = descriptor;
}

/**
 * Throws `ToolMissing` if it cannot be started, and `Stopped` if it failed after it was asked to end
 * because this process was: that failure says nothing about what the program works on.
 */
export function runChild(child: Child): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const isGuarded = child.endsWithUs === true;
    const { command, args } = isGuarded ? underGuard(child) : child;
    const shared = inherited === null ? [] : [inherited];
    const started = spawn(command, [...args], {
      env: child.env,
      cwd: child.cwd,
      detached: true,
      stdio: isGuarded ? ['pipe', 'pipe', 'pipe', 'pipe', ...shared] : ['pipe', 'pipe', 'pipe'],
    });
    const isMissing = tendGuard(started);
    const { outputMax = Number.POSITIVE_INFINITY } = child;
    const stdout = lastOf(started.stdout, outputMax);
    const stderr = lastOf(started.stderr, outputMax);
    // A program that does not read its input closes the pipe; only its exit code counts.
    started.stdin?.on('error', () => {});
    started.stdin?.end(child.input ?? '');
    let overdue = false;
    let stopped = false;
    const finish = (code: number | null) => {
      over();
      if (!stopped || code === 0)
        return resolve({ code, stdout: stdout(), stderr: stderr(), overdue });
      const why = 'this process was asked to end, and it was asked to end too';
      reject(new Failure('Stopped', `${child.command}: ${why}`));
    };
    const over = limited(started, child, {
      overdue(isGivenUp) {
        overdue = true;
        if (isGivenUp) finish(null);
      },
      stopped() {
        stopped = true;
      },
    });
    const fail = (why: string) => {
      over();
      reject(new Failure('ToolMissing', `${child.command} could not be started: ${why}`));
    };
    started.once('error', ({ message }) => fail(message));
    started.once('close', (code) => (isMissing() ? fail('it was not found') : finish(code)));
  });
}

/** How long to wait after SIGKILL: another process may hold the output open. */
const afterKillMs = 5000;

/** @returns a function to call when the process has ended */
function limited(
  started: ChildProcess,
  { limitMs, graceMs, asks, endsWithUs }: Child,
  on: { overdue(isGivenUp: boolean): void; stopped(): void },
): () => void {
  const ask = () => signalGroup(started, asks);
  let timer = setTimeout(() => {
    on.overdue(false);
    ask();
    timer = setTimeout(() => {
      signalGroup(started, 'SIGKILL');
      timer = setTimeout(() => {
        started.unref();
        on.overdue(true);
      }, afterKillMs);
    }, graceMs);
  }, limitMs);
  // Its guard sees our exit.
  const stop = () => {
    on.stopped();
    ask();
  };
  const leave = endsWithUs === true ? onSigterm(stop) : onExit(ask);
  return () => {
    clearTimeout(timer);
    leave();
  };
}

const onExit = createSharedListener('exit');
const onSigterm = createSharedListener('SIGTERM');

/**
 * Adds callbacks for an event of this process, which share one listener; it exists while they do.
 * A callback is removed by the function that is returned for it.
 */
function createSharedListener(event: 'exit' | 'SIGTERM'): (hear: () => void) => () => void {
  const all = new Set<() => void>();
  const listener = () => {
    for (const hear of all) hear();
  };
  return (hear) => {
    if (all.size === 0) process.on(event, listener);
    all.add(hear);
    return () => {
      if (all.delete(hear) && all.size === 0) process.off(event, listener);
    };
  };
}

/** Signals the process and all that it started; a process that has ended has no group. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {}
}

/** @returns a function that returns the last bytes of the stream so far */
function lastOf(stream: NodeJS.ReadableStream | null, max: number): () => Buffer {
  let pieces: Buffer[] = [];
  let length = 0;
  stream?.on('data', (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    if (length < 2 * max) return;
    pieces = [Buffer.concat(pieces).subarray(-max)];
    length = max;
  });
  return () => (length > max ? Buffer.concat(pieces).subarray(-max) : Buffer.concat(pieces));
}

/** The descriptor of the watcher's pipe; the program does not get it. */
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

/** The program and its arguments under a watcher. The pipe is one more of its `stdio`. */
function underGuard({ command, args, asks, graceMs }: Child) {
  const seconds = String(Math.ceil(graceMs / 1000));
  const shell = ['-c', script, 'sh', asks.replace(/^SIG/, ''), seconds, command, ...args];
  return { command: '/bin/sh', args: shell };
}

/**
 * Ends the watcher when the program has ended.
 *
 * @returns a function that tells whether the program was not found
 */
function tendGuard(started: ChildProcess): () => boolean {
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
