/** The seeds that `npm run check` plays; `npm test` plays ten times as many. */
import { test } from 'node:test';
import { seedTests } from './simulation/seeds.ts';

for (const { name, play } of seedTests(1, 40)) test(name, play);
