/** Sends numbered requests to a child process; its end rejects all open ones. */
import type { ChildProcess } from 'node:child_process';

export function createAsker<Request extends object>(
  child: ChildProcess,
): (request: Request) => Promise<unknown> {
  const open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let count = 0;
  child.on('message', (message: { readonly number: number; readonly answer: unknown }) => {
    open.get(message.number)?.resolve(message.answer);
    open.delete(message.number);
  });
  child.on('exit', () => {
    for (const { reject } of open.values()) reject(new Error('the world of the benchmark ended'));
    open.clear();
  });
  return (request) =>
    new Promise((resolve, reject) => {
      count += 1;
      open.set(count, { resolve, reject });
      child.send({ ...request, number: count });
    });
}
