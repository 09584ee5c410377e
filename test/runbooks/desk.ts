/**
 * An operator at a desk: the command line and a clone of the agents repository, over a fleet on the
 * local cloud. Commands of a runbook are run as they are written.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import type { Server } from '../../local-cloud/hetzner/records.ts';
import { runLine } from '../../reconciler/app/cli/command-line.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import {
  type Customer,
  type FleetPorts,
  registerEndpoint,
  startFleetWorld,
} from '../contract/fleet-world.ts';
import type { Names, Runbook } from './runbook.ts';

type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };
export type Desk = Awaited<ReturnType<typeof openDesk>>;

const run = promisify(execFile);

/** The verb in this process, with nothing but the given environment. */
async function aura(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const as = (stream: PassThrough) =>
    Object.assign(stream, { isTTY: false }) as unknown as WriteStream;
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await runLine(args, { env: { ...env }, stdout: as(stdout), stderr: as(stderr) });
  for (const stream of [stdout, stderr]) stream.end();
  const [out, notes] = await said;
  return { code, stdout: out, stderr: notes };
}

/** The words of a command as a shell would split them. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

export async function openDesk(options: Parameters<typeof startFleetWorld>[0]) {
  const world = await startFleetWorld(options);
  const folder = await mkdtemp(join(tmpdir(), 'aura-desk-'));
  const { env, cloud } = world;
  const clone = join(folder, 'agents');
  const token = cloud.world.github.tokenOfPerson('olga');
  const url = cloud.addresses.git.replace(/\/\/[^@]*@/, `//olga:${token}@`);
  const shell = (line: string, cwd = clone) =>
    run('/bin/sh', ['-c', line], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GIT_AUTHOR_NAME: 'Olga',
        GIT_AUTHOR_EMAIL: 'olga@example.com',
        GIT_COMMITTER_NAME: 'Olga',
        GIT_COMMITTER_EMAIL: 'olga@example.com',
      },
    });
  await shell(`git clone --quiet ${url} ${clone}`, folder);
  await registerEndpoint(cloud);

  async function verb(line: string, more: Names = {}): Promise<Said> {
    const [program, ...args] = wordsOf(line);
    assert.equal(program, 'aura', line);
    return aura(args, { ...env, ...more });
  }

  async function alarms(more: Names = {}): Promise<readonly string[]> {
    const { stdout } = await verb('aura alarms --json', more);
    const { alarms: found } = JSON.parse(stdout) as { alarms: readonly { kind: string }[] };
    return found.map(({ kind }) => kind);
  }

  async function pull(): Promise<void> {
    await shell('git fetch --quiet --prune && git checkout --quiet -B main origin/main');
  }

  return {
    ...world,
    folder,
    clone,
    url,
    shell,
    verb,
    alarms,
    pull,
    /** A command of the page, as the reader would run it. */
    follow: (book: Runbook, command: string, names: Names = {}) =>
      verb(book.command(command, names)),
    /** The same for git, in the clone, which is up to date then. */
    async git(book: Runbook, command: string, names: Names = {}) {
      await pull();
      return (await shell(book.command(command, names))).stdout;
    },
    /** A commit by hand on main; resolves to its id. */
    async edit(path: string, change: (text: string) => string, subject = 'By hand') {
      await pull();
      const file = join(clone, path);
      await writeFile(file, change(await readFile(file, 'utf8')));
      await shell(`git commit --quiet -am '${subject}' && git push --quiet origin main`);
      return (await shell('git rev-parse HEAD')).stdout.trim();
    },
    /** The object of a key in the state bucket; resolves to what is there. */
    async object(method: string, key: string, body?: string): Promise<string> {
      const client = new AwsClient({
        accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
        region: env['AWS_REGION'] ?? '',
        service: 's3',
      });
      const address = `${env['AWS_ENDPOINT_URL_S3']}/${env['AURA_STATE_BUCKET']}/${key}`;
      const answer = await client.fetch(address, {
        method,
        ...(body === undefined ? {} : { body }),
      });
      assert.ok(answer.ok, `${method} ${key}: ${answer.status}`);
      return answer.text();
    },
    /** An operator's request to Hetzner's API. */
    async hetzner(method: string, path: string, body: object): Promise<void> {
      const answer = await fetch(`${env['HCLOUD_ENDPOINT']}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${env['HCLOUD_TOKEN']}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    },
    fileOf: (customer: Customer) => agentPath(customer.id),
    server: (customer: Customer): Server =>
      world.servers().find(({ name }) => name === customer.id) ??
      assert.fail(`${customer.id} has no server`),
    advance: (seconds: number) => cloud.world.clock.advance(seconds),
    /** A whole run as the workflow runs it; its run counts for the alarms. */
    async reconciled(): Promise<Said> {
      const actions = cloud.world.github.actions();
      const id = actions.startRun('reconcile.yml', 'schedule');
      const more = { GITHUB_RUN_ID: String(id), GITHUB_RUN_ATTEMPT: '1' };
      const said = await verb('aura reconcile', more);
      const isWell = said.code === 0 || said.code === 3;
      actions.finishRun(id, isWell ? 'success' : 'failure');
      return said;
    },
    /** Customers whose agents run. */
    async running(ports: FleetPorts, count: number): Promise<readonly Customer[]> {
      const customers: Customer[] = [];
      for (let n = 0; n < count; n += 1) customers.push(await world.pay(ports));
      const said = await verb('aura reconcile');
      assert.equal(said.code, 0, said.stdout + said.stderr);
      return customers;
    },
    async close() {
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
