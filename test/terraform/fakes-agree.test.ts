/** The stacks in memory answer as Terraform and its provider do: the same requests to both. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createCloud } from '../../reconciler/adapters/hetzner/cloud.ts';
import { createWallClock } from '../../reconciler/adapters/wall-clock.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { ServerStatus } from '../../reconciler/core/fleet/observed.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import type { GateExpectation } from '../../reconciler/core/stack/gate.ts';
import { emptyStackSpec, type StackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import type { Cloud } from '../../reconciler/ports/cloud.ts';
import type { Stacks } from '../../reconciler/ports/stacks.ts';
import type { States } from '../../reconciler/ports/states.ts';
import { policyOf } from '../builders/world.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { applied as appliedBy } from '../support/gated.ts';
import { agentSpec, startTerraformWorld } from '../support/terraform-world.ts';

/** The interface that both have. */
type Side = {
  readonly stacks: Stacks;
  readonly states: Pick<States, 'read'>;
  readonly cloud: Cloud;
  /** The next create makes its server, and then fails. */
  spoilCreate(): void;
  calm(): void;
};
type Step = (side: Side, name: string) => Promise<string>;

const policy = policyOf('apply: {pollIntervalMs: 200}\n');
const creates = { allow: 'creates' } as const;

function specOf(name: string, serverType: string, customer = 'cus_1') {
  const region = { revision: 1, plan: 'starter', region: 'eu-central', location: 'fsn1' };
  return agentSpec(name, { choice: { ...region, serverType, image: 'debian-12' }, customer });
}

async function applied(side: Side, spec: StackSpec, expect: GateExpectation): Promise<string> {
  try {
    return await appliedBy(side.stacks, { spec, expect, imports: [] });
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return thrown.reason;
  }
}

/** During its start it is about to run: the final status is compared. */
function powerOf(status: ServerStatus | undefined): string {
  return status === undefined ? 'gone' : status === 'off' ? 'off' : 'on';
}

const idOf = async ({ cloud }: Side, name: string) => (await cloud.serverByName(name))?.id ?? '';

const make =
  (serverType: string): Step =>
  (side, name) =>
    applied(side, specOf(name, serverType), creates);

const change =
  (serverType: string, customer?: string): Step =>
  async (side, name) => {
    const attributes = ['labels', 'server_type'];
    const expect = { allow: 'updates', ids: [await idOf(side, name)], attributes } as const;
    return applied(side, specOf(name, serverType, customer), expect);
  };

const end: Step = async (side, name) => {
  const expect = { allow: 'deletes', ids: [await idOf(side, name)] } as const;
  return applied(side, emptyStackSpec(policy, agentStateKey(policy.fleet, name)), expect);
};

const protect =
  (on: boolean): Step =>
  async (side, name) => {
    await side.cloud.protect(await idOf(side, name), on);
    return on ? 'protected' : 'unprotected';
  };

const switchOff: Step = async (side, name) => {
  await side.cloud.powerOff(await idOf(side, name));
  return 'switched off';
};

/** Why is its own: the local cloud fails the look at the action, the one in memory the start. */
const spoil: Step = async (side, name) => {
  side.spoilCreate();
  const outcome = await make('cpx12')(side, name);
  side.calm();
  return outcome === 'applied' ? 'applied' : 'failed';
};

const stories: Readonly<Record<string, readonly Step[]>> = {
  'a server that is made, labelled, resized and ended': [
    make('cpx12'),
    make('cpx12'),
    change('cpx12', 'cus_2'),
    change('cpx22', 'cus_2'),
    change('cpx12', 'cus_3'),
    end,
    end,
  ],
  'a type change of a server that is off starts it': [make('cpx12'), switchOff, change('cpx22')],
  'a disk that does not fit is refused once the server is off and its labels are written': [
    make('cpx22'),
    change('cpx12', 'cus_2'),
  ],
  'a type that is none leaves it off': [make('cpx12'), change('cpx99')],
  'protection keeps it from its end and from nothing else': [
    make('cpx12'),
    protect(true),
    change('cpx22', 'cus_2'),
    end,
    protect(false),
    end,
  ],
  'a create that fails halfway leaves it tainted: it is replaced by none, and ended': [
    spoil,
    make('cpx12'),
    change('cpx12', 'cus_2'),
    end,
  ],
};

describe('the stacks in memory and Terraform', () => {
  let world: Awaited<ReturnType<typeof startTerraformWorld>>;
  const clock = createWallClock();
  before(async () => {
    world = await startTerraformWorld();
  });
  after(async () => {
    clock.close();
    await world.close();
  });

  function real(): Side {
    const { HCLOUD_ENDPOINT: endpoint = '', HCLOUD_TOKEN: token = '' } =
      world.environment.variables;
    const options = { endpoint, token, clock, random: () => 0, pollIntervalMs: 50 };
    const looks = { api: 'hetzner', path: '/v1/actions', method: 'GET', kind: 'status' } as const;
    return {
      stacks: world.stacks,
      states: world.bucket,
      cloud: createCloud(options),
      spoilCreate: () => world.faults.add({ ...looks, status: 500, times: 50 }),
      calm: () => world.faults.clear(),
    };
  }

  function inMemory(): Side {
    const { ports, terraform } = createFakeWorld();
    const { stacks, states, cloud } = ports;
    const spoilCreate = () => void terraform.mishaps.push('tainted');
    return { stacks, states, cloud, spoilCreate, calm() {} };
  }

  async function saidBy(side: Side, name: string, steps: readonly Step[]) {
    const lines: object[] = [];
    for (const step of steps) {
      const outcome = await step(side, name);
      const server = await side.cloud.serverByName(name);
      const state = await side.states.read(specOf(name, 'cpx12').stateKey);
      const isTainted = state?.resources.some(({ tainted }) => tainted);
      lines.push({
        outcome,
        power: isTainted ? 'either' : powerOf(server?.status),
        type: server?.serverType,
        customer: server?.labels['aura.dev/customer'],
        remembered: state?.resources.map(({ tainted }) => (tainted ? 'tainted' : 'whole')),
      });
    }
    return lines;
  }

  for (const [place, [story, steps]] of Object.entries(stories).entries())
    it(`agree on this: ${story}`, async () => {
      const name = `agt-both-${place}`;
      const expected = await saidBy(real(), name, steps);
      assert.deepEqual(await saidBy(inMemory(), name, steps), expected);
    });
});
