// Sessions by cookie, several companies, people who leave.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { request, signInWithCookie } from '../../harness/http.mjs';
import { Client, Company, doneWithShared, Installation, newPassword, shared, signIn, unique } from '../../harness/server.mjs';

let company;
before(async () => { company = await Company.create(await shared()); });
after(doneWithShared);

test('the cookie is bound to this installation and to HTTPS, and is all that a browser gets', async () => {
  const answer = await request(company.base, 'POST', '/v1/login', { body: { email: company.email, password: company.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin' } });
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.json).sort(), ['expires_in', 'must_enrol', 'tenant_id']);
  const [cookie, device] = answer.headers['set-cookie'];
  assert.match(device, /^__Host-dev-[0-9a-f]{8}=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000$/, 'the mark of a known device');
  assert.match(cookie, /^__Host-sid-[0-9a-f]{8}=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
});

test('an unsafe request that rests on the cookie must come from our own page', async () => {
  const own = await signInWithCookie(company.base, company.email, company.password);
  const post = (headers) => request(company.base, 'POST', '/v1/customers', { headers: { cookie: own.cookie, ...headers }, body: { name: 'X' } });
  const origin = company.base;
  assert.equal((await post({})).status, 403, 'no mark at all');
  assert.equal((await post({ 'x-app': '1' })).status, 403, 'no origin');
  assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).status, 403, 'no X-App');
  assert.equal((await post({ 'x-app': '1', 'sec-fetch-site': 'cross-site' })).status, 403, 'another site');
  assert.equal((await post({ 'x-app': '1', 'sec-fetch-site': 'same-site', origin })).status, 403, 'Sec-Fetch-Site outweighs Origin');
  assert.equal((await post({ 'x-app': '1', origin: 'https://evil.example' })).status, 403, 'another origin');
  assert.equal((await post({ 'x-app': '1', origin: 'null' })).status, 403, 'no origin to speak of');
  assert.equal((await post({ 'x-app': '1', 'sec-fetch-site': 'same-origin' })).status, 201);
  assert.equal((await post({ 'x-app': '1', origin })).status, 201);
  assert.equal((await request(company.base, 'GET', '/v1/me', { headers: { cookie: own.cookie } })).status, 200, 'reading needs no mark');
  const both = await request(company.base, 'GET', '/v1/me', { headers: { cookie: own.cookie, authorization: 'Bearer nonsense' } });
  assert.equal(both.status, 401, 'a request with Authorization ignores the cookie');
});

test('a cookie is no bearer token, and a bearer token no cookie', async () => {
  const own = await signInWithCookie(company.base, company.email, company.password);
  const [name, value] = own.cookie.split('; ')[0].split('=');
  assert.equal((await request(company.base, 'GET', '/v1/me', { headers: { authorization: `Bearer ${value}` } })).status, 401);
  assert.equal((await request(company.base, 'GET', '/v1/me', { headers: { cookie: `${name}=${company.owner.token}` } })).status, 401);
});

test('signing out ends the cookie at once', async () => {
  const own = await signInWithCookie(company.base, company.email, company.password);
  const answer = await own.post('/v1/logout');
  assert.equal(answer.status, 204);
  assert.match(answer.headers['set-cookie'][0], /Max-Age=0/);
  assert.match(answer.headers['clear-site-data'], /storage/);
  assert.equal((await own.get('/v1/me')).status, 401);
});

test('whoever leaves the company is out at once, with every session', async () => {
  const { owner } = company;
  const tech = await company.person('technician', { employee: true });
  const member = (await company.owner.all('memberships')).find((m) => m.email === tech.email);
  assert.equal((await tech.get('/v1/me')).status, 200);
  await owner.change('memberships', member.id, { active: false });
  assert.equal((await tech.get('/v1/me')).status, 401);
  const again = await request(company.base, 'POST', '/v1/login', { body: { email: tech.email, password: tech.password } });
  assert.equal(again.status, 401);
  assert.equal(again.json.type, '/problems/login-refused');
  await owner.change('memberships', member.id, { active: true });
  assert.equal((await signIn(company.base, tech.email, tech.password)).tenantId, company.id);
});

