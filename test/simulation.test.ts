/** The seeds that `npm run check` plays; `npm test` plays ten times as many. */
import { testSeeds } from './simulation/seeds.ts';

testSeeds(1, 40);
