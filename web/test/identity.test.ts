import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, Problem, type ApiOptions } from '../src/core/api.ts';
import { fromBase64url, toBase64url } from '../src/core/base64url.ts';
import { countChanged, gridOf, readGrants, writeGrants, type Grant, type Right } from '../src/core/grants.ts';
import { deviceWord, inFours, readDigits, safeReturn } from '../src/core/identity.ts';
import { Idle } from '../src/core/idle.ts';
import { creationOf, proofOf, requestOf } from '../src/core/passkey.ts';
import { memberState, readScopes, scopeNouns, writeScopes } from '../src/core/settings.ts';

test('base64url: known values, there and back, nothing else', () => {
  // RFC 4648, section 10, and the two letters that differ from plain base64.
  for (const [plain, text] of [['', ''], ['f', 'Zg'], ['fo', 'Zm8'], ['foo', 'Zm9v'], ['foob', 'Zm9vYg'], ['fooba', 'Zm9vYmE'], ['foobar', 'Zm9vYmFy']] as const) {
    assert.equal(toBase64url(new TextEncoder().encode(plain)), text);
    assert.equal(new TextDecoder().decode(fromBase64url(text) ?? undefined), plain);
  }
  assert.equal(toBase64url(new Uint8Array([0xfb, 0xff, 0xfe])), '-__-');
  assert.equal(toBase64url(new Uint8Array([1, 2, 3]).buffer), 'AQID');
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) % 256);
    assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
  }
  for (const wrong of ['Zg==', '+__-', 'Z', 'Zh', 'Zm9', 'Zm 8', 'Zm8\n', 'é']) assert.equal(fromBase64url(wrong), null, wrong);
});

test('passkey options become bytes where the browser wants bytes', () => {
  const request = requestOf({ challenge: 'AQID', rpId: 'example.test', timeout: 60_000, allowCredentials: [{ id: '-__-' }] });
  assert.deepEqual(request.challenge, new Uint8Array([1, 2, 3]));
  assert.deepEqual(request.allowCredentials, [{ type: 'public-key', id: new Uint8Array([0xfb, 0xff, 0xfe]) }]);
  assert.equal(request.userVerification, 'required', 'a passkey alone signs in: the person is always asked for');
  assert.equal(requestOf({ challenge: 'AQID', rpId: 'e' }).allowCredentials?.length, 0);
  const creation = creationOf({
    challenge: 'AQID',
    rp: { id: 'example.test', name: 'Fieldward' },
    user: { id: 'Zm9v', name: 'owner@example.test', displayName: 'Owner' },
    pubKeyCredParams: [{ alg: -7 }, { alg: -8 }],
    excludeCredentials: [{ id: 'AQID' }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  assert.deepEqual(creation.user, { id: new TextEncoder().encode('foo'), name: 'owner@example.test', displayName: 'Owner' });
  assert.deepEqual(creation.pubKeyCredParams, [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }]);
  assert.equal(creation.attestation, 'none');
  assert.equal(creation.excludeCredentials?.length, 1);
  assert.throws(() => requestOf({ challenge: 'not base64url!', rpId: 'e' }), TypeError);
});

test('what a passkey answers travels as text; no user handle, no member', () => {
  const bytes = (...list: number[]) => new Uint8Array(list).buffer;
  const answer = { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3), userHandle: bytes(4) } as AuthenticatorAssertionResponse;
  assert.deepEqual(proofOf(bytes(9), answer), { id: 'CQ', client_data: 'AQ', authenticator_data: 'Ag', signature: 'Aw', user_handle: 'BA' });
  assert.ok(!('user_handle' in proofOf(bytes(9), { ...answer, userHandle: null } as AuthenticatorAssertionResponse)));
});

const problem = (status: number, slug: string, more: object = {}, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: `/problems/${slug}`, title: slug, status, ...more }), { status, headers });

function clientOf(answers: Response[], options: ApiOptions) {
  const keys: (string | null)[] = [];
  const bodies: unknown[] = [];
  const api = new Api({
    uuid: () => `key-${keys.length}`,
    fetch: async (_, init) => {
      keys.push(new Headers(init?.headers).get('Idempotency-Key'));
      bodies.push(init?.body);
      const answer = answers[keys.length - 1];
      if (!answer) throw new TypeError('connection refused');
      return answer;
    },
    ...options,
  });
  return { api, keys, bodies };
}

