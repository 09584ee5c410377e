/** How libraries below Terraform report a failed call, as its real runs print them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeIn } from '../../../reconciler/adapters/terraform/causes.ts';

const s3 = (status: number, rest = '') =>
  `Error refreshing state: Unable to access object "a" in S3 bucket "states": operation error S3: HeadObject, https response error StatusCode: ${status}, RequestID: , HostID: ${rest}`;
const refused = 'dial tcp 127.0.0.1:9: connect: connection refused';

test('a bucket that is down, or refuses us', () => {
  for (const status of [500, 503, 404, 0]) assert.equal(causeIn(s3(status)), 'StateStoreDown');
  assert.equal(
    causeIn(s3(0, `, request send failed, Get "http://x": ${refused}`)),
    'StateStoreDown',
  );
  for (const status of [401, 403]) assert.equal(causeIn(s3(status)), 'Unauthorized');
  assert.equal(causeIn('Error: No valid credential sources found'), 'Unauthorized');
});

test('a lock held by another is no bucket that is down', () => {
  for (const status of [409, 412]) assert.equal(causeIn(s3(status)), null);
});

test('a service that does not answer', () => {
  for (const said of [
    refused,
    'dial tcp: lookup api.hetzner.cloud: no such host',
    'Get "https://api.hetzner.cloud/v1/servers/1": net/http: TLS handshake timeout',
    'read tcp 10.0.0.1:5->10.0.0.2:443: read: connection reset by peer',
    'Post "https://api.hetzner.cloud/v1/servers": unexpected EOF',
    'Get "https://x": context deadline exceeded',
  ])
    assert.equal(causeIn(said), 'NetworkUnreachable', said);
});

test('an error of neither', () => {
  for (const said of [
    'server type has a smaller disk (invalid_server_type, 40adb0781238962f)',
    'Unsupported state file format: syntax error at byte offset 1.',
    'the dial turned',
    '',
  ])
    assert.equal(causeIn(said), null, said);
});
