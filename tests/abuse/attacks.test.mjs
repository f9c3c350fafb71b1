// What an attacker tries, as a script: guessing, spraying, replay, forged requests, other people's rows, fields that are not his. At the end it says
// what held. (S-100, S-101, S-108, S-109, S-110)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { request, signInWithCookie } from '../harness/http.mjs';
import { direct } from '../harness/scgi.mjs';
import { Company, Installation, signIn, unique, until } from '../harness/server.mjs';

let it;
let company;
let neighbour;

before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  neighbour = await Company.create(it);
  await neighbour.customerAndSite();
});
after(() => it?.end());

const login = (body, from, headers = {}) => direct(it, 'POST', '/v1/login', { body, from, headers });
const address = (n) => `${20 + (n >> 16 & 63)}.${n >> 8 & 255}.${n & 255}.${1 + n % 200}`;
const share = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))];
/** Work in `width` hands at once. */
async function many(count, width, one) {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < count) await one(next++);
  }));
}

test('ten thousand guesses over accounts and addresses: the right password among them is never reached, the owner gets in, a neighbour notices nothing', async (t) => {
  const people = [company.email];
  for (let i = 0; i < 4; i++) people.push((await company.person('technician')).email);
  const mine = await signInWithCookie(it.base, company.email, company.password);
  const device = mine.cookie.split('; ').find((c) => c.startsWith('__Host-dev'));
  const reading = async (n) => {
    const times = [];
    for (let i = 0; i < n; i++) {
      const began = performance.now();
      assert.equal((await neighbour.owner.once('GET', '/v1/customers')).status, 200);
      times.push(performance.now() - began);
    }
    return share(times, 0.9);
  };
  const quiet = await reading(60);
  const seen = new Map();
  let running = true;
  const attack = many(10_000, 8, async (n) => {
    const email = n % 3 === 0 ? `guess-${n % 240}@example.test` : people[n % people.length];
    // The real password comes late in his list, as it does in lists.
    const password = n > 200 && n % 50 === 7 ? company.password : `guess ${n} of a long list`;
    const answer = await login({ email, password }, address(n % 700));
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    if (answer.status === 429) assert.ok(Number(answer.headers['retry-after']) >= 1);
  }).finally(() => { running = false; });
  const busy = [];
  let owner;
  while (running) {
    busy.push(await reading(20));
    owner ??= await request(it.base, 'POST', '/v1/login', { body: { email: company.email, password: company.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', cookie: device } });
  }
  await attack;
  assert.equal(seen.get(200) ?? 0, 0, `he got in: ${JSON.stringify([...seen])}`);
  assert.equal(owner.status, 200, 'the owner, with a device that is known, during the attack');
  assert.ok((seen.get(429) ?? 0) > 5000, JSON.stringify([...seen]));
  const [was, is] = [quiet, share(busy, 0.5)];
  assert.ok(is < was * 12 + 60, `a neighbour's reading took ${was.toFixed(1)} ms and now ${is.toFixed(1)} ms`);
  t.diagnostic(`held: 10,000 guesses: ${[...seen].map(([status, n]) => `${n} × ${status}`).join(', ')}; nobody got in, the owner did; a neighbour's reading ${was.toFixed(1)} → ${is.toFixed(1)} ms (p90)`);
});

test('a stranger is kept out for longer and longer; from another address too; the right password does not help him', async (t) => {
  const person = await company.person('dispatcher');
  const waits = [];
  for (let i = 0; i < 8; i++) {
    const answer = await login({ email: person.email, password: 'wrong' }, address(50_000 + i));
    waits.push(answer.status === 429 ? Number(answer.headers['retry-after']) : 0);
  }
  assert.equal((await login({ email: person.email, password: person.password }, address(60_000))).status, 429);
  assert.deepEqual(waits.slice(0, 4), [0, 0, 0, 0]);
  assert.ok(waits.slice(4).every((w) => w >= 1));
  t.diagnostic(`held: an account: free tries 4, then waits of ${waits.slice(4).join(', ')} s from whatever address`);
});

test('spraying one password over many accounts is noticed and told', async (t) => {
  const victims = [];
  for (let i = 0; i < 3; i++) victims.push((await company.person('technician')).email);
  let refused = 0;
  for (let i = 0; i < 60; i++) {
    const email = i % 20 === 19 ? victims[Math.floor(i / 20)] : `spray-${i}@example.test`;
    if ((await login({ email, password: 'Summer2026 is hot' }, `198.51.100.${1 + (i % 100)}`)).status === 429) refused++;
  }
  const alert = await until(async () => (await company.owner.read('/v1/security_alerts')).items.find((a) => a.kind === 'spraying'), 'an alert', 10_000);
  assert.match(alert.words, /Many different accounts/);
  assert.ok(!JSON.stringify(alert).includes('198.51.100'));
  for (let i = 0; i < 200; i++) await login({ email: `spray2-${i}@example.test`, password: 'Summer2026 is hot' }, `198.51.100.${1 + (i % 100)}`);
  assert.equal((await login({ email: `spray3-${unique()}@example.test`, password: 'x' }, '198.51.100.250')).status, 429, 'the neighbourhood is held back');
  assert.equal((await login({ email: `spray3-${unique()}@example.test`, password: 'x' }, '198.51.101.250')).status, 401, 'another one is not');
  t.diagnostic(`held: spraying: told to the company after 21 accounts, the /24 held back after 200 tries (${refused} of the first 60)`);
});

test('whether an account exists shows neither in words nor in time', async (t) => {
  const known = (await company.person('technician')).email;
  const times = { known: [], unknown: [] };
  const clean = (text) => text.replace(/"request_id":"[^"]+"/, '');
  const words = new Set();
  for (let i = 0; i < 100; i++) {
    if (i % 3 === 0) it.setClock(i * 20 * 60_000); // what was tried is forgiven by then
    for (const which of i % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
      const answer = await login({ email: which === 'known' ? known : `nobody-${i % 7}@example.test`, password: 'not the password' }, address(90_000 + i));
      assert.equal(answer.status, 401, answer.text);
      times[which].push(answer.ms);
      words.add(clean(answer.text));
    }
  }
  assert.equal(words.size, 1);
  let wins = 0;
  for (const a of times.known) for (const b of times.unknown) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const auc = wins / (times.known.length * times.unknown.length);
  assert.ok(auc > 0.3 && auc < 0.7, `AUC ${auc.toFixed(3)}`);
  t.diagnostic(`held: known and unknown accounts: the same bytes; AUC of the times ${auc.toFixed(3)} (0.5 is none)`);
});

test('a session that was ended stays ended; one that a stranger chose is never taken', async (t) => {
  const mine = await signInWithCookie(it.base, neighbour.email, neighbour.password);
  const { token, refresh } = await signIn(it.base, neighbour.email, neighbour.password);
  assert.equal((await request(it.base, 'POST', '/v1/logout', { headers: { authorization: `Bearer ${token}` } })).status, 204);
  assert.equal((await request(it.base, 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } })).status, 401);
  assert.equal((await request(it.base, 'POST', '/v1/refresh', { body: { refresh_token: refresh } })).status, 401);
  const name = mine.cookie.split('=')[0];
  const chosen = `${name}=${'A'.repeat(43)}`;
  const answer = await request(it.base, 'POST', '/v1/login', { body: { email: neighbour.email, password: neighbour.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', cookie: chosen } });
  assert.equal(answer.status, 200);
  assert.ok(!answer.headers['set-cookie'][0].includes('A'.repeat(43)));
  assert.equal((await request(it.base, 'GET', '/v1/me', { headers: { cookie: chosen } })).status, 401);
  await mine.post('/v1/logout');
  assert.equal((await mine.once('GET', '/v1/me')).status, 401);
  t.diagnostic(`held: replay of ended sessions and tokens; session fixation`);
});

test('requests that another site makes a browser send are refused, whatever their form', async (t) => {
  const mine = await signInWithCookie(it.base, neighbour.email, neighbour.password);
  let tried = 0;
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/json'])
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }, { 'x-app': '1', 'sec-fetch-site': 'cross-site' }, { 'x-app': '1', origin: 'https://evil.example' }])
      for (const [method, path] of [['POST', '/v1/customers'], ['POST', '/v1/me/password'], ['POST', '/v1/api_keys'], ['POST', '/v1/memberships/invite'], ['DELETE', '/v1/me/totp'], ['POST', '/v1/logout']]) {
        const answer = await request(it.base, method, path, { body: '{"name":"X"}', headers: { cookie: mine.cookie, 'content-type': type, ...headers } });
        assert.ok([403, 415].includes(answer.status), `${method} ${path} ${type} ${JSON.stringify(headers)}: ${answer.status}`);
        tried++;
      }
  assert.equal((await mine.once('GET', '/v1/me')).status, 200, 'and nothing was done');
  t.diagnostic(`held: ${tried} forged requests across sites`);
});

test('no page can be framed, no answer is taken for another type', async (t) => {
  for (const path of ['/', '/sign-in', '/v1/me', '/v1/login', '/assets/none.js', '/z/', '/f/none', '/v/none']) {
    const { headers } = await request(it.base, 'GET', path);
    assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
  }
  t.diagnostic(`held: clickjacking and sniffing on every kind of answer`);
});

test('fields that are not his are refused in every noun, on making and on changing', async (t) => {
  const { paths } = await company.owner.read('/v1/openapi.json');
  const server = { version: 1, seq: 1, fv: {}, created_by: company.id, updated_by: company.id, deleted_at: null, subject_id: company.id, tenant_id: 1, tenant: 1 };
  let tried = 0;
  for (const [path, methods] of Object.entries(paths)) {
    if (!/^\/v1\/[a-z_]+$/.test(path) || !methods.post?.requestBody || /\/(login|refresh|forgot|reset|invitation|logout|imports)$/.test(path)) continue;
    for (const [field, value] of Object.entries(server)) {
      const answer = await company.owner.post(path, { [field]: value });
      assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${field}: ${answer.status}`);
      if (answer.status === 422) assert.ok(answer.json.errors.some((e) => e.pointer === `/${field}`), `${path} ${field}: ${answer.text.slice(0, 300)}`);
      tried++;
    }
  }
  const member = (await company.owner.all('memberships'))[0];
  for (const body of [{ user_id: member.id }, { email: 'x@y.example' }, { invited_at: '2026-01-01T00:00:00Z' }, { left_at: null }])
    assert.equal((await company.owner.patch(`/v1/memberships/${member.id}`, body, member.version)).status, 422);
  assert.ok(tried > 200, `${tried} tries`);
  t.diagnostic(`held: mass assignment: ${tried} fields that the server owns`);
});

test('who was seen here a moment ago and now comes from another continent is told of', async (t) => {
  const person = await company.person('dispatcher');
  assert.equal((await login({ email: person.email, password: person.password }, '196.25.1.1')).status, 200, 'South Africa');
  assert.equal((await login({ email: person.email, password: person.password }, '8.8.8.8')).status, 200, 'the United States, in the same second');
  const alerts = (await company.owner.read('/v1/security_alerts')).items.filter((a) => a.kind === 'impossible_travel');
  assert.equal(alerts.length, 1);
  const history = (await (await signIn(it.base, person.email, person.password)).read('/v1/me/sign_ins')).items;
  assert.deepEqual(history.slice(1, 3).map((h) => h.network), ['8.8.8.0/24', '196.25.1.0/24']);
  t.diagnostic(`held: impossible travel: told to the company`);
});