test('an act that wants a fresh proof is repeated by itself, with the same key and body', async () => {
  const asked: Problem[] = [];
  const { api, keys, bodies } = clientOf([problem(403, 'step-up-required', { methods: ['totp', 'passkey'], passkey: { challenge: 'AQID', rpId: 'e' } }), new Response('{"id":"k"}')], {
    stepUp: async (one) => {
      asked.push(one);
      return true;
    },
  });
  assert.deepEqual(await api.create('api_keys', { name: 'Accounting' }), { id: 'k' });
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0]?.methods, ['totp', 'passkey']);
  assert.equal(asked[0]?.passkey?.challenge, 'AQID');
  assert.deepEqual(keys, ['key-0', 'key-0']);
  assert.equal(bodies[0], bodies[1]);
});

test('whoever gives no proof gets the refusal, and nothing is sent again', async () => {
  const { api, keys } = clientOf([problem(403, 'step-up-required')], { stepUp: async () => false });
  await assert.rejects(api.create('api_keys', {}), (error) => error instanceof Problem && error.slug === 'step-up-required');
  assert.equal(keys.length, 1);
});

test('a proof is asked for once: a second refusal is told', async () => {
  let asked = 0;
  const { api } = clientOf([problem(403, 'step-up-required'), problem(403, 'step-up-required')], {
    stepUp: async () => {
      asked++;
      return true;
    },
  });
  await assert.rejects(api.post('/v1/x'), Problem);
  assert.equal(asked, 1);
});

test('other refusals ask for no proof; showing who one is never asks for another', async () => {
  const stepUp = () => Promise.reject(new Error('must not be asked'));
  await assert.rejects(clientOf([problem(403, 'forbidden')], { stepUp }).api.post('/v1/x'), (error) => error instanceof Problem && error.slug === 'forbidden');
  await assert.rejects(clientOf([problem(403, 'step-up-required')], { stepUp }).api.prove('/v1/me/step_up'), Problem);
});

test('a session that may only enrol says so', async () => {
  let told = 0;
  const { api } = clientOf([problem(403, 'enrol-required')], { enrol: () => told++ });
  await assert.rejects(api.get('/v1/jobs'), Problem);
  assert.equal(told, 1);
});

test('the second step carries its challenge, and how long to wait is known', async () => {
  const { api } = clientOf([problem(401, 'second-factor-required', { challenge: 'c1', methods: ['totp', 'recovery'] }), problem(429, 'too-many', {}, { 'Retry-After': '90' }), problem(429, 'too-many')], {});
  await assert.rejects(api.prove('/v1/login'), (error) => error instanceof Problem && error.challenge === 'c1' && error.methods.length === 2);
  await assert.rejects(api.prove('/v1/login'), (error) => error instanceof Problem && error.wait === 90);
  await assert.rejects(api.prove('/v1/login'), (error) => error instanceof Problem && error.wait === null);
});

const right = (about: string, verb: string, presets: Record<string, Grant>, more: Partial<Right> = {}): Right => ({
  name: `${about}.${verb}`, about, verb, doc: '', can_own: true, owners_only: false, mine: 'all', presets, ...more,
});
const RIGHTS: Right[] = [
  right('customer', 'read', { dispatcher: 'all', technician: 'own' }),
  right('customer', 'delete', { dispatcher: 'none', technician: 'none' }),
  right('tenant', 'update', { dispatcher: 'none', technician: 'none' }, { can_own: false }),
];

test('a role shows each right, what the preset gives and what differs', () => {
  const grid = gridOf(RIGHTS, 'technician', readGrants('customer.read=all\ncustomer.delete = own\n\nnonsense\ntenant.update=maybe'));
  assert.deepEqual(grid.map(({ noun, rows }) => [noun, rows.map(({ verb }) => verb)]), [['customer', ['read', 'delete']], ['tenant', ['update']]]);
  const [read, del] = grid[0]?.rows ?? [];
  assert.deepEqual([read?.base, read?.grant, read?.changed], ['own', 'all', true]);
  assert.deepEqual([del?.base, del?.grant, del?.changed], ['none', 'own', true]);
  assert.equal(grid[1]?.rows[0]?.changed, false, 'what makes no sense changes nothing');
  assert.deepEqual(grid[1]?.rows[0]?.choices, ['none', 'all'], '"own" is no choice where it says nothing');
  assert.equal(countChanged(grid), 2);
});

