/** Prints the table of docs/guide/minutes.md: `node scripts/minutes.ts`. */
import process from 'node:process';
import { minutesTable } from './bench/minutes-table.ts';

process.stdout.write(`${minutesTable()}\n`);
