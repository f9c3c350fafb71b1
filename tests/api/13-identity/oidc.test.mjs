// People sign in with their company's own identity provider. (S-099; security.md 2.8)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '../../harness/http.mjs';
import { adminSql, Client, Company, Installation, unique, until } from '../../harness/server.mjs';
import { IdentityProvider } from '../../harness/provider.mjs';
import { totp } from '../../harness/totp.mjs';

let it;
let company;
let owner;
let provider;
let row;
const page = { 'x-app': '1', 'sec-fetch-site': 'same-origin' };
const post = (path, body, headers = {}) => request(it.base, 'POST', path, { body, headers, fresh: true });
const cookies = (answer) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');

before(async () => {
  it = await Installation.create();
  appendFileSync(join(it.data, 'fieldward.toml'), `\nproviders = "localhost"\nprovider-ca = "${join(it.data, 'tls/authority.pem')}"\n`);
  await it.start();
  provider = await IdentityProvider.create(it, `https://localhost:${it.port}/signin/oidc`);
  company = await named(await Company.create(it));
  ({ owner } = company);
  row = await enter(company);
});
after(async () => {
  await provider?.close();
  await it?.end();
});

async function named(one) {
  one.slug = `c-${unique()}`;
  await one.owner.change('tenants', one.id, { slug: one.slug });
  return one;
}

const settled = (by, id) => until(async () => {
  const is = await by.read(`/v1/identity_providers/${id}`);
  return is.state !== 'waiting' && is;
}, 'the provider was asked', 40_000);

async function enter(one, fields = {}) {
  const made = await one.owner.make('identity_providers', { name: 'Our accounts', issuer: provider.issuer, client_id: provider.client.id, client_secret: provider.client.secret, ...fields });
  assert.equal(made.state, 'waiting');
  return settled(one.owner, made.id);
}

async function begin(one = company, change = (url) => url) {
  const answer = await post('/v1/login/oidc', { company: one.slug }, page);
  assert.equal(answer.status, 200, answer.text);
  return { url: change(answer.json.url), cookie: cookies(answer), line: answer.headers['set-cookie'][0] };
}

async function signIn(name, { one = company, change, ...headers } = {}) {
  const { url, cookie } = await begin(one, change);
  const back = await provider.visit(url, name);
  assert.ok(back.code, JSON.stringify(back));
  return post('/v1/login/oidc/finish', back, { cookie, ...headers });
}

/** A member of the company with an account at the provider. */
async function member(one, role = 'dispatcher', claims = {}) {
  const person = await one.person(role);
  provider.people[person.email] = { email: person.email.toUpperCase(), email_verified: true, name: person.name, ...claims };
  return person;
}

const as = (answer) => new Client(it.base, { cookie: cookies(answer) });
const refused = (answer, status, words) => {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.detail ?? answer.json.errors[0].pointer, words);
  assert.equal(cookies(answer), '', 'nobody is signed in');
};

test('a provider is asked what it says of itself; its secret is never shown', async () => {
  assert.deepEqual([row.state, row.error, row.client_secret_set, row.active], ['ready', null, true, true]);
  assert.equal(row.authorization_endpoint, `${provider.issuer}/auth`);
  assert.ok(row.discovered_at);
  const texts = [await owner.get(`/v1/identity_providers/${row.id}`), await owner.get('/v1/identity_providers'), await owner.get(`/v1/identity_providers/${row.id}/history`), await owner.get('/v1/audit_events')].map((a) => a.text);
  texts.push(JSON.stringify(adminSql(it, 'SELECT * FROM identity_provider')), it.log());
  for (const text of texts) assert.ok(!text.includes(provider.client.secret) && !text.includes(Buffer.from(provider.client.secret).toString('hex')));
  const office = await company.person('dispatcher');
  assert.equal((await office.get('/v1/identity_providers')).status, 403);
});

