/**
 * A fleet with its service: Stripe's events go to a process of `aura serve`, and an act of a
 * customer is over once they were answered. The file is on main then.
 */
import { agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { startAura } from '../app/cli/program.ts';
import { type Customer, startFleetWorld } from './fleet-world.ts';

export type ServedWorld = Awaited<ReturnType<typeof startServedWorld>>;

export async function startServedWorld(options: Parameters<typeof startFleetWorld>[0]) {
  const fleet = await startFleetWorld(options);
  const { control, stripe } = fleet.cloud.world;
  const serving = startAura(['serve', '--port', '0'], fleet.env);
  const url = await serving.firstLine;
  await control.sendEventsTo(`${url}/webhooks/stripe`);

  async function answered<Result>(what: () => Promise<Result>): Promise<Result> {
    stripe.deliveries.hold();
    const result = await what();
    await stripe.deliveries.release((events) => events);
    return result;
  }

  return {
    ...fleet,
    serving,
    /** Does it; resolves once the service has answered the events. */
    answered,
    env: { ...fleet.env, AURA_PUBLIC_URL: url },
    async pay(plan: string, region: string): Promise<Customer> {
      const { subscription } = await answered(() => control.checkout({ plan, region }));
      return { id: agentIdOf(subscription), subscription };
    },
    async cancel({ subscription }: Customer): Promise<void> {
      await answered(() => control.cancel({ subscription, atPeriodEnd: false }));
    },
    async close() {
      serving.kill('SIGTERM');
      await serving.ended;
      await fleet.close();
    },
  };
}
