/** Calls every method of a port, by a drive of its own, and returns the requests of each. */
import assert from 'node:assert/strict';
import type { Exchange, Recording } from './recording.ts';

/** A drive calls its method in each way that sends something else. A new method needs one. */
export type Drives<Port> = {
  readonly [Method in keyof Port]: (port: Port) => unknown;
};
/** By method, the requests of it and of its drive's preparations. */
export type Sent = ReadonlyMap<string, readonly Exchange[]>;

export async function driveAll<Port extends object>(
  port: Port,
  drives: Drives<Port>,
  recording: Recording,
): Promise<Sent> {
  const sent = new Map<string, readonly Exchange[]>();
  const methods = Object.entries(port).filter(([, value]) => typeof value === 'function');
  assert.ok(methods.length > 0, 'a port without methods');
  for (const [name, method] of methods) {
    let calls = 0;
    const watched: Port = {
      ...port,
      [name]: (...given: unknown[]) => {
        calls += 1;
        return method(...given);
      },
    };
    const drive = new Map<string, (port: Port) => unknown>(Object.entries(drives)).get(name);
    assert.ok(drive, `nothing drives ${name}`);
    await drive(watched);
    assert.ok(calls > 0, `the drive of ${name} does not call it`);
    sent.set(name, recording.take());
  }
  return sent;
}
