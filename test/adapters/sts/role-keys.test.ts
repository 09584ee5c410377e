/** Temporary keys by the ID token of a job, from the issuer and STS of the local cloud. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Fault } from '../../../local-cloud/faults.ts';
import type { IdTokenJob } from '../../../local-cloud/oidc/payload.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { startStsWorld, writeRole } from '../../support/sts-world.ts';

const minutes = 60;

describe('keys of a role', () => {
  let world: Awaited<ReturnType<typeof startStsWorld>>;
  before(async () => {
    world = await startStsWorld();
  });
  after(() => world.close());
  beforeEach(() => {
    world.faults.clear();
    world.ledger.clear();
    world.waits.length = 0;
  });

  const asked = () => [world.ledger.total('oidc'), world.ledger.total('sts')];
  async function failureOf(asking: Promise<unknown>): Promise<Failure> {
    const thrown: unknown = await asking.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof Failure, String(thrown));
    // Neither an ID token nor a key.
    assert.doesNotMatch(`${thrown.message} ${String(thrown.cause)}`, /eyJ|ASIA|[A-Za-z0-9]{60}/);
    return thrown;
  }

  it('are those of a session, and are shared while they last', async () => {
    const source = world.keysBy(world.idTokenOf());
    const [keys, same] = await Promise.all([source.keys(), source.keys()]);
    assert.equal(keys, same);
    assert.equal(await source.keys(), keys);
    const known = world.keyring.find(keys.accessKeyId) ?? assert.fail('no such key');
    assert.deepEqual(
      [known.secretAccessKey, known.session?.token],
      [keys.secretAccessKey, keys.sessionToken],
    );
    // The issuer publishes its key in two documents, and gives one token.
    assert.deepEqual(asked(), [3, 1]);
  });

  it('are renewed before they end, with a new ID token', async () => {
    const source = world.keysBy(world.idTokenOf());
    const first = await source.keys();
    world.clock.advance(34 * minutes);
    assert.equal(await source.keys(), first);
    world.clock.advance(2 * minutes);
    const second = await source.keys();
    assert.notEqual(second.accessKeyId, first.accessKeyId);
    // A command of Terraform that starts right before the renewal may last 22 minutes.
    const known = world.keyring.find(first.accessKeyId) ?? assert.fail('no such key');
    world.clock.advance(22 * minutes);
    assert.equal(world.keyring.isOver(known), false);
    assert.equal(asked()[1], 2);
  });

  it('are renewed once they were refused, and not for an older refusal', async () => {
    const source = world.keysBy(world.idTokenOf());
    const first = await source.keys();
    source.forget(first);
    const second = await source.keys();
    assert.notEqual(second, first);
    source.forget(first);
    assert.equal(await source.keys(), second);
  });

  const lost: readonly Fault[] = [
    { api: 'sts', kind: 'timeoutAfter', ms: 0 },
    { api: 'sts', kind: 'cut' },
    { api: 'sts', kind: 'truncate' },
    { api: 'sts', kind: 'status', status: 500 },
    { api: 'sts', kind: 'status', status: 429 },
    { api: 'oidc', path: '/jobs', kind: 'cut' },
    { api: 'oidc', path: '/jobs', kind: 'truncate' },
    { api: 'oidc', path: '/jobs', kind: 'status', status: 503 },
    { api: 'oidc', path: '/.well-known', kind: 'status', status: 503 },
  ];
  for (const fault of lost)
    it(`are asked for again where ${fault.api} ${fault.kind} ${fault.status ?? ''}`, async () => {
      world.faults.add(fault);
      const keys = await world.keysBy(world.idTokenOf()).keys();
      assert.ok(world.keyring.find(keys.accessKeyId) !== undefined);
      assert.equal(world.waits.length, 1);
    });

  it('are an outage where STS or the issuer does not answer', async () => {
    for (const api of ['sts', 'oidc']) {
      world.faults.add({ api, kind: 'status', status: 503, times: 99 });
      const failure = await failureOf(world.keysBy(world.idTokenOf()).keys());
      assert.deepEqual([failure.reason, failure.scope], ['ProviderOutage', 'fleet']);
      world.faults.clear();
      world.faults.add({ api, kind: 'cut', times: 99 });
      const unreachable = await failureOf(world.keysBy(world.idTokenOf()).keys());
      assert.equal(unreachable.reason, 'NetworkUnreachable');
      world.faults.clear();
    }
  });

  const others: Readonly<Record<string, Partial<IdTokenJob>>> = {
    'of another environment': { environment: 'staging' },
    'without an environment': { environment: null },
    'of another branch': { environment: null, ref: 'refs/heads/feature' },
    'of a pull request': { environment: null, event: 'pull_request' },
    'of another repository': { repository: 'mallory/agents' },
  };
  for (const [name, job] of Object.entries(others))
    it(`are refused to a job ${name}`, async () => {
      const failure = await failureOf(world.keysBy(world.idTokenOf(job)).keys());
      assert.deepEqual(
        [failure.reason, failure.scope, failure.errorClass],
        ['Unauthorized', 'fleet', 'stalled'],
      );
      assert.match(failure.message, /AccessDenied: Not authorized to perform sts:AssumeRole/);
      assert.deepEqual(world.waits, []);
    });

  const tampered = async () => {
    const [head, payload, signature] = (await world.idTokenOf()()).split('.');
    const changed = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('"7"', '"8"');
    return [head, Buffer.from(changed).toString('base64url'), signature].join('.');
  };
  const invalid: Readonly<Record<string, [() => Promise<string>, RegExp]>> = {
    'for another audience': [() => world.idTokenOf({}, 'elsewhere')(), /InvalidIdentityToken/],
    'whose payload was changed': [tampered, /InvalidIdentityToken/],
    'that is none': [async () => 'CANARY', /InvalidIdentityToken/],
    'whose key the issuer does not publish in time': [
      async () => {
        world.faults.add({ api: 'oidc', path: '/.well-known', kind: 'cut', times: 99 });
        return world.idTokenOf()();
      },
      /InvalidIdentityToken: Couldn't retrieve verification key/,
    ],
    'that is over': [
      async () => {
        const token = await world.idTokenOf()();
        world.clock.advance(6 * minutes);
        return token;
      },
      /ExpiredTokenException/,
    ],
  };
  for (const [name, [idToken, code]] of Object.entries(invalid))
    it(`are refused for a token ${name}`, async () => {
      const failure = await failureOf(world.keysBy(idToken).keys());
      assert.deepEqual([failure.reason, failure.scope], ['Unauthorized', 'fleet']);
      assert.match(failure.message, code);
      // STS also says so if it could not get the issuer's keys in time.
      assert.equal(world.waits.length, failure.errorClass === 'transient' ? 4 : 0);
      assert.doesNotMatch(failure.message, /CANARY/);
    });

  it('are refused for a role that does not exist', async () => {
    const source = world.keysBy(world.idTokenOf(), `${writeRole}-other`);
    assert.equal((await failureOf(source.keys())).reason, 'Unauthorized');
  });

  it('an answer of another service is not taken for one of STS', async () => {
    world.faults.add({ api: 'oidc', path: '/jobs', kind: 'status', status: 401, times: 9 });
    assert.equal((await failureOf(world.keysBy(world.idTokenOf()).keys())).reason, 'Unauthorized');
    for (const api of ['oidc', 'sts']) {
      world.faults.clear();
      world.faults.add({ api, kind: 'status', status: 404, times: 9 });
      const failure = await failureOf(world.keysBy(world.idTokenOf()).keys());
      assert.deepEqual([failure.reason, failure.scope], ['MisconfiguredAccount', 'fleet']);
    }
  });
});
