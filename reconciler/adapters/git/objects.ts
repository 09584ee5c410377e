/**
 * Reads objects through one `git cat-file --batch` that stays: a read costs no process, and packs
 * that arrive later are found too. It does not keep our own process alive.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Failure } from '../../core/failure.ts';
import type { Git } from './program.ts';

export type GitObject = { readonly oid: string; readonly type: string; readonly content: Buffer };

export type Objects = {
  /** `revision` as git names it, e.g. an oid or `COMMIT:path`; null where there is no such object */
  read(revision: string): Promise<GitObject | null>;
  close(): void;
};

type Waiting = {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (failure: Failure) => void;
};

export function openObjects(git: Git): Objects {
  let child: ChildProcess | null = null;
  let waiting: Waiting[] = [];
  let pieces: Buffer[] = [];
  let length = 0;
  let needed = 1;

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
    child?.kill();
    child = null;
    waiting = [];
    pieces = [];
    length = 0;
    needed = 1;
    for (const { reject } of lost) reject(failure);
  }

  function take(piece: Buffer): void {
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
      waiting.shift()?.resolve(next.object);
    }
    // An empty rest would keep all that came before it in memory.
    pieces = rest.length === 0 ? [] : [rest];
    length = rest.length;
    if (waiting.length === 0 && child !== null) holdProcess(child, false);
  }

  return {
    read(revision) {
      if (/[\n\0]/.test(revision)) {
        return Promise.reject(new Failure('InvalidInput', 'a path has a line break in it'));
      }
      child ??= start();
      holdProcess(child, true);
      child.stdin?.write(`${revision}\n`);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    close: () => abandon(new Failure('UnexpectedAnswer', 'the repository was closed')),
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