test('what cannot be entered is refused with its field', async () => {
  const good = { name: 'X', issuer: 'https://id.example.org', client_id: 'x', client_secret: 'y', active: false };
  for (const [fields, pointer] of [[{ issuer: 'http://id.example.org' }, '/issuer'], [{ issuer: 'https://id.example.org/?a' }, '/issuer'], [{ issuer: 'https://me@id.example.org' }, '/issuer'], [{ client_secret: null }, '/client_secret'], [{ client_secret: undefined }, '/client_secret'], [{ active: true }, '/active'], [{ state: 'ready' }, '/state'], [{ token_endpoint: 'https://id.example.org' }, '/token_endpoint']]) {
    const answer = await owner.post('/v1/identity_providers', { ...good, ...fields });
    assert.deepEqual([answer.status, answer.json.errors?.[0].pointer], [422, pointer], answer.text);
  }
  const other = await Company.create(it);
  const own = await enter(other);
  const moved = await other.owner.change('identity_providers', own.id, { issuer: `${provider.issuer}/elsewhere` });
  assert.deepEqual([moved.client_secret_set, moved.state, /enter the secret/.test(moved.error)], [false, 'failed', true], 'a secret does not go along to somebody else');
  const back = await other.owner.change('identity_providers', own.id, { issuer: provider.issuer, client_secret: provider.client.secret });
  assert.deepEqual([back.client_secret_set, back.state, back.error], [true, 'waiting', null]);
  assert.equal((await settled(other.owner, own.id)).state, 'ready');
});

test('a member signs in; the link that the address made holds when the address changes', async () => {
  const person = await member(company);
  const first = await begin();
  assert.match(first.line, /^__Host-oidc-[0-9a-f]{8}=.*; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=300$/);
  const asked = new URL(first.url).searchParams;
  assert.deepEqual([asked.get('response_type'), asked.get('scope'), asked.get('code_challenge_method'), asked.get('client_id')], ['code', 'openid email profile', 'S256', provider.client.id]);
  const back = await provider.visit(first.url, person.email);
  const answer = await post('/v1/login/oidc/finish', back, { ...page, cookie: first.cookie });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.tenant_id, company.id);
  assert.equal(answer.json.access_token, undefined, 'a page has a cookie alone');
  assert.ok(answer.headers['set-cookie'].some((line) => /^__Host-oidc-\w+=;.*Max-Age=0/.test(line)));
  const me = await as(answer).read('/v1/me');
  assert.equal(me.user.email, person.email);
  const [link] = (await owner.all('identity_links')).filter((one) => one.provider_id === row.id);
  assert.equal(link.account, undefined);
  const events = (await owner.read('/v1/audit_events?limit=50')).items;
  assert.ok(events.some((e) => e.action === 'sign_in' && e.object_id === link.membership_id && e.actor.name === person.name));
  const own = (await as(answer).read('/v1/me/sign_ins')).items.find((one) => /sso/.test(one.detail));
  assert.ok(own, 'it is told how he came');
  provider.people[person.email].email = `new-${person.email}`;
  const again = await signIn(person.email);
  assert.equal(again.status, 200, again.text);
  assert.ok(again.json.access_token && again.json.refresh_token, 'who is no page has tokens');
  const client = new Client(it.base, { token: again.json.access_token });
  assert.equal((await client.read('/v1/me')).user.email, person.email);
  assert.equal(adminSql(it, 'SELECT * FROM identity_link').length > 0, true);
  assert.ok(!JSON.stringify(adminSql(it, 'SELECT * FROM identity_link')).includes(person.email));
});

