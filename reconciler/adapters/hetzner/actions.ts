/**
 * Changes servers. Hetzner answers with an action that continues; these functions wait for its end.
 * Each request may be repeated, so a lost answer is requested again.
 */
import { Failure } from '../../core/failure.ts';
import type { ObservedServer } from '../../core/fleet/observed.ts';
import { Fields } from '../http/answer.ts';
import { nullWhereAbsent } from '../http/client.ts';
import type { HetznerApi } from './api.ts';
import { reasonOfCode } from './errors.ts';
import { observedServer } from './servers.ts';

/** How long an action may take, in the cloud's time, and how often it is polled. */
const actionMsMax = 10 * 60_000;
const looksMax = 1200;
/** How long a server may take to shut itself down or to start, in the cloud's time. */
const switchMsMax = 60_000;
const switchLooksMax = 120;

/** Waits for a server that starts already, as Hetzner's servers do after a change of their type. */
export async function powerOn(api: HetznerApi, id: string): Promise<void> {
  const { status } = await serverNow(api, id);
  if (status === 'running') return;
  if (status === 'starting' && (await comesToBe(api, id, 'running'))) return;
  assertDone(await act(api, id, 'poweron'));
}

/** Asks the system to shut down, so that it can write its data, before the power is cut. */
export async function powerOff(api: HetznerApi, id: string): Promise<void> {
  if ((await serverNow(api, id)).status === 'off') return;
  const refused = await act(api, id, 'shutdown');
  if (refused === null && (await comesToBe(api, id, 'off'))) return;
  assertDone(await act(api, id, 'poweroff'));
}

async function comesToBe(
  api: HetznerApi,
  id: string,
  status: ObservedServer['status'],
): Promise<boolean> {
  const sinceMs = await api.now();
  for (let looks = 0; looks < switchLooksMax; looks += 1) {
    if ((await serverNow(api, id)).status === status) return true;
    if ((await api.now()) - sinceMs >= switchMsMax) return false;
    await api.clock.wait(api.pollIntervalMs);
  }
  return false;
}

/** Hetzner sets both or neither. */
export async function protect(api: HetznerApi, id: string, on: boolean): Promise<void> {
  assertDone(await act(api, id, 'change_protection', { delete: on, rebuild: on }));
}

export async function deleteServer(api: HetznerApi, id: string): Promise<void> {
  const answer = await nullWhereAbsent(api.ask({ method: 'DELETE', path: serverPath(id) }));
  if (answer !== null) assertDone(await end(api, answer.object('action')));
}

/** Not sent again where the answer is lost: each request makes another snapshot. */
export async function createSnapshot(
  api: HetznerApi,
  server: string,
  { description, labels }: { readonly description: string; readonly labels: Labels },
): Promise<string> {
  const path = `${serverPath(server)}/actions/create_image`;
  const body = { type: 'snapshot', description, labels };
  const answer = await api.ask({ method: 'POST', path, body });
  assertDone(await end(api, answer.object('action')));
  return answer.object('image').id('id');
}

type Labels = Readonly<Record<string, string>>;

export function serverPath(id: string): string {
  return `/servers/${encodeURIComponent(id)}`;
}

async function serverNow(api: HetznerApi, id: string) {
  const answer = await api.ask({ method: 'GET', path: serverPath(id) });
  return observedServer(answer.object('server'));
}

function assertDone(failure: Failure | null): void {
  if (failure !== null) throw failure;
}

/** Resolves with the failure of the action; null if it succeeded. */
async function act(
  api: HetznerApi,
  id: string,
  command: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Failure | null> {
  const path = `${serverPath(id)}/actions/${command}`;
  const answer = await api.ask({ method: 'POST', path, body, repeatable: true });
  return end(api, answer.object('action'));
}

async function end(api: HetznerApi, begun: Fields): Promise<Failure | null> {
  const id = begun.id('id');
  const command = begun.text('command');
  const sinceMs = await api.now();
  let action = begun;
  for (let looks = 0; looks < looksMax; looks += 1) {
    const status = action.text('status');
    if (status === 'success') return null;
    if (status === 'error') return failureOf(command, action);
    if ((await api.now()) - sinceMs >= actionMsMax) break;
    await api.clock.wait(api.pollIntervalMs);
    const answer = await nullWhereAbsent(api.ask({ method: 'GET', path: `/actions/${id}` }));
    if (answer === null)
      throw new Failure('OutcomeUnknown', `Hetzner's action ${id} (${command}) no longer exists`);
    action = answer.object('action');
  }
  throw new Failure('OutcomeUnknown', `Hetzner's action ${id} (${command}) does not end`);
}

function failureOf(command: string, action: Fields): Failure {
  const error = action.has('error') ? action.object('error') : new Fields({}, 'an error');
  const code = error.has('code') ? error.text('code') : 'no code';
  const message = error.has('message') ? error.text('message') : 'no message';
  const reason = reasonOfCode.get(code) ?? 'UnexpectedAnswer';
  return new Failure(reason, `Hetzner's action ${command} failed (${code}: ${message})`);
}
