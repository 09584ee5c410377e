/** The seeds that `npm test` plays beyond those of `npm run check`. */
import { testSeeds } from './seeds.ts';

testSeeds(41, 360);
