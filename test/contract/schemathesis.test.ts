/**
 * The service held against its own description, by schemathesis: it sends what the description
 * allows and what it does not, and finds nothing.
 * https://schemathesis.readthedocs.io
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { linkSecret, platformToken } from '../builders/service-config.ts';
import { idNo, nowMs } from '../builders/world.ts';
import { clientTool } from '../support/clients.ts';
import { serveDescribed } from './described-world.ts';

const run = promisify(execFile);
const tool = clientTool('schemathesis');
const skip = 'skip' in tool && tool.skip;

describe('the description of the service', { skip }, () => {
  let served: Awaited<ReturnType<typeof serveDescribed>>;
  let folder: string;
  before(async () => {
    served = await serveDescribed();
    folder = await mkdtemp(join(tmpdir(), 'aura-described-'));
    const settings = await readFile(join(import.meta.dirname, 'schemathesis.toml'), 'utf8');
    await writeFile(join(folder, 'schemathesis.toml'), settings.replace('AGENT', idNo(1)));
  });
  after(async () => {
    await served?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is right: schemathesis finds nothing', async () => {
    const expires = nowMs / 1000 + 3600;
    const link = createLink({ id: idNo(1), epoch: 0, expires, secret: linkSecret });
    const args = [
      ...['run', `${served.url}/openapi.json`, '--no-color', '--generation-database', 'none'],
      ...['--seed', '1', '--max-examples', '25'],
      ...['--header', `Authorization: Bearer ${platformToken}`],
      ...['--header', `Cookie: aura-link=${link}`],
    ];
    const program = 'path' in tool ? tool.path : '';
    const { stdout } = await run(program, args, { cwd: folder }).catch((thrown) => {
      assert.fail(`schemathesis found something:\n${thrown.stdout}`);
    });
    const [, passed = '0'] =
      /(\d+) passed/.exec(/Test cases:[\s\S]*/.exec(stdout)?.[0] ?? '') ?? [];
    assert.ok(Number(passed) > 200, stdout);
  });
});

test('every address is described with each of its methods, and answers no other one', async () => {
  const { app, close } = await serveDescribed();
  const { paths } = (await app.inject({ url: '/openapi.json' })).json();
  for (const [url, operations] of Object.entries<Record<string, unknown>>(paths)) {
    const address = url.replace('{id}', idNo(1));
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'] as const) {
      const { statusCode } = await app.inject({ method: method as 'GET', url: address });
      assert.equal(
        statusCode === 405,
        operations[method.toLowerCase()] === undefined,
        `${method} ${url}`,
      );
    }
  }
  await close();
});
