/**
 * `npm test`: everything that this machine can run, a tier after the other. `npm test -- PATH…` runs
 * the test files under these paths alone.
 *
 * `AURA_REQUIRE=clients,terraform` turns skips of these kinds into failures (`skipKinds`).
 */
import { forgetAccounts, keepCompiled } from './test/environment.ts';
import { bindingsTier, nodeTiers, programTiers, runTiers } from './test/tiers.ts';

const paths = process.argv.slice(2);
forgetAccounts(process.env);
keepCompiled(process.env);
const tiers =
  paths.length > 0 ? nodeTiers(paths) : [...programTiers, bindingsTier, ...nodeTiers([])];
process.exitCode = (await runTiers(tiers)) ? 0 : 1;
