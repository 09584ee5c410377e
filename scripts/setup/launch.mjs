// Runs a program in our place: its input and output are ours, signals reach it, its end is our end.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/** `more` joins our variables. Resolves to the exit code, 128 + number where a signal ended it. */
export function launch(command, args, more = {}) {
  // What was set by hand stays as it is.
  const child = spawn(command, args, { stdio: 'inherit', env: { ...more, ...process.env } });
  // A terminal's ctrl-C goes to both of us: passed on it would arrive twice.
  const interrupt = () => process.stdin.isTTY || child.kill('SIGINT');
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', interrupt).on('SIGTERM', forward).on('SIGHUP', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupt).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
