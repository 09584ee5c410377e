/** Puts the writes of each object of a bucket in order, as their atomicity in S3 needs it. */
import type { IncomingMessage } from 'node:http';

type Turn = <Answer>(request: IncomingMessage, work: () => Promise<Answer>) => Promise<Answer>;

/**
 * A conditional write of S3 is atomic; moto compares and stores in separate steps, and lets two of
 * them succeed at once.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function writesInTurn(): Turn {
  const last = new Map<string, Promise<unknown>>();
  return ({ method, url = '' }, work) => {
    if (method === 'GET' || method === 'HEAD') return work();
    const object = url.split('?', 1)[0] ?? '';
    const answer = (last.get(object) ?? Promise.resolve()).then(work);
    const ended: Promise<unknown> = answer
      .catch(() => {})
      .then(() => last.get(object) === ended && last.delete(object));
    last.set(object, ended);
    return answer;
  };
}
