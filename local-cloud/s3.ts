/**
 * The state bucket: a moto server, which keeps `If-None-Match: *` as Terraform's locks need it,
 * behind a loopback address with the local cloud's ledger, faults and a check of each request's key.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { Failure } from '../reconciler/core/failure.ts';
import { applyBucketSettings } from './aws/bucket-settings.ts';
import type { Keyring } from './aws/keyring.ts';
import { refusalOf } from './aws/s3-access.ts';
import { writesInTurn } from './aws/writes-in-turn.ts';
import type { Faults } from './faults.ts';
import { freePort } from './free-port.ts';
import type { Ledger } from './ledger.ts';
import { type RawAnswer, startRawServer } from './raw-server.ts';

export type S3Server = {
  readonly url: string;
  readonly bucket: string;
  /** Every key in the bucket, sorted. */
  keys(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/**
 * @param options.motoServer path of the program `moto_server`.
 * @throws Failure `ToolMissing` where there is none, or it does not start.
 */
export async function startS3(options: {
  readonly motoServer: string | null;
  readonly bucket: string;
  readonly region: string;
  readonly keyring: Keyring;
  readonly ledger: Ledger;
  readonly faults: Faults;
}): Promise<S3Server> {
  const { bucket, keyring, region } = options;
  const moto = await startMoto(options.motoServer);
  const agent = new Agent({ keepAlive: true });
  const inTurn = writesInTurn();
  const server = await startRawServer({
    api: 's3',
    ledger: options.ledger,
    faults: options.faults,
    route: routeOf,
    async answer(request) {
      const refusal = await refusalOf(request, keyring);
      if (refusal === null)
        return withUpload(
          request,
          await inTurn(request, () => forward(request, { ...moto, agent })),
        );
      request.resume();
      return xmlError(refusal.status, refusal.code);
    },
    errorAnswer: (status) => xmlError(status, status === 503 ? 'SlowDown' : 'InternalError'),
  });
  // Directly to moto, which takes any keys: these requests are not counted and get no faults.
  const any = { accessKeyId: 'cloud', secretAccessKey: 'cloud' };
  const client = new AwsClient({ ...any, service: 's3', region, retries: 0 });
  const direct = `http://127.0.0.1:${moto.port}/${bucket}`;
  try {
    await createBuckets(client, direct, region);
  } catch (thrown) {
    await Promise.all([server.close(), moto.stop()]);
    throw thrown;
  }
  return {
    url: server.url,
    bucket,
    keys: () => listKeys(client, direct),
    async close() {
      await server.close();
      agent.destroy();
      await moto.stop();
    },
  };
}

/** The bucket, and another one for the log of its requests. */
async function createBuckets(client: AwsClient, url: string, region: string): Promise<void> {
  const own = bucketCreation(region);
  const forLogs = { ...own, headers: { 'x-amz-acl': 'log-delivery-write' } };
  for (const [place, creation] of [
    [url, own],
    [`${url}-logs`, forLogs],
  ] as const) {
    const { ok, status } = await client.fetch(place, creation);
    if (!ok) throw new Failure('InvalidInput', `moto refuses the bucket ${place}: HTTP ${status}`);
  }
  await applyBucketSettings(client, url, { logs: `${new URL(url).pathname.slice(1)}-logs` });
}

function bucketCreation(region: string): RequestInit {
  if (region === 'us-east-1') return { method: 'PUT' };
  const where = `<LocationConstraint>${region}</LocationConstraint>`;
  return {
    method: 'PUT',
    body: `<CreateBucketConfiguration>${where}</CreateBucketConfiguration>`,
  };
}

async function listKeys(client: AwsClient, bucketUrl: string): Promise<string[]> {
  const keys: string[] = [];
  const pagesMax = 1000;
  let token = '';
  for (let page = 0; page < pagesMax; page += 1) {
    const next = token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`;
    const text = await (await client.fetch(`${bucketUrl}?list-type=2${next}`)).text();
    for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(unescapeXml(key));
    token = unescapeXml(
      /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text)?.[1] ?? '',
    );
    if (token === '') break;
  }
  return keys.sort();
}

const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' } as const;

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: keyof typeof entities) => {
    return entities[name];
  });
}

type Moto = { readonly port: number; stop(): Promise<void> };

async function startMoto(motoServer: string | null): Promise<Moto> {
  if (motoServer === null || !existsSync(motoServer)) {
    throw new Failure('ToolMissing', 'moto_server is missing: run `npm run setup`');
  }
  const port = await freePort();
  const child = spawnMoto(motoServer, port);
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-2000);
  });
  let failed = false;
  child.once('error', () => {
    failed = true;
  });
  const triesMax = 600;
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (failed || child.exitCode !== null) break;
    if (await answers(port)) return { port, stop: () => stop(child) };
    await wait(100);
  }
  await stop(child);
  throw new Failure('ToolMissing', `moto_server did not start: ${said.trim()}`);
}

/**
 * Starts moto through the Python next to it where there is one, so that moto exits when our end of
 * its stdin closes, even if the local cloud is killed.
 */
function spawnMoto(motoServer: string, port: number): ChildProcess {
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const python = join(dirname(motoServer), 'python');
  if (!existsSync(python)) return spawn(motoServer, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const program = [
    'import os, sys, threading',
    'from moto.server import main',
    'threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()',
    'main(sys.argv[1:])',
  ].join('\n');
  return spawn(python, ['-c', program, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/moto-api/`, { method: 'HEAD' }).then(
    () => true,
    () => false,
  );
}

function forward(
  request: IncomingMessage,
  { port, agent }: { port: number; agent: Agent },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (response) => {
        const headers: Record<string, string | string[]> = {};
        for (const [name, value] of Object.entries(response.headers)) {
          // Node writes the connection's own headers.
          if (value !== undefined && name !== 'connection' && name !== 'keep-alive') {
            headers[name] = value;
          }
        }
        resolve({ status: response.statusCode ?? 502, headers, body: response });
      },
    );
    upstream.once('error', reject);
    request.once('error', reject);
    request.pipe(upstream);
  });
}

/** moto fails on a part for an upload that it does not know. */
function withUpload({ url = '' }: IncomingMessage, answer: RawAnswer): RawAnswer {
  if (answer.status !== 500 || !url.includes('uploadId=')) return answer;
  if (typeof answer.body !== 'string') answer.body.resume();
  return xmlError(404, 'NoSuchUpload');
}

function routeOf(request: IncomingMessage): string {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, , ...key] = url.pathname.split('/');
  if (key.join('/') === '') return '/:bucket';
  return key.at(-1)?.endsWith('.tflock') ? '/:bucket/:key.tflock' : '/:bucket/:key';
}

function xmlError(status: number, code: string): RawAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