test('the company trusts its provider, the account does not: it is changed after a proof of one\'s own', async () => {
  const person = await member(company, 'admin');
  const client = as(await signIn(person.email, page));
  assert.equal((await client.once('PATCH', `/v1/identity_providers/${row.id}`, { name: 'Our own accounts' }, { 'if-match': `"${(await owner.read(`/v1/identity_providers/${row.id}`)).version}"` })).status, 200, 'an act of weight in this company');
  for (const [path, body] of [['/v1/me/totp', {}], ['/v1/me/passkeys/options', {}], ['/v1/me/email', { email: `x-${person.email}` }], ['/v1/me/recovery_codes', {}]]) {
    const answer = await client.once('POST', path, body);
    assert.deepEqual([path, answer.status, answer.json.type], [path, 403, '/problems/step-up-required'], answer.text);
  }
  await client.act('/v1/me/step_up', { password: person.password });
  assert.equal((await client.once('POST', '/v1/me/totp', {})).status, 200);
});

test('a sign-in belongs to the browser that began it, and is finished once', async () => {
  const person = await member(company);
  const { url, cookie } = await begin();
  const back = await provider.visit(url, person.email);
  refused(await post('/v1/login/oidc/finish', back), 403, /another browser/);
  const other = await begin();
  refused(await post('/v1/login/oidc/finish', back, { cookie: other.cookie }), 403, /another browser/);
  const tampered = `${back.state.slice(0, 20)}${back.state[20] === 'A' ? 'B' : 'A'}${back.state.slice(21)}`;
  refused(await post('/v1/login/oidc/finish', { ...back, state: tampered }, { cookie }), 422, /\/state/);
  refused(await post('/v1/login/oidc/finish', { ...back, iss: 'https://evil.example.org' }, { cookie }), 422, /\/iss/);
  const { iss, ...unnamed } = back;
  assert.equal(iss, provider.issuer);
  refused(await post('/v1/login/oidc/finish', unnamed, { cookie }), 422, /\/iss/);
  assert.equal((await post('/v1/login/oidc/finish', back, { cookie })).status, 200);
  refused(await post('/v1/login/oidc/finish', back, { cookie }), 422, /\/state/);
});

test('a code is good for the sign-in that it was made for, once', async () => {
  const person = await member(company);
  const one = await begin();
  const stolen = await provider.visit(one.url, person.email);
  const own = await begin();
  const { state } = await provider.visit(own.url, person.email);
  refused(await post('/v1/login/oidc/finish', { ...stolen, state }, { cookie: own.cookie }), 403, /did not confirm/);
  const third = await begin();
  const { state: later } = await provider.visit(third.url, person.email);
  const used = await signIn(person.email);
  assert.equal(used.status, 200, used.text);
  refused(await post('/v1/login/oidc/finish', { ...stolen, state: later }, { cookie: third.cookie }), 403, /did not confirm/);
});

test('a token with another nonce is not ours', async () => {
  const person = await member(company);
  const answer = await signIn(person.email, { change: (url) => url.replace(/nonce=[^&]+/, 'nonce=somebody-elses') });
  refused(answer, 403, /could not be trusted/);
  assert.match(it.log(), /"event":"vouch\.token".*"why":"nonce"|vouch\.token.*nonce/);
});

test('an unknown address, one that is not verified, somebody who left: nobody is made or let in', async () => {
  provider.people.stranger = { email: `stranger-${unique()}@example.test`, email_verified: true };
  const before_ = (await owner.all('memberships')).length;
  refused(await signIn('stranger'), 403, /no member with this address/);
  assert.equal((await owner.all('memberships')).length, before_);
  const person = await member(company, 'dispatcher', { email_verified: false });
  refused(await signIn(person.email), 403, /verified/);
  provider.people[person.email].email_verified = 'true';
  refused(await signIn(person.email), 403, /verified/);
  provider.people[person.email].email_verified = true;
  assert.equal((await signIn(person.email)).status, 200);
  const id = (await owner.all('memberships')).find((m) => m.email === person.email).id;
  await owner.act(`/v1/memberships/${id}/leave`, {});
  refused(await signIn(person.email), 403, /no member with this address/);
  const events = (await owner.read('/v1/audit_events?limit=50')).items.filter((e) => e.action === 'sign_in_refused' && e.object_id === row.id);
  assert.ok(events.length >= 4);
});

