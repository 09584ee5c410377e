/**
 * The world of the reconcile benchmark, in a process of its own: the whole local cloud with a
 * converged fleet. Its parent sends requests over the channel.
 */
import process from 'node:process';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { explainProblems } from '../../reconciler/core/agent/document.ts';
import { parsePolicy } from '../../reconciler/core/agent/policy.ts';
import { changeFiles, fillFleet } from './reconcile-fill.ts';
import type { FleetAddresses, FleetRequest } from './reconcile-messages.ts';
import { type StateListing, startStateListing } from './reconcile-states.ts';

type Fleet = { readonly cloud: LocalCloud; readonly states: StateListing };

let fleet: Fleet | null = null;
let hurrying: NodeJS.Timeout | undefined;

process.on('message', (message: FleetRequest & { readonly number: number }) => {
  answer(message).then(
    (answered) => process.send?.({ number: message.number, answer: answered ?? null }),
    (thrown: unknown) => {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      process.exit(1);
    },
  );
});
// Exits with its parent.
process.on('disconnect', () => void close().then(() => process.exit()));

async function answer(request: FleetRequest): Promise<unknown> {
  if (request.ask === 'start') return start();
  if (fleet === null) throw new Error('there is no world yet');
  const { cloud, states } = fleet;
  const { clock, ledger, repository } = cloud.world;
  switch (request.ask) {
    case 'hurry':
      clearInterval(hurrying);
      if (request.on) hurrying = setInterval(() => clock.advance(5), 100);
      return;
    case 'fill': {
      const policy = parsePolicy(await repository.git(['show', 'main:policy.yaml']));
      if (!policy.ok) throw new Error(explainProblems(policy.problems));
      return states.fill(await fillFleet(cloud.world, policy.value, request.options));
    }
    case 'change':
      return changeFiles(cloud.world, request.agents);
    case 'nextHour':
      clock.advance(3600);
      return ledger.clear();
    case 'calls':
      return ledger.counts();
    case 'close':
      return close();
  }
}

async function start(): Promise<FleetAddresses> {
  const cloud = await startCloud({
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
  });
  const states = await startStateListing(() => cloud.world.ledger.count('s3', 'GET /:bucket'));
  fleet = { cloud, states };
  const { env } = cloud.addresses;
  return { reconcile: { ...env, AWS_ENDPOINT_URL_S3: states.url }, terraform: env };
}

async function close(): Promise<void> {
  clearInterval(hurrying);
  const closing = fleet;
  fleet = null;
  await closing?.states.close();
  await closing?.cloud.close();
}
