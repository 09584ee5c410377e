/** `npm run check`: the inner loop. What `npm test` runs, without the tiers that take their time. */
import { forgetAccounts } from './test/environment.ts';
import { nodeTiers, programTiers, runTiers } from './test/tiers.ts';

forgetAccounts(process.env);
const fast = nodeTiers([]).filter((tier) => tier.name === 'fast tests');
process.exitCode = (await runTiers([...programTiers, ...fast])) ? 0 : 1;