test('an address that was given to a new account does not open the old one\'s membership', async () => {
  const person = await member(company);
  assert.equal((await signIn(person.email)).status, 200);
  const second = `second-${unique()}`;
  provider.people[second] = provider.people[person.email];
  refused(await signIn(second), 403, /another account/);
  const id = (await owner.all('memberships')).find((m) => m.email === person.email).id;
  const [link] = (await owner.all('identity_links', `&filter[membership_id]=${id}`));
  assert.equal((await owner.delete(`/v1/identity_links/${link.id}`, { 'if-match': `"${link.version}"` })).status, 204);
  assert.equal((await signIn(second)).status, 200);
  assert.equal((await owner.post('/v1/identity_links', { provider_id: row.id, membership_id: id })).status, 403, 'nobody makes one by hand');
});

// It has new keys from here on: that is followed by itself.
test('a provider that tells the address apart from the token is asked for it', async () => {
  const person = await member(company);
  provider.inToken = false;
  provider.renew();
  provider.requests.length = 0;
  const client = await signIn(person.email);
  provider.inToken = true;
  assert.equal(client.status, 200, client.text);
  assert.ok(provider.requests.includes('GET /me'), provider.requests.join(', '));
});

test('a provider that changes its keys is followed, at most once in five minutes', async () => {
  const person = await member(company);
  provider.renew();
  refused(await signIn(person.email), 403, /could not be trusted/);
  await owner.act(`/v1/identity_providers/${row.id}/check`);
  await settled(owner, row.id);
  assert.equal((await signIn(person.email)).status, 200);
  for (const algorithm of ['ES256', 'EdDSA', 'RS256']) {
    provider.algorithm = algorithm;
    provider.renew();
    await owner.act(`/v1/identity_providers/${row.id}/check`);
    await settled(owner, row.id);
    const good = await signIn(person.email);
    assert.equal(good.status, 200, `${algorithm}: ${good.text}`);
  }
});

test('with sso_only a member has no other way in, an owner has', async () => {
  const own = await named(await Company.create(it));
  await enter(own);
  const person = await member(own);
  const careful = await member(own);
  const setup = await careful.act('/v1/me/totp');
  const { recovery_codes: [spare] } = await careful.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret) });
  const halfway = await post('/v1/login', { email: careful.email, password: careful.password });
  assert.equal(halfway.json.type, '/problems/second-factor-required');
  await own.owner.change('tenants', own.id, { sso_only: true });
  refused(await post('/v1/login', { email: person.email, password: person.password }), 403, /own provider/);
  const late = await post('/v1/login', { challenge: halfway.json.challenge, code: spare });
  refused(late, 403, /own provider/);
  assert.equal((await post('/v1/login', { email: own.email, password: own.password })).status, 200);
  await own.owner.change('tenants', own.id, { second_factor: true });
  const answer = await signIn(person.email, { one: own, ...page });
  assert.deepEqual([answer.status, answer.json.must_enrol], [200, false], 'the second factor is the provider\'s matter');
  assert.equal((await signIn(careful.email, { one: own })).status, 200);
});

test('a company without a short name is named by its id', async () => {
  const answer = await post('/v1/login/oidc', { company: company.id });
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.json.url.startsWith(`${provider.issuer}/auth?`));
  assert.equal((await post('/v1/login/oidc', { company: row.id })).status, 404);
  assert.equal((await post('/v1/login/oidc', { company: '00000000-0000-0000-0000-000000000000' })).status, 404);
  assert.equal((await post('/v1/login/oidc', { company: 'x' })).status, 404);
  assert.deepEqual((await post('/v1/login/oidc', {})).json.errors.map((e) => e.pointer), ['/company']);
});

