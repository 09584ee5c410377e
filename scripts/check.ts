/** `npm run check`: the inner loop. What `npm test` runs, without the tiers that take their time. */
import { forgetAccounts, keepCompiled } from './test/environment.ts';
import { fastTier, programTiers, runTiers } from './test/tiers.ts';

forgetAccounts(process.env);
keepCompiled(process.env);
process.exitCode = (await runTiers([...programTiers, fastTier()])) ? 0 : 1;