test('a changed role counts from the next request on', async () => {
  const someone = await company.person('accountant');
  const member = (await company.owner.all('memberships')).find((m) => m.email === someone.email);
  assert.equal((await someone.post('/v1/customers', { name: 'X' })).status, 403);
  await company.owner.change('memberships', member.id, { role: 'dispatcher' });
  assert.equal((await someone.post('/v1/customers', { name: 'X' })).status, 201);
});

test('somebody who belongs to two companies says which one, and each session knows only its own', async () => {
  const other = await Company.create(await shared());
  const email = `both-${unique()}@example.test`;
  const first = await company.person('dispatcher', { email });
  const password = first.password;
  const it = await shared();
  it.writePassword(newPassword());
  await it.tool(['user', 'add', '--data', it.data, '--tenant', String(other.number), '--email', email, '--name', 'Both', '--role', 'accountant', '--owner-password-file', it.passwordPath]);
  const asked = await request(company.base, 'POST', '/v1/login', { body: { email, password } });
  if (asked.status === 401) {
    assert.equal(asked.json.type, '/problems/tenant-required');
    assert.deepEqual(asked.json.tenants.map((t) => t.id).sort(), [company.id, other.id].sort());
  } else assert.equal(asked.json.tenant_id, company.id, 'the one that was used last');
  const here = await signIn(company.base, email, password, { tenant_id: company.id });
  const there = await signIn(company.base, email, password, { tenant_id: other.id });
  assert.equal((await here.read('/v1/me')).role, 'dispatcher');
  assert.equal((await there.read('/v1/me')).role, 'accountant');
  const made = await here.make('customers', { name: 'Only here' });
  assert.equal((await there.get(`/v1/customers/${made.id}`)).status, 404);
});

test('a session ends when it was idle for as long as the company says, and in any case after twelve hours (S-161, S-195)', async () => {
  const it = await (await Installation.create()).start();
  try {
    const minutes = 60_000;
    const idle = await signInWithCookie(it.base, it.owner.email, it.owner.password);
    const busy = await signInWithCookie(it.base, it.owner.email, it.owner.password);
    for (let at = 29; at < 12 * 60; at += 29) {
      it.setClock(at * minutes);
      assert.equal((await busy.get('/v1/me')).status, 200, `${at} minutes`);
      if (at === 29) assert.equal((await idle.get('/v1/me')).status, 200);
    }
    assert.equal((await idle.get('/v1/me')).status, 401, 'thirty minutes without a request');
    it.setClock(12 * 60 * minutes + 1000);
    assert.equal((await busy.get('/v1/me')).status, 401, 'twelve hours are the end');
    await it.signIn();
  } finally {
    await it.end();
  }
});

test('init refuses a weak password and says why, and leaves nothing behind', async () => {
  for (const password of ['short', 'password1234', '             ']) {
    await assert.rejects(async () => {
      const it = new Installation();
      Object.assign(it, { engine: 'sqlite' });
      const { mkdtempSync, writeFileSync, existsSync } = await import('node:fs');
      const folder = mkdtempSync('/tmp/fwt-');
      it.clockPath = `${folder}/clock`;
      writeFileSync(`${folder}/p`, password);
      const answer = await it.tryTool(['init', '--data', `${folder}/data`, '--company', 'X', '--owner-email', 'o@example.test', '--owner-password-file', `${folder}/p`]);
      assert.notEqual(answer.code, 0);
      assert.match(answer.stderr, /password is refused/);
      assert.equal(existsSync(`${folder}/data/keys`), false);
      throw new Error('refused');
    }, /refused/);
  }
});

test('the password is taken as it was typed', async () => {
  const answer = await request(company.base, 'POST', '/v1/login', { body: { email: company.email, password: ` ${company.password}` } });
  assert.equal(answer.status, 401);
  assert.ok(new Client(company.base));
});
