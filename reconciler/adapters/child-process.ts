/**
 * Programs that we start, each with a limit. One that is past it is asked to end, then killed with all
 * that it has started: each has a process group of its own. Its caller hears of it in either
 * case, whatever became of the processes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Failure } from '../core/failure.ts';

export type Child = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly limitMs: number;
  /** between the signal that asks and the one that kills */
  readonly graceMs: number;
  readonly asks: 'SIGINT' | 'SIGTERM';
  /** Ours comes too where this process is asked to end; else only where it has ended. */
  readonly endsWithUs?: boolean;
  /** Of each output the last so many bytes are kept. */
  readonly outputMax?: number;
};
type ChildEnd = {
  /** null where a signal ended it */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** its limit was over before it ended */
  readonly overdue: boolean;
};

/** Throws `ToolMissing` where it cannot be started. */
export function runChild(child: Child): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const started = spawn(child.command, [...child.args], {
      env: child.env,
      cwd: child.cwd,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [started.stdout, started.stderr].map((stream) =>
      lastOf(stream, child.outputMax ?? Number.POSITIVE_INFINITY),
    );
    // One that does not read its input closes the pipe: its exit code tells, not this.
    started.stdin.on('error', () => {});
    started.stdin.end(child.input ?? '');
    let overdue = false;
    const finish = (code: number | null) => {
      over();
      const empty = Buffer.of();
      resolve({ code, stdout: stdout?.() ?? empty, stderr: stderr?.() ?? empty, overdue });
    };
    const over = limited(started, child, (isGivenUp) => {
      overdue = true;
      if (isGivenUp) finish(null);
    });
    started.once('error', (cause) => {
      over();
      const message = `${child.command} could not be started: ${cause.message}`;
      reject(new Failure('ToolMissing', message, { cause }));
    });
    started.once('close', (code) => finish(code));
  });
}

/**
 * A process that not even a kill ends, or whose output another holds open, is not waited for longer.
 */
const afterKillMs = 5000;

/** @returns what to call once it has ended */
function limited(
  started: ChildProcess,
  { limitMs, graceMs, asks, endsWithUs }: Child,
  onOverdue: (isGivenUp: boolean) => void,
): () => void {
  const ask = () => signalGroup(started, asks);
  let timer = setTimeout(() => {
    onOverdue(false);
    ask();
    timer = setTimeout(() => {
      signalGroup(started, 'SIGKILL');
      timer = setTimeout(() => {
        started.unref();
        onOverdue(true);
      }, afterKillMs);
    }, graceMs);
  }, limitMs);
  const leave = [join(running, ask), ...(endsWithUs === true ? [join(endingWithUs, ask)] : [])];
  return () => {
    clearTimeout(timer);
    for (const one of leave) one();
  };
}

/** Those that hear of an event of this process, by one listener, which is there while they are. */
type Hearers = { readonly event: 'exit' | 'SIGTERM'; readonly all: Set<() => void> };
const running: Hearers = { event: 'exit', all: new Set() };
const endingWithUs: Hearers = { event: 'SIGTERM', all: new Set() };
const listeners = [running, endingWithUs].map((hearers) => ({
  hearers,
  listener: () => {
    for (const hear of hearers.all) hear();
  },
}));

function join(hearers: Hearers, hear: () => void): () => void {
  const listener = listeners.find((one) => one.hearers === hearers)?.listener ?? (() => {});
  if (hearers.all.size === 0) process.on(hearers.event, listener);
  hearers.all.add(hear);
  return () => {
    if (hearers.all.delete(hear) && hearers.all.size === 0) process.off(hearers.event, listener);
  };
}

/** What it has started ends with it; a process that is gone already has no group. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {}
}

/** Gives the last bytes of a stream, so far. */
function lastOf(stream: NodeJS.ReadableStream, max: number): () => Buffer {
  let pieces: Buffer[] = [];
  let length = 0;
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    if (length < 2 * max) return;
    pieces = [Buffer.concat(pieces).subarray(-max)];
    length = max;
  });
  return () => (length > max ? Buffer.concat(pieces).subarray(-max) : Buffer.concat(pieces));
}
