// Access tokens, refresh tokens, sessions and what ends them.
// (S-101, S-102, S-152)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { Client, request, signInWithCookie } from '../../harness/http.mjs';
import { adminSql, Company, Installation, signIn } from '../../harness/server.mjs';

let it;
let shift = 0;
const clock = (ms) => { shift = ms; it.setClock(ms); };
before(async () => { it = await (await Installation.create()).start(); });
after(() => it?.end());

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const me = (token) => request(it.base, 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } });
const refresh = (token) => request(it.base, 'POST', '/v1/refresh', { body: { refresh_token: token } });

test('an access token is a signed JWT of five minutes that says nothing personal; its key is published', async () => {
  const company = await Company.create(it);
  const [head, body, signature] = company.owner.token.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  assert.deepEqual([header.typ, header.alg], ['at+jwt', 'EdDSA']);
  assert.equal(claims.exp - claims.iat, 300);
  assert.deepEqual([claims.tid, claims.aud], [company.id, 'api']);
  assert.doesNotMatch(JSON.stringify(claims), /example\.test|owner|Owner/);
  const jwks = (await request(it.base, 'GET', '/.well-known/jwks.json')).json;
  const key = jwks.keys.find((k) => k.kid === header.kid);
  assert.deepEqual([key.kty, key.crv], ['OKP', 'Ed25519']);
  assert.equal(key.d, undefined, 'only the public half');
  const good = verify(null, Buffer.from(`${head}.${body}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
  assert.ok(good, 'an independent verifier takes it');
});

test('forged tokens are refused', async () => {
  const company = await Company.create(it);
  const { token } = company.owner;
  const [head, body, signature] = token.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  const other = await Company.create(it);
  const jwk = (await request(it.base, 'GET', '/.well-known/jwks.json')).json.keys[0];
  const secret = Buffer.from(jwk.x, 'base64url');
  const hs = (h, c) => `${b64(h)}.${b64(c)}.${createHmac('sha256', secret).update(`${b64(h)}.${b64(c)}`).digest('base64url')}`;
  const bad = {
    'alg none': `${b64({ ...header, alg: 'none' })}.${body}.`,
    'alg None': `${b64({ ...header, alg: 'None' })}.${body}.${signature}`,
    'HS256 with the public key': hs({ ...header, alg: 'HS256' }, claims),
    'a key id that is a path': `${b64({ ...header, kid: '../../root.key' })}.${body}.${signature}`,
    'a key id that is SQL': `${b64({ ...header, kid: "' OR 1=1 --" })}.${body}.${signature}`,
    'its own key brought along': `${b64({ ...header, jwk })}.${body}.${signature}`,
    'another company': `${head}.${b64({ ...claims, tid: other.id })}.${signature}`,
    'another audience': `${head}.${b64({ ...claims, aud: 'files' })}.${signature}`,
    'no signature': `${head}.${body}.`,
    'four parts': `${token}.${signature}`,
    padded: `${token}=`,
    'an id token': `${b64({ ...header, typ: 'JWT' })}.${body}.${signature}`,
    'another signature': `${head}.${body}.${other.owner.token.split('.')[2]}`,
    'the refresh token': company.owner.refresh,
  };
  for (const [what, forged] of Object.entries(bad)) assert.equal((await me(forged)).status, 401, what);
  assert.equal((await request(it.base, 'GET', `/v1/me?access_token=${token}`)).status, 401, 'not in the address');
  assert.equal((await me(token)).status, 200, 'the control');
});

test('after five minutes the token is over, and the refresh token brings the next pair', async () => {
  const company = await Company.create(it);
  const { token } = company.owner;
  clock(shift + 301_000);
  assert.equal((await me(token)).status, 401);
  const answer = await refresh(company.owner.refresh);
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await me(answer.json.access_token)).status, 200);
  assert.notEqual(answer.json.refresh_token, company.owner.refresh);
});

test('an answer that got lost is given again for thirty seconds; any other old token ends every session (S-101)', async () => {
  const company = await Company.create(it);
  const first = company.owner.refresh;
  const one = await refresh(first);
  const two = await refresh(first);
  assert.equal(two.json.refresh_token, one.json.refresh_token, 'the same successor');
  const three = await refresh(one.json.refresh_token);
  assert.equal(three.status, 200);
  assert.equal((await me(three.json.access_token)).status, 200);
  const stolen = await refresh(first);
  assert.equal(stolen.status, 401, 'its successor was used');
  assert.equal((await me(three.json.access_token)).status, 401, 'the family is over with the next request');
  assert.equal((await refresh(three.json.refresh_token)).status, 401);
  const owner = await signIn(it.base, company.email, company.password);
  const alerts = (await owner.read('/v1/security_alerts')).items.map((a) => a.kind);
  assert.ok(alerts.includes('token_reuse'), alerts.join());
  const late = owner.refresh;
  assert.equal((await refresh(late)).status, 200);
  clock(shift + 31_000);
  assert.equal((await refresh(late)).status, 401, 'after thirty seconds it is a theft');
});

test('two that refresh at once get the same successor', async () => {
  const company = await Company.create(it);
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(company.owner.refresh)));
  assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]));
  assert.equal(new Set(answers.map((a) => a.json.refresh_token)).size, 1);
});

test('a session of tokens ends after fourteen idle days', async () => {
  const company = await Company.create(it);
  clock(shift + 14 * 86400_000 + 1000);
  assert.equal((await refresh(company.owner.refresh)).status, 401);
});

test('one sees his sessions with device and network, ends one, ends the others', async () => {
  const company = await Company.create(it);
  const cookie = await signInWithCookie(it.base, company.email, company.password);
  const third = await signIn(it.base, company.email, company.password);
  const owner = await signIn(it.base, company.email, company.password);
  const { items } = await owner.read('/v1/me/sessions');
  assert.equal(items.length, 4);
  assert.equal(items.filter((s) => s.current).length, 1);
  assert.ok(items.every((s) => s.network === '127.0.0.0/24' && s.created_at && s.last_used_at && s.expires_at));
  const { session_id: gone } = await third.read('/v1/me');
  assert.equal((await owner.delete(`/v1/me/sessions/${gone}`)).status, 204);
  assert.equal((await third.once('GET', '/v1/me')).status, 401, 'with the next request');
  assert.equal((await owner.delete(`/v1/me/sessions/${gone}`)).status, 404);
  const stranger = await Company.create(it);
  assert.equal((await stranger.owner.delete(`/v1/me/sessions/${items[0].id}`)).status, 404, 'of nobody else');
  await owner.act('/v1/me/sessions/end_others');
  assert.equal((await cookie.once('GET', '/v1/me')).status, 401);
  assert.equal((await owner.once('GET', '/v1/me')).status, 200);
});

test('an administrator sees and ends the sessions of his people, for his company alone', async () => {
  const company = await Company.create(it);
  const other = await Company.create(it);
  const tech = await company.person('technician', { employee: true });
  const member = (await company.owner.all('memberships')).find((m) => m.email === tech.email);
  assert.equal((await company.owner.read(`/v1/memberships/${member.id}/sessions`)).items.length, 1);
  assert.equal((await other.owner.get(`/v1/memberships/${member.id}/sessions`)).status, 404);
  assert.equal((await other.owner.post(`/v1/memberships/${member.id}/end_sessions`)).status, 404);
  assert.equal((await other.owner.post(`/v1/memberships/${member.id}/reset`)).status, 404, 'S-107');
  assert.equal((await company.owner.act(`/v1/memberships/${member.id}/end_sessions`)).ended, 1);
  assert.equal((await tech.once('GET', '/v1/me')).status, 401);
});

test('neither table nor dump holds a token', async () => {
  const company = await Company.create(it);
  const text = JSON.stringify(adminSql(it, 'SELECT * FROM session')) + JSON.stringify(adminSql(it, 'SELECT * FROM refresh'));
  for (const token of [company.owner.refresh, company.owner.token]) {
    assert.ok(!text.includes(token));
    assert.ok(!text.includes(Buffer.from(token).toString('hex')));
  }
  assert.ok(text.length > 500, 'the control');
  assert.ok(new Client(it.base));
});