test('only what differs from the preset is written, in the order of the table', () => {
  const changes = new Map([['customer.delete', 'own'], ['customer.read', 'own']] as const);
  assert.equal(writeGrants(RIGHTS, 'technician', changes), 'customer.delete=own');
  assert.equal(writeGrants(RIGHTS, 'dispatcher', changes), 'customer.read=own\ncustomer.delete=own');
  assert.equal(writeGrants(RIGHTS, 'technician', readGrants(null)), '');
  assert.deepEqual(readGrants(writeGrants(RIGHTS, 'dispatcher', changes)), new Map([['customer.read', 'own'], ['customer.delete', 'own']]));
});

test('nobody gives a right that he does not have, and what only owners have is given to nobody', () => {
  const choicesOf = (more: Partial<Right>, changes = '') => gridOf([right('job', 'read', { technician: 'own' }, more)], 'technician', readGrants(changes))[0]?.rows[0]?.choices;
  assert.deepEqual(choicesOf({}), ['none', 'own', 'all']);
  assert.deepEqual(choicesOf({ mine: 'own' }), ['none', 'own']);
  assert.deepEqual(choicesOf({ mine: 'none' }), ['none', 'own'], 'what the preset gives can be taken away and put back');
  assert.deepEqual(choicesOf({ owners_only: true }), ['none', 'own']);
  assert.deepEqual(choicesOf({ mine: 'none' }, 'job.read=all'), ['none', 'own', 'all'], 'what stands there can be seen');
});

test('chips of a key: read, or read and write', () => {
  const scopes = readScopes('customer.read\njob.write\njob.read');
  assert.deepEqual([...scopes], [['customer', 'read'], ['job', 'write']]);
  assert.equal(writeScopes(scopes), 'customer.read\njob.read\njob.write');
  assert.deepEqual(readScopes(writeScopes(scopes)), scopes);
  assert.equal(writeScopes(new Map([['job', '']])), '');
  assert.deepEqual(scopeNouns(RIGHTS), ['customer']);
});

test('whoever touches nothing for as long as is allowed is locked out, also after a sleep', () => {
  const idle = new Idle(0);
  assert.equal(idle.due(1e12), false, 'no limit is known yet');
  idle.allow(15);
  assert.equal(idle.due(15 * 60_000 - 1), false);
  assert.equal(idle.due(15 * 60_000), true);
  idle.touch(10 * 60_000);
  assert.equal(idle.due(20 * 60_000), false);
  idle.touch(5 * 60_000);
  assert.equal(idle.due(25 * 60_000), true, 'another tab that tells an older time takes nothing away');
  assert.equal(idle.minutes, 15);
});

test('a code may be typed with a space; a secret is shown in fours', () => {
  assert.equal(readDigits(' 123 456 '), '123456');
  assert.equal(readDigits('12345'), null);
  assert.equal(readDigits('12345a'), null);
  assert.equal(inFours('ABCDEFGHJK'), 'ABCD EFGH JK');
});

test('after signing in one returns only to pages of this client', () => {
  assert.equal(safeReturn('/jobs?stage=new', '/day'), '/jobs?stage=new');
  for (const wrong of [undefined, '/', '', '//evil.test', '/\\evil.test', 'https://evil.test', '/signin/oidc']) assert.equal(safeReturn(wrong, '/day'), '/day', String(wrong));
});

test('who left is told from who has not come yet', () => {
  assert.equal(memberState({ active: false, invited_at: '2026-11-22T09:00:00.000Z' }), 'invited');
  assert.equal(memberState({ active: true, invited_at: null }), 'active');
  assert.equal(memberState({ active: false, invited_at: null }), 'left');
});

test('a device is told in two words', () => {
  const words: Record<string, string> = {
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36': 'Chrome, Linux',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0': 'Edge, Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1': 'Safari, iPhone',
    'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0': 'Firefox, Android',
    'accounting-sync/2.1': 'accounting-sync/2.1',
  };
  for (const [agent, word] of Object.entries(words)) assert.equal(deviceWord(agent), word);
});
