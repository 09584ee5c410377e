/** The seeds that `npm test` plays beyond those of `npm run check`. */
import { test } from 'node:test';
import { seedTests } from './seeds.ts';

for (const { name, play } of seedTests(41, 360)) test(name, play);
