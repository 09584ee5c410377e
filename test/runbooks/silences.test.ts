/** The runbook about silences.yaml, and an alarm that is silenced by a commit until its time. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { policyText } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

type Found = { kind: string; silenced: { reason: string } | null };

describe('the runbook about silences', () => {
  let desk: Desk;
  const posted: { text: string }[] = [];
  const chat = createServer(async (request, response) => {
    posted.push(JSON.parse(await text(request)));
    response.end('ok');
  });
  before(async () => {
    desk = await openDesk({ seed: 61, rate: 20, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    await desk.pay(await desk.open());
    await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    chat.close();
    await desk?.close();
  });

  const entry = (kind: string, days: number) => {
    const since = new Date(desk.cloud.world.clock.now() - 60_000);
    const until = new Date(since.getTime() + days * 86_400_000);
    const times = `since: "${since.toISOString()}", until: "${until.toISOString()}"`;
    return `  - {alarm: ${kind}, reason: its first run is late, ${times}}\n`;
  };
  const silence = (...entries: readonly string[]) =>
    desk.edit('silences.yaml', (file) => {
      const [head = ''] = file.split('silences:');
      return `${head}silences:\n${entries.join('')}`;
    });
  async function notified(): Promise<{ code: number; alarms: readonly Found[] }> {
    const { port } = chat.address() as AddressInfo;
    const more = { AURA_ALARM_CHAT_URL: `http://127.0.0.1:${port}/` };
    const { code, stdout } = await desk.verb('aura alarms --notify --json', more);
    return { code, ...(JSON.parse(stdout) as { alarms: readonly Found[] }) };
  }

  test('a file with a mistake silences nothing; corrected, it silences until its time', async () => {
    const book = openRunbook('invalid-silences.md');
    await silence(entry('NoSuccessfulRun', 8), entry('NoRun', 1));
    const broken = await notified();
    assert.equal(broken.code, 3);
    assert.deepEqual(
      broken.alarms.map(({ kind, silenced }) => [kind, silenced]),
      [
        ['InvalidSilences', null],
        ['NoSuccessfulRun', null],
      ],
    );
    assert.equal(posted.length, 2);

    await desk.pull();
    const { stdout, code } = await desk.verb(`${book.command('aura validate')} ${desk.clone}`);
    assert.equal(code, 1);
    for (const row of ['`must be at most 7 days after since`', '`is no kind of alarm`']) {
      book.row(row);
      assert.ok(stdout.includes(row.slice(1, -1)), stdout);
    }
    assert.match(stdout, /A valid silences file looks like this/);
    const log = await desk.git(book, 'git log -3 origin/main silences.yaml');
    assert.match(log, /Olga/);
    await silence(entry('NoSuccessfulRun', 1));
    const silenced = await notified();
    assert.equal(silenced.code, 0);
    assert.equal(silenced.alarms[0]?.silenced?.reason, 'its first run is late');
    assert.match(posted[2]?.text ?? '', /^\*Over, fleet \w+: InvalidSilences/);
    const shown = await desk.verb('aura alarms');
    assert.match(
      shown.stdout,
      /NoSuccessfulRun\n.*\n {2}Silenced until .*: its first run is late\n/,
    );

    desk.advance(25 * 3600);
    await notified();
    const [again] = posted.slice(3).filter((one) => one.text.includes('no run has ever'));
    assert.match(again?.text ?? '', /^\*Now, fleet/);
    book.finish();
  });
});
