/** Octokit with its plugins; answers are checked against GitHub's own document. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { clientTool } from '../support/clients.ts';
import { type Openapi, readOpenapi } from '../support/openapi.ts';

const found = clientTool('githubOpenapi');
export const openapi: Openapi | null = 'path' in found ? readOpenapi(found.path) : null;
/** Why answers are not checked against the document; false where they are. */
export const withoutOpenapi = 'skip' in found && found.skip;

/** The throttling plugin's own queue, which is no dependency of ours. */
const { Group } = createRequire(import.meta.resolve('@octokit/plugin-throttling'))(
  'bottleneck/light.js',
) as { Group: new (options: object) => never };
/** The plugin spaces writes by one second and by three: one at a time is enough here. */
const unspaced = (id: string) => new Group({ id: `test-${id}`, maxConcurrent: 1, minTime: 0 });

const Throttled = Octokit.plugin(throttling, retry);

type Limited = (retryAfterSeconds: number) => boolean;
const never: Limited = () => false;

export function createClient(
  baseUrl: string,
  auth: string,
  { onPrimary = never, onSecondary = never }: { onPrimary?: Limited; onSecondary?: Limited } = {},
): Octokit {
  const client = new Throttled({
    auth,
    baseUrl,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    // Its waits are counted in thousandths of a second: no test waits.
    retry: { retryAfterBaseValue: 1 },
    throttle: {
      retryAfterBaseValue: 1,
      fallbackSecondaryRateRetryAfter: 1,
      onRateLimit: (seconds) => onPrimary(seconds),
      onSecondaryRateLimit: (seconds) => onSecondary(seconds),
      write: unspaced('write'),
      notifications: unspaced('notifications'),
    },
  });
  client.hook.after('request', (response, options) => {
    check({ method: options.method, ...response, body: response.data });
  });
  client.hook.error('request', (error, options) => {
    const response = 'response' in error ? (error.response as Answered | undefined) : undefined;
    if (response !== undefined) {
      check({ method: options.method, ...response, body: response.data });
    }
    throw error;
  });
  return client;
}

type Answered = { readonly url: string; readonly status: number; readonly data: unknown };

function check(answer: { method: string; url: string; status: number; body: unknown }): void {
  if (openapi === null) return;
  const path = decodeURI(new URL(answer.url).pathname);
  // The storage behind a redirect is not the API's.
  if (path.startsWith('/_')) return;
  const problem = openapi.problemWith({ ...answer, path });
  assert.equal(problem, null);
}
