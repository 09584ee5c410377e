/**
 * Reads objects through one long-running `git cat-file --batch`: a read starts no process, and
 * packs that arrive later are found. The child does not keep this process alive.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Failure } from '../../core/failure.ts';
import { usualLimits } from './access.ts';
import type { Git } from './program.ts';

type GitObject = { readonly oid: string; readonly type: string; readonly content: Buffer };

export type Objects = {
  /** `revision` as git names it, e.g. an oid or `COMMIT:path`; null if there is no such object */
  read(revision: string): Promise<GitObject | null>;
  close(): void;
};

type Waiting = {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (failure: Failure) => void;
};

/** @param readMs how long git may send nothing before it counts as stuck */
export function openObjects(git: Git, readMs = usualLimits.readMs): Objects {
  let child: ChildProcess | null = null;
  let waiting: Waiting[] = [];
  const answers = createAnswers((object) => waiting.shift()?.resolve(object));
  const watch = createWatch(readMs, () =>
    abandon(new Failure('ToolStuck', 'git cat-file did not answer and was stopped')),
  );

  function start(): ChildProcess {
    const started = spawn('git', ['cat-file', '--batch'], {
      env: git.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = () => {
      if (child === started) abandon(new Failure('UnexpectedAnswer', 'git cat-file ended'));
    };
    started.once('error', ended);
    started.once('close', ended);
    started.stdin.on('error', () => {});
    started.stdout.on('data', (piece: Buffer) => take(piece));
    return started;
  }

  function abandon(failure: Failure): void {
    const lost = waiting;
    // A suspended process reacts to no other signal.
    child?.kill('SIGKILL');
    child = null;
    waiting = [];
    answers.clear();
    watch.end();
    for (const { reject } of lost) reject(failure);
  }

  function take(piece: Buffer): void {
    watch.goOn();
    answers.take(piece);
    if (waiting.length > 0) return;
    watch.end();
    if (child !== null) holdProcess(child, false);
  }

  return {
    read(revision) {
      if (/[\n\0]/.test(revision)) {
        return Promise.reject(new Failure('InvalidInput', 'a path has a line break in it'));
      }
      child ??= start();
      holdProcess(child, true);
      child.stdin?.write(`${revision}\n`);
      watch.begin();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    close: () => abandon(new Failure('UnexpectedAnswer', 'the repository was closed')),
  };
}

type Watch = { begin(): void; goOn(): void; end(): void };

/** A timeout that starts with the first pending read and restarts with each piece of output. */
function createWatch(limitMs: number, onOver: () => void): Watch {
  let timer: NodeJS.Timeout | null = null;
  return {
    begin() {
      timer ??= setTimeout(onOver, limitMs);
    },
    goOn: () => void timer?.refresh(),
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Splits the output into answers, independent of how it is cut into pieces. */
function createAnswers(give: (object: GitObject | null) => void): {
  take(piece: Buffer): void;
  clear(): void;
} {
  let pieces: Buffer[] = [];
  let length = 0;
  let needed = 1;
  return {
    take(piece) {
      pieces.push(piece);
      length += piece.length;
      if (length < needed) return;
      let rest = length === piece.length ? piece : Buffer.concat(pieces);
      for (let next = answerIn(rest); ; next = answerIn(rest)) {
        if (next.kind === 'incomplete') {
          needed = next.bytes;
          break;
        }
        rest = rest.subarray(next.bytes);
        give(next.object);
      }
      // An empty subarray would keep the whole buffer in memory.
      pieces = rest.length === 0 ? [] : [rest];
      length = rest.length;
    },
    clear() {
      [pieces, length, needed] = [[], 0, 1];
    },
  };
}

type Answer =
  | { readonly kind: 'complete'; readonly object: GitObject | null; readonly bytes: number }
  | { readonly kind: 'incomplete'; readonly bytes: number };

/** `<oid> <type> <size>\n<content>\n`, or `<what was asked> missing\n`. */
function answerIn(bytes: Buffer): Answer {
  const end = bytes.indexOf(10);
  if (end < 0) return { kind: 'incomplete', bytes: bytes.length + 1 };
  const head = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(
    bytes.subarray(0, end).toString(),
  );
  const [, oid, type, size] = head ?? [];
  if (oid === undefined || type === undefined) {
    return { kind: 'complete', object: null, bytes: end + 1 };
  }
  const total = end + 1 + Number(size) + 1;
  if (bytes.length < total) return { kind: 'incomplete', bytes: total };
  const content = Buffer.from(bytes.subarray(end + 1, total - 1));
  return { kind: 'complete', object: { oid, type, content }, bytes: total };
}

function holdProcess(child: ChildProcess, hold: boolean): void {
  for (const handle of [child, child.stdin, child.stdout]) {
    if (handle === child || handle instanceof Socket) {
      if (hold) handle.ref();
      else handle.unref();
    }
  }
}
