/**
 * Processes that deliver to one endpoint die between any two effects, lose answers, and work side by
 * side. In the end the platform knows the state of each agent; an event that comes twice has the
 * same id; and of one agent no event comes before an earlier one.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idNo } from '../../builders/world.ts';
import { everyDeath } from '../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import {
  accepted,
  become,
  createPlatform,
  endpointOf,
  key,
  oneTo,
  type Platform,
  refused,
} from './stage.ts';

const numbers = oneTo(25);

/** An endpoint that has begun, and changes that it has not been sent. */
async function begun(platform: Platform): Promise<FakeWorld> {
  const world = createFakeWorld();
  become(world, numbers, 'creating');
  await endpointOf(processOf(world), platform, 'first').look();
  world.advance(60_000);
  become(world, numbers, 'configuring');
  return world;
}

/** The process that runs now. */
function processOf(world: FakeWorld) {
  const { ports } = world;
  const alive = () => world.ports === ports && world.alive();
  return { ports, alive, kill: world.kill };
}

async function passAfter(world: FakeWorld, platform: Platform): Promise<void> {
  const endpoint = endpointOf(processOf(world), platform, 'second');
  // Past the lease of the dead one, and past the first retries.
  for (let looks = 0; looks < 20; looks += 1) {
    world.advance(10_000);
    await endpoint.look();
  }
}

function assertKnown(platform: Platform, phase: string): void {
  for (const n of numbers) assert.equal(platform.known.get(idNo(n))?.phase, phase, idNo(n));
}

/** Each first arrival continues what was known of its agent. */
function assertOrder({ got, ids }: Platform): void {
  const known = new Map<string, string>();
  const seen = new Set<string>();
  for (const { id, agent, event } of got) {
    const { previous, current } = event.data;
    if (seen.has(id) || !ids.has(id)) continue;
    seen.add(id);
    const before = known.get(agent);
    if (before !== undefined) assert.equal(JSON.stringify(previous), before, agent);
    known.set(agent, JSON.stringify(current));
  }
}

describe('a process that delivers', () => {
  for (const what of ['accepts all', 'refuses some'] as const)
    it(`dies at each write of the cursor, and the platform ${what}`, async () => {
      let platform = createPlatform();
      const deaths = await everyDeath({
        async world() {
          platform = createPlatform();
          const world = await begun(platform);
          let count = 0;
          platform.answer = () => {
            count += 1;
            return what === 'refuses some' && count % 3 === 0 ? refused : accepted;
          };
          return world;
        },
        flow: (world) => endpointOf(processOf(world), platform, 'dying').look(),
        async after(world) {
          platform.answer = () => accepted;
          become(world, numbers.slice(0, 5), 'joining');
          become(world, numbers, 'running');
          await passAfter(world, platform);
          assertKnown(platform, 'running');
        },
      });
      assert.ok(deaths >= 6, `${deaths} deaths`);
    });

  it('dies right before and right after each delivery', async () => {
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= numbers.length; nth += 1) {
        const platform = createPlatform();
        const world = await begun(platform);
        const process = processOf(world);
        const dying = endpointOf(process, platform, 'dying');
        const { receive } = platform;
        let count = 0;
        platform.receive = (event) => {
          count += 1;
          if (count === nth && when === 'before') {
            world.kill();
            throw new Error('it dies');
          }
          const delivery = receive(event);
          if (count === nth) world.kill();
          return delivery;
        };
        await assert.rejects(() => dying.look(), `${when} ${nth}`);
        platform.receive = receive;
        world.restart();
        await passAfter(world, platform);
        assertKnown(platform, 'configuring');
        assertOrder(platform);
        assert.equal(platform.ids.size, numbers.length, 'each has one id, however often it came');
      }
  });
});

describe('two processes', () => {
  it('do not deliver at the same time; the other one takes over', async () => {
    const platform = createPlatform();
    const world = await begun(platform);
    const [one, two] = [world.spawn('service'), world.spawn('service')];
    const endpoints = [endpointOf(one, platform, 'one'), endpointOf(two, platform, 'two')];
    await Promise.all(endpoints.map((endpoint) => endpoint.look()));
    assert.equal(platform.got.length, numbers.length, 'each event came once');
    become(world, numbers, 'joining');
    await Promise.all(endpoints.map((endpoint) => endpoint.look()));
    assert.equal(platform.got.length, 2 * numbers.length);
    // One dies while it delivers, and holds the lease.
    become(world, numbers, 'running');
    const { receive } = platform;
    platform.receive = (event) => {
      one.kill();
      return receive(event);
    };
    await assert.rejects(() => endpoints[0]?.look() ?? Promise.resolve());
    platform.receive = receive;
    await endpoints[1]?.look();
    assert.ok(platform.known.get(idNo(25))?.phase !== 'running', 'the lease holds');
    world.advance(31_000);
    await endpoints[1]?.look();
    assertKnown(platform, 'running');
    assertOrder(platform);
  });

  it('one that was suspended for longer than its lease writes nothing afterwards', async () => {
    const platform = createPlatform();
    const world = await begun(platform);
    const [one, two] = [world.spawn('service'), world.spawn('service')];
    const slow = endpointOf(one, platform, 'slow');
    const other = endpointOf(two, platform, 'other');
    let suspended = false;
    platform.hold = async (holder) => {
      if (holder !== 'slow' || suspended) return;
      suspended = true;
      world.advance(60_000);
      become(world, numbers, 'running');
      await other.look();
      assertKnown(platform, 'running');
    };
    await slow.look();
    const written = JSON.parse(world.bucket.objects.get(key)?.content.toString() ?? '');
    assert.equal(written.commit, world.git.tip('status')?.id);
    const taken = world.logs.filter(({ message }) => /has taken over/.test(message));
    assert.equal(taken.length, 1);
    await slow.look();
    assertKnown(platform, 'running');
  });
});
