/** `simulate --churn`: what the limits on ends do to ordinary fleets, and to accidents. */
import process from 'node:process';
import { policyOf } from '../../test/builders/world.ts';
import { type FleetFigures, fleetSizes, playChurn } from '../../test/simulation/churn/churn.ts';

export type ChurnOptions = {
  readonly years: number;
  readonly from: number;
  /** the policy's `limits`, as YAML writes them in one line */
  readonly limits: string;
};

/** True where no person was needed, nothing was late and no accident passed. */
export function simulateChurn({ years, from, limits }: ChurnOptions): boolean {
  const fleets = playChurn({
    years,
    seed: from,
    sizes: fleetSizes,
    policy: policyOf(limits === '' ? '' : `limits: {${limits}}\n`),
    took: (one) => void process.stderr.write(`${lineOf(one)}\n`),
  });
  process.stdout.write(`${JSON.stringify({ fleets })}\n`);
  return fleets.every(
    ({ approvals, overdue23h, accidentsPassed }) => approvals + overdue23h + accidentsPassed === 0,
  );
}

function lineOf(one: FleetFigures): string {
  const accidents = one.passed.length === 0 ? 'none' : one.passed.join(', ');
  return (
    `simulate: ${one.agents} agents, ${one.shape}: ${one.ends} ends in ${one.years} years, ` +
    `${one.approvals} approvals, the oldest end ${one.oldestHours} h, ${one.overdue23h} overdue; ` +
    `accidents that passed: ${accidents}`
  );
}
