/** The runbook about incident.yaml: of a file with a mistake nothing is shown, and it is an alarm. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { policyText } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

describe('the runbook about published incidents', () => {
  let desk: Desk;
  before(async () => {
    desk = await openDesk({ seed: 62, rate: 20, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
  });
  after(async () => {
    await desk?.close();
  });

  const publish = (...parts: readonly string[]) =>
    desk.edit('incident.yaml', (file) => {
      const [head = ''] = file.split('incidents:');
      const times = 'since: "2026-11-22T05:00:00Z"';
      const entries = parts.map((part) => `  - {title: Delays, text: Wait, ${times}, ${part}}\n`);
      return `${head}incidents:\n${entries.join('')}`;
    });
  async function raised(): Promise<boolean> {
    const { stdout } = await desk.verb('aura alarms --json');
    const { alarms } = JSON.parse(stdout) as { alarms: readonly { kind: string }[] };
    return alarms.some(({ kind }) => kind === 'InvalidIncidents');
  }

  test('a mistake raises the alarm until it is corrected', async () => {
    const book = openRunbook('invalid-incidents.md');
    assert.equal(await raised(), false);
    const until = 'until: "2026-11-22T06:00:00Z"';
    await publish('state: resolved', `state: monitoring, ${until}`);
    assert.equal(await raised(), true);
    await desk.pull();
    const { stdout, code } = await desk.verb(`${book.command('aura validate')} ${desk.clone}`);
    assert.equal(code, 1);
    const rows = ['`needs until: when it was resolved`', '`is only for one that is resolved`'];
    for (const row of rows) {
      book.row(row);
      assert.ok(stdout.includes(row.slice(1, -1)), stdout);
    }
    assert.match(stdout, /A valid incidents file looks like this/);
    assert.match(await desk.git(book, 'git log -3 origin/main incident.yaml'), /Olga/);
    await publish(`state: resolved, ${until}`, 'state: monitoring');
    assert.equal(await raised(), false);
    book.finish();
  });
});