test('another company has nothing of it: neither the row, nor a sign-in, nor the people', async () => {
  const other = await named(await Company.create(it));
  assert.equal((await other.owner.get(`/v1/identity_providers/${row.id}`)).status, 404);
  const nothing = await post('/v1/login/oidc', { company: other.slug });
  const nobody = await post('/v1/login/oidc', { company: `no-${unique()}` });
  const same = (text) => text.replace(/"request_id":"[^"]+"/, '');
  assert.deepEqual([nothing.status, same(nothing.text)], [404, same(nobody.text)], 'who asks does not learn whether there is such a company');
  await enter(other);
  const person = await member(company);
  refused(await signIn(person.email, { one: other }), 403, /no member with this address/);
  assert.equal((await signIn(person.email)).status, 200);
});

test('what is wrong with a provider is said in words, and nobody waits for long', async () => {
  const other = await named(await Company.create(it));
  const wrong = await enter(other, { issuer: `${provider.issuer}/` });
  assert.deepEqual([wrong.state, /calls itself something else/.test(wrong.error)], ['failed', true], wrong.error);
  assert.equal((await post('/v1/login/oidc', { company: other.slug })).status, 404);
  const tries = [
    [{ issuer: `https://127.0.0.1:${provider.port}` }, /private network/],
    [{ issuer: `https://localhost:${it.port}` }, /the answer was 404|no JSON object/],
    [{ issuer: 'https://localhost:9' }, /nobody answers/],
    [{ issuer: 'http://127.0.0.1:9' }, /not one of https/],
  ];
  for (const [fields, words] of tries) {
    const is = await other.owner.change('identity_providers', wrong.id, { ...fields, client_secret: unique() });
    assert.equal(is.state, 'waiting');
    const { state, error } = await settled(other.owner, wrong.id);
    assert.deepEqual([state, words.test(error)], ['failed', true], error);
  }
  const person = await member(company);
  const { url, cookie } = await begin();
  const back = await provider.visit(url, person.email);
  const started = Date.now();
  await provider.close();
  refused(await post('/v1/login/oidc/finish', back, { cookie }), 503, /did not answer/);
  assert.ok(Date.now() - started < 5000);
  await owner.act(`/v1/identity_providers/${row.id}/check`);
  assert.match((await settled(owner, row.id)).error, /nobody answers/);
  await provider.open();
  await owner.act(`/v1/identity_providers/${row.id}/check`);
  assert.deepEqual([(await settled(owner, row.id)).state, (await signIn(person.email)).status], ['ready', 200]);
});

test('a provider that answers too much, elsewhere or late is given up', async () => {
  const person = await member(company);
  const answers = [
    [(request_, answer) => answer.writeHead(302, { location: `${provider.issuer}/token` }).end(), 403, /could not be trusted/],
    [(request_, answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end(`{"id_token":"${'A'.repeat(300_000)}"}`), 503, /did not answer/],
    [(request_, answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end('{"id_token":"e30.e30.e30"}'), 403, /could not be trusted/],
    [(request_, answer) => answer.writeHead(200).end('[]'), 403, /could not be trusted/],
    [() => {}, 503, /did not answer/],
  ];
  for (const [instead, status, words] of answers) {
    const { url, cookie } = await begin();
    const back = await provider.visit(url, person.email);
    provider.instead = (request_, answer) => {
      if (!request_.url.startsWith('/token')) return false;
      instead(request_, answer);
      return true;
    };
    const started = Date.now();
    const answer = await post('/v1/login/oidc/finish', back, { cookie });
    provider.instead = undefined;
    refused(answer, status, words);
    assert.ok(Date.now() - started < 13_000);
  }
  assert.equal((await signIn(person.email)).status, 200);
});

test('a sign-in that took longer than five minutes is begun again', async () => {
  const person = await member(company);
  const { url, cookie } = await begin();
  const back = await provider.visit(url, person.email);
  it.setClock(301_000);
  await until(async () => (await post('/v1/login/oidc/finish', { ...back, iss: 'https://evil.example.org' }, { cookie })).json.errors[0].pointer === '/state', 'the time has come');
  refused(await post('/v1/login/oidc/finish', back, { cookie }), 422, /\/state/);
  assert.equal((await post('/v1/login/oidc', { company: company.slug })).status, 200);
});
