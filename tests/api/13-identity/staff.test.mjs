// Staff of whoever runs the platform: nothing without the company's leave, and everything in the company's own log.
// (S-133, S-134, S-137, S-138: T_staff_denied_default, T_grant_expiry, T_four_eyes_self, T_staff_field_mask, T_staff_log_visible_to_tenant, T_console_ip)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Client, request } from '../../harness/http.mjs';
import { adminSql, Company, newPassword, ON_PG, unique, until } from '../../harness/server.mjs';
import { totp } from '../../harness/totp.mjs';
import { installation, office } from '../10-messages/office.mjs';

const HERE = '127.0.0.20';
const HOUR = 3600_000;
const SECRET = 'Gate code 4711, key under the pot';
let it;
let shift = 0;
const clock = (ms) => { shift = ms; it.setClock(ms); };
const now = () => Date.now() + shift;
const nextStep = () => clock(shift + 30_000);
const ends = [];
let a;
let b;
let double;
let thandi; // looks after A
let piet; // looks after B
const A = {};
let expired; // a grant that the clock has ended

const tool = (...args) => it.tool(['staff', ...args, '--data', it.data]);
/** Contract signed, weight of access explained. (The paper may be any file.) */
const vet = (email) => tool('vetted', '--email', email, '--contract', it.passwordPath, '--inducted-on', '2026-01-15');

/** Somebody of the staff: made at the machine, second factor set up, not signed in. */
async function staffMember(name, tenants) {
  const who = { name, email: `${name.split(' ')[0].toLowerCase()}-${unique()}@host.example`, password: newPassword() };
  it.writePassword(who.password);
  await tool('add', '--email', who.email, '--name', name, '--owner-password-file', it.passwordPath);
  await vet(who.email);
  for (const t of tenants) await tool('assign', '--email', who.email, '--tenant', String(t.number));
  const first = await login(who);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.must_enrol, true);
  const client = from(first.json.access_token);
  const setup = await client.act('/v1/me/totp');
  await client.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret, now()) });
  who.secret = setup.secret;
  who.id = (await client.read('/v1/staff/me')).staff.id;
  return who;
}

/** A client whose requests come from an address. */
function from(token, address = HERE) {
  const client = new Client(it.base, { token });
  const { once } = Client.prototype;
  client.once = (method, path, body, headers, options = {}) => once.call(client, method, path, body, headers, { from: address, fresh: true, ...options });
  client.send = client.once;
  return client;
}
const login = ({ email, password }, more = {}, address = HERE) => request(it.base, 'POST', '/v1/staff/login', { body: { email, password, ...more }, from: address, fresh: true });
async function enter(who) {
  nextStep();
  const answer = await login(who, { code: totp(who.secret, now()) });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.must_enrol, false);
  return from(answer.json.access_token);
}
/** Let in and inside. */
async function inside(who, company, fields = {}) {
  const grant = await company.owner.act('/v1/support_grants', { staff_id: who.id, reason: 'Invoices look wrong', ...fields }, 201);
  const client = await enter(who);
  await client.act('/v1/staff/enter', { tenant_id: company.id, grant_id: grant.id });
  return { client, grant };
}
const same = (answer) => `${answer.status} ${answer.text.replace(/"request_id":"[^"]+"/, '')}`;
const noGrants = async (company) => {
  for (const g of await company.owner.all('support_grants')) if (['active', 'requested'].includes(g.state)) await company.owner.act(`/v1/support_grants/${g.id}/end`);
};

before(async () => {
  process.env.FIELDWARD_STAFF_ADDRESSES = `${HERE} 127.0.0.32/30`;
  it = await installation();
  ({ company: a, double } = await office(it, { after: (f) => ends.push(f) }));
  b = await Company.create(it, `Other ${unique()}`);
  const { customer, site } = await a.customerAndSite({ name: 'Visible Customer', reg_no: '8001015009087' }, { access_notes: SECRET });
  Object.assign(A, { customer, site, job: await a.job({ customer_id: customer.id, site_id: site.id }) });
  thandi = await staffMember('Thandi Mokoena', [a]);
  piet = await staffMember('Piet Venter', [b]);
});
after(async () => {
  delete process.env.FIELDWARD_STAFF_ADDRESSES;
  await it?.end();
  for (const f of ends) await f();
});

// ---- the door ----

test('their door opens from allowed addresses alone, in the words of a wrong password, and is written down', async () => {
  const wrong = await login({ ...thandi, password: newPassword() });
  assert.deepEqual([wrong.status, wrong.json.type], [401, '/problems/login-refused']);
  nextStep();
  const elsewhere = await login(thandi, { code: totp(thandi.secret, now()) }, '127.0.0.21');
  assert.equal(same(elsewhere), same(wrong));
  assert.equal(same(await login({ email: 'nobody@host.example', password: 'x' })), same(wrong));
  nextStep();
  assert.equal((await login(thandi, { code: totp(thandi.secret, now()) }, '127.0.0.34')).status, 200, 'an address of the range');
  const client = await enter(thandi);
  assert.equal((await client.get('/v1/staff/me')).status, 200);
  assert.equal((await from(client.token, '127.0.0.21').get('/v1/staff/me')).status, 401, 'a session moves to no other address');
  const spoofed = await from(client.token, '127.0.0.21').get('/v1/staff/me', { 'x-forwarded-for': HERE, 'x-real-ip': HERE, forwarded: `for=${HERE}` });
  assert.equal(spoofed.status, 401, 'whatever a header says');
  const actions = adminSql(it, 'SELECT action FROM audit_event WHERE tenant_id = 0 ORDER BY idx DESC LIMIT 30').map((e) => e.action);
  for (const action of ['sign_in', 'sign_in_refused', 'address_refused']) assert.ok(actions.includes(action), action);
});

test('a second factor is always asked for; one realm opens no door of the other', async () => {
  const asked = await login(thandi);
  assert.deepEqual([asked.status, asked.json.type], [401, '/problems/second-factor-required']);
  assert.ok(asked.json.methods.includes('totp'));
  nextStep();
  const code = totp(thandi.secret, now());
  const users = (body) => request(it.base, 'POST', '/v1/login', { body });
  assert.equal((await users({ challenge: asked.json.challenge, code })).status, 401, 'no session of a user by it');
  assert.equal((await users({ email: thandi.email, password: thandi.password })).json.type, '/problems/login-refused');
  assert.equal((await login({ email: a.email, password: a.password })).json.type, '/problems/login-refused');
  const client = await enter(thandi);
  assert.equal((await a.owner.once('GET', '/v1/staff/me')).status, 401, 'a user is not staff');
  assert.equal((await client.get('/v1/me')).status, 404, 'and staff no user');
  // Without one set up the session can do that and nothing else.
  const fresh = { email: `new-${unique()}@host.example`, password: newPassword() };
  it.writePassword(fresh.password);
  await tool('add', '--email', fresh.email, '--name', 'New Person', '--owner-password-file', it.passwordPath);
  const early = await it.tryTool(['staff', 'assign', '--data', it.data, '--email', fresh.email, '--tenant', String(a.number)]);
  assert.match(early.stderr, /signed contract and the induction/, 'nobody looks after a company before that (S-135, S-136)');
  assert.notEqual((await it.tryTool(['staff', 'vetted', '--data', it.data, '--email', fresh.email, '--contract', it.passwordPath, '--inducted-on', '2099-01-01'])).code, 0, 'not in the future');
  assert.notEqual((await it.tryTool(['staff', 'vetted', '--data', it.data, '--email', fresh.email, '--inducted-on', '2026-01-15'])).code, 0, 'not without the paper');
  await vet(fresh.email);
  await tool('assign', '--email', fresh.email, '--tenant', String(a.number));
  const limited = from((await login(fresh)).json.access_token);
  assert.equal((await limited.read('/v1/staff/me')).must_enrol, true);
  for (const [method, path] of [['GET', '/v1/staff/companies'], ['POST', '/v1/staff/requests'], ['POST', '/v1/staff/enter']]) assert.equal((await limited.send(method, path)).json.type, '/problems/enrol-required', path);
  await tool('disable', '--email', fresh.email);
  assert.equal((await limited.get('/v1/staff/me')).status, 401, 'disabled is over with the next request');
  assert.equal((await login(fresh)).status, 401);
});

test('who takes the last second factor away can only set one up again', async () => {
  const who = await staffMember('Sara Last', [a]);
  const client = await enter(who);
  assert.equal((await client.get('/v1/staff/companies')).status, 200);
  await client.want(204, 'DELETE', '/v1/me/totp');
  assert.equal((await client.get('/v1/staff/companies')).json.type, '/problems/enrol-required');
});

test('pages of theirs have a cookie of their own, beside the one of an office', async () => {
  nextStep();
  const answer = await request(it.base, 'POST', '/v1/staff/login', { body: { email: thandi.email, password: thandi.password, code: totp(thandi.secret, now()) }, headers: { 'x-app': 'staff', 'sec-fetch-site': 'same-origin' }, from: HERE, fresh: true });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.access_token, undefined);
  const [cookie] = answer.headers['set-cookie'];
  assert.match(cookie, /^__Host-staff-[0-9a-f]{8}=fws_[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict/);
  const own = { cookie: cookie.split(';')[0] };
  const get = (path, headers) => request(it.base, 'GET', path, { headers: { ...own, ...headers }, from: HERE, fresh: true });
  assert.equal((await get('/v1/staff/me', { 'x-app': 'staff' })).status, 200);
  assert.equal((await get('/v1/jobs', { 'x-app': '1' })).status, 401, 'an office page does not act as staff');
  const post = (headers) => request(it.base, 'POST', '/v1/staff/leave', { headers: { ...own, ...headers }, from: HERE, fresh: true });
  assert.equal((await post({})).status, 403, 'another page cannot ask in his name');
  assert.equal((await post({ 'x-app': 'staff', 'sec-fetch-site': 'same-origin' })).status, 204);
});

test('idle for ten minutes, or eight hours altogether, is over', async () => {
  const client = await enter(thandi);
  clock(shift + 9 * 60_000);
  assert.equal((await client.get('/v1/staff/me')).status, 200);
  clock(shift + 11 * 60_000);
  assert.equal((await client.get('/v1/staff/me')).status, 401);
});

// ---- nothing without leave ----

test('T_staff_denied_default: without a grant every route is refused and tells nothing of any company', async () => {
  const client = await enter(thandi);
  const { paths } = await a.owner.read('/v1/openapi.json');
  const open = /^\/v1\/(staff\/|me\/|openapi\.json|login|logout|refresh|forgot|reset|invitation|email\/confirm|portal\/|delivery_reports)|^\/(v|f)\/|well-known/;
  let tried = 0;
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods).filter((m) => /^(get|post|patch|delete)$/.test(m))) {
      if (open.test(path)) continue;
      for (const id of path.includes('{id}') ? [A.customer.id, A.job.id] : ['']) {
        const answer = await client.send(method.toUpperCase(), path.replace('{id}', id), method === 'get' || method === 'delete' ? undefined : {}, { 'if-match': '"1"' });
        assert.equal(answer.status, 404, `${method} ${path}: ${answer.status}`);
        assert.ok(!answer.text.includes('Visible Customer'), path);
        tried++;
      }
    }
  assert.ok(tried > 300, `${tried} tried`);
  const [{ n }] = adminSql(it, "SELECT count(*) AS n FROM audit_event WHERE tenant_id = 0 AND action = 'denied'");
  assert.ok(n >= tried, 'each of them is written down');
});

test('they see the names of the companies that they look after, and of no other', async () => {
  const client = await enter(thandi);
  const { items } = await client.read('/v1/staff/companies');
  assert.deepEqual(items.map((c) => [c.id, c.name]), [[a.id, a.name]]);
  assert.deepEqual(Object.keys(items[0]).sort(), ['grants', 'id', 'name']);
  const other = await client.post('/v1/staff/requests', { tenant_id: b.id, reason: 'Curious' });
  const none = await client.post('/v1/staff/requests', { tenant_id: A.job.id, reason: 'Curious' });
  assert.deepEqual([other.status, same(other)], [404, same(none)], 'one that he does not look after is told like one that is not');
  assert.deepEqual((await a.owner.read('/v1/support_grants/managers')).items.find((m) => m.id === thandi.id), { id: thandi.id, name: 'Thandi Mokoena' });
  assert.ok(!(await a.owner.get('/v1/support_grants/managers')).text.includes(piet.id));
  const [told] = (await b.owner.read('/v1/audit_events?filter[action]=support_refused')).items;
  assert.deepEqual([told.actor.kind, told.actor.id, told.words], ['support', thandi.id, 'was refused, as support'], 'the company can see that somebody tried');
});

// ---- asked, granted, used, over ----

test('asked for with a reason, let in by an owner for four hours, seen by everybody, and told in the company\'s own log by name', async () => {
  await noGrants(a);
  const client = await enter(thandi);
  for (const [body, pointer] of [[{ reason: 'Reason' }, '/tenant_id'], [{ tenant_id: a.id }, '/reason'], [{ tenant_id: a.id, reason: 'Reason', hours: 25 }, '/hours'], [{ tenant_id: a.id, reason: 'Reason', scope: 'all' }, '/scope']]) {
    const answer = await client.post('/v1/staff/requests', body);
    assert.deepEqual([answer.status, answer.json.errors?.[0].pointer], [422, pointer], answer.text);
  }
  const { grant } = await client.act('/v1/staff/requests', { tenant_id: a.id, reason: 'Statement is wrong by a cent' }, 201);
  assert.equal(grant.state, 'requested');
  const entered = await client.post('/v1/staff/enter', { tenant_id: a.id, grant_id: grant.id });
  assert.equal(entered.status, 409, 'asked is not granted');
  for (const act of ['look', 'approve']) assert.equal((await client.post(`/v1/staff/${act}`, { tenant_id: a.id, grant_id: grant.id })).status, 404, 'staff do not answer for the company');
  await until(async () => {
    for (const one of double.letters) if (/ask to be let into your company/.test((await simpleParser(one.bytes)).text)) return one.to.includes(a.email);
    return false;
  }, 'the owner is told by mail');
  const office = await a.person('dispatcher');
  assert.equal((await office.post(`/v1/support_grants/${grant.id}/approve`)).status, 404, 'the office does not decide');
  const shown = await a.owner.read(`/v1/support_grants/${grant.id}`);
  assert.deepEqual([shown.staff_name, shown.reason, shown.scope, shown.hours, shown.state, shown.emergency], ['Thandi Mokoena', 'Statement is wrong by a cent', 'read', 4, 'requested', false]);
  assert.deepEqual((await office.read('/v1/me')).support, []);
  const active = await a.owner.act(`/v1/support_grants/${grant.id}/approve`);
  assert.equal(new Date(active.end_at) - new Date(active.start_at), 4 * HOUR);
  assert.equal(active.approved_by, (await a.owner.read('/v1/me')).user.id);
  assert.equal((await a.owner.post(`/v1/support_grants/${grant.id}/approve`)).status, 409, 'once');
  const [seen] = (await office.read('/v1/me')).support;
  assert.deepEqual(seen, { id: grant.id, name: 'Thandi Mokoena', scope: 'read', until: active.end_at, reason: 'Statement is wrong by a cent', emergency: false });
  assert.equal((await client.get('/v1/customers')).status, 404, 'let in is not yet inside');
  await client.act('/v1/staff/enter', { tenant_id: a.id, grant_id: grant.id });
  const me = await client.read('/v1/me');
  assert.deepEqual([me.user.name, me.role, me.tenant.id], ['Thandi Mokoena', 'support', a.id]);
  assert.deepEqual((await client.read('/v1/staff/me')).inside, { tenant_id: a.id, name: a.name });
  assert.equal((await client.read(`/v1/customers/${A.customer.id}`)).name, 'Visible Customer');
  const looked = await until(async () => (await a.owner.read(`/v1/customers/${A.customer.id}/history`)).items.find((e) => e.actor.kind === 'support'), 'the look is in the diary');
  assert.deepEqual([looked.action, looked.actor.name], ['read', 'Thandi Mokoena (support)']);
  assert.ok((await a.owner.read(`/v1/customers/${A.customer.id}/seen`)).items.some((s) => s.actor.name === 'Thandi Mokoena (support)'));
  const log = (await a.owner.read(`/v1/audit_events?filter[object_id]=${grant.id}`)).items.map((e) => `${e.action} ${e.actor.kind}`).reverse().filter((e) => !e.startsWith('read'));
  assert.deepEqual(log, ['create support', 'approve api', 'support_enter support']);
  await client.act('/v1/staff/leave', {}, 204);
  assert.equal((await client.get('/v1/customers')).status, 404);
  assert.ok((await a.owner.read('/v1/audit_events?filter[action]=support_leave')).items.length);
  const platform = adminSql(it, 'SELECT action FROM audit_event WHERE tenant_id = 0').map((e) => e.action);
  for (const action of ['support_request', 'support_enter', 'support_leave', 'support_assign']) assert.ok(platform.includes(action), action);
});

test('T_grant_expiry: over in the middle of a session by the clock, by the company, by the machine; the company alone extends, to 24 hours', async () => {
  await noGrants(a);
  const { client, grant } = await inside(thandi, a, { hours: 1 });
  assert.equal(new Date(grant.end_at) - new Date(grant.start_at), HOUR);
  for (let minutes = 0; minutes < 54; minutes += 9) {
    clock(shift + 9 * 60_000);
    assert.equal((await client.get('/v1/customers')).status, 200);
  }
  clock(shift + 7 * 60_000);
  assert.equal((await client.get('/v1/customers')).status, 404, 'the hour is over');
  assert.equal((await client.read('/v1/staff/me')).inside, null);
  assert.deepEqual((await a.owner.read('/v1/me')).support, []);
  assert.equal((await a.owner.post(`/v1/support_grants/${grant.id}/extend`, { hours: 1 })).status, 409);
  expired = grant.id;

  const second = await inside(thandi, a);
  assert.equal((await second.client.post(`/v1/support_grants/${second.grant.id}/extend`)).status, 404, 'not by himself');
  const longer = await a.owner.act(`/v1/support_grants/${second.grant.id}/extend`, { hours: 20 });
  assert.equal(new Date(longer.end_at) - new Date(longer.start_at), 24 * HOUR);
  const tooLong = await a.owner.post(`/v1/support_grants/${second.grant.id}/extend`, { hours: 1 });
  assert.deepEqual([tooLong.status, tooLong.json.errors[0].pointer], [422, '/hours']);
  assert.equal((await a.owner.post('/v1/support_grants', { staff_id: thandi.id, reason: 'Too long', hours: 25 })).json.errors[0].pointer, '/hours');
  assert.equal((await a.owner.post('/v1/support_grants', { staff_id: thandi.id, reason: 'Too long', until: new Date(now() + 25 * HOUR).toISOString() })).json.errors[0].pointer, '/until');
  assert.equal((await second.client.get('/v1/customers')).status, 200);
  await a.owner.act(`/v1/support_grants/${second.grant.id}/end`);
  assert.equal((await second.client.get('/v1/customers')).status, 404, 'ended is over with the next request');

  const third = await inside(thandi, a);
  assert.equal((await third.client.get('/v1/customers')).status, 200);
  await tool('unassign', '--email', thandi.email, '--tenant', String(a.number));
  assert.equal((await third.client.get('/v1/customers')).status, 404, 'who does not look after it any more is out');
  await tool('assign', '--email', thandi.email, '--tenant', String(a.number));
  assert.equal((await third.client.get('/v1/customers')).status, 200);
  if (ON_PG) { // the other engine lets nobody past its guard, not even a test
    const set = (status) => adminSql(it, `SET session_replication_role = replica; UPDATE tenant SET status = '${status}' WHERE number = ${a.number}`);
    set('suspended');
    assert.equal((await third.client.get('/v1/customers')).status, 404, 'nobody is in a company that is suspended');
    set('active');
  }
  await noGrants(a);
});

test('a request that nobody answers is over; a refused one stays so', async () => {
  const client = await enter(thandi);
  const old = (await client.act('/v1/staff/requests', { tenant_id: a.id, reason: 'Forgotten' }, 201)).grant;
  const refused = (await client.act('/v1/staff/requests', { tenant_id: a.id, reason: 'Not now' }, 201)).grant;
  assert.equal((await a.owner.act(`/v1/support_grants/${refused.id}/refuse`)).state, 'refused');
  assert.equal((await a.owner.post(`/v1/support_grants/${refused.id}/approve`)).status, 409);
  clock(shift + 73 * HOUR);
  assert.equal((await a.owner.post(`/v1/support_grants/${old.id}/approve`)).status, 409);
});

test('whom a company lets in looks after it', async () => {
  const foreign = await a.owner.post('/v1/support_grants', { staff_id: piet.id, reason: 'Wrong person' });
  assert.deepEqual([foreign.status, foreign.json.errors[0].pointer], [422, '/staff_id']);
  const only = await b.owner.act('/v1/support_grants', { reason: 'There is but one' }, 201);
  assert.equal(only.staff_name, 'Piet Venter');
  const plain = await b.person('admin');
  assert.equal((await plain.act('/v1/support_grants', { reason: 'An administrator may too' }, 201)).state, 'active');
  clock(shift + 700_000);
  const stale = await b.owner.once('POST', '/v1/support_grants', { reason: 'Without a fresh proof' });
  assert.ok([401, 403].includes(stale.status) && /step-up-required|unauthenticated/.test(stale.text), stale.text);
  await noGrants(b);
});

// ---- what is never in it ----

test('T_staff_field_mask: reading is reading; fields of the highest class, people, keys, settings, files and the log are in no grant', async () => {
  await noGrants(a);
  for (const scope of ['read', 'write']) {
    const { client } = await inside(thandi, a, { scope });
    const me = await client.read('/v1/me');
    const never = me.rights.filter((r) => /^(membership|role|api_key|channel_setting|identity_provider|support_grant|access_review|security_alert|import_|numbering|audit)|^export|bank|special|\.delete$|approve|send|\.link|revoke|payment\.[^r]|tax_.*\.[^r]/.test(r));
    assert.deepEqual(never, [], scope);
    assert.equal(me.rights.some((r) => !r.endsWith('.read')), scope === 'write');
    const site = await client.get(`/v1/sites/${A.site.id}`);
    assert.equal(site.status, 200);
    const customer = await client.get(`/v1/customers/${A.customer.id}`);
    for (const answer of [site, customer, await client.get('/v1/sites'), await client.get(`/v1/sites?fields=line1,access_notes`), await client.get(`/v1/sites/${A.site.id}/history`), await client.get(`/v1/jobs/${A.job.id}/card.pdf`), await client.get(`/v1/tenants/${a.id}`)])
      assert.ok(!answer.text.includes('4711') && !answer.text.includes('8001015009087') && !answer.text.includes('bank_details'), answer.text.slice(0, 300));
    assert.ok(!('access_notes' in site.json) && !('reg_no' in customer.json));
    for (const [method, path, body] of [
      ['GET', '/v1/customers/export.csv'], ['GET', '/v1/audit_events'], ['GET', '/v1/audit_events.csv'], ['GET', '/v1/memberships'], ['POST', '/v1/memberships/invite', {}], ['GET', '/v1/roles'], ['GET', '/v1/api_keys'], ['POST', '/v1/api_keys', { name: 'X', scopes: 'job.read' }],
      ['GET', '/v1/channel_settings'], ['GET', '/v1/support_grants'], ['POST', '/v1/support_grants', { reason: 'More' }], ['GET', '/v1/security_alerts'], ['POST', '/v1/imports?noun=customer', 'name\nX\n'], ['GET', '/v1/rights/unused'], ['POST', '/v1/audit/verify', {}],
      ['GET', `/v1/customers/${A.customer.id}/seen`], ['GET', '/v1/me/sessions'], ['POST', '/v1/me/totp', {}], ['POST', '/v1/me/password', {}], ['POST', '/v1/me/email', { email: 'x@example.test' }], ['POST', '/v1/messages/send', {}], ['GET', '/v1/reports/ageing.csv'],
    ]) {
      const answer = await client.send(method, path, body);
      assert.ok([403, 404].includes(answer.status), `${scope}: ${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    const tenant = await a.owner.read(`/v1/tenants/${a.id}`);
    assert.ok([403, 404].includes((await client.patch(`/v1/tenants/${a.id}`, { bank_details: 'Mine' }, tenant.version)).status));
    const masked = await client.patch(`/v1/sites/${A.site.id}`, { access_notes: 'Mine' }, site.json.version);
    assert.equal(masked.status, 403, masked.text);
    await noGrants(a);
  }
});

test('who may read writes nothing, of no noun; who may write does day-to-day work, told by name', async () => {
  await noGrants(a);
  const reader = (await inside(thandi, a)).client;
  const { paths } = await a.owner.read('/v1/openapi.json');
  let tried = 0;
  const before = (await a.owner.read('/v1/audit_events?changes=1&limit=1')).items[0].idx;
  for (const [path, methods] of Object.entries(paths)) {
    if (/^\/v1\/(staff|me|login|logout|refresh|forgot|reset|invitation|email|portal|delivery_reports)|\/(search|check|preview|approval)$|^\/(v|f)\//.test(path)) continue;
    for (const method of Object.keys(methods).filter((m) => /^(post|patch|delete)$/.test(m))) {
      const answer = await reader.send(method.toUpperCase(), path.replace('{id}', A.job.id), method === 'delete' ? undefined : {}, { 'if-match': '"1"' });
      assert.ok([403, 404, 405, 415, 422].includes(answer.status), `${method} ${path}: ${answer.status}`);
      tried++;
    }
  }
  assert.ok(tried > 150, `${tried} tried`);
  for (const [plural, body] of [['customers', { name: 'X' }], ['notes', { job_id: A.job.id, body: 'X' }], ['jobs', { title: 'X' }], ['tasks', { job_id: A.job.id, text: 'X' }]]) assert.equal((await reader.post(`/v1/${plural}`, body)).status, 403, plural);
  const changed = (await a.owner.read('/v1/audit_events?changes=1&limit=20')).items.filter((e) => e.idx > before && e.actor.kind === 'support');
  assert.deepEqual(changed, []);
  await noGrants(a);
  const writer = (await inside(thandi, a, { scope: 'write' })).client;
  const note = await writer.make('notes', { job_id: A.job.id, body: 'Looked at this' });
  await writer.change('jobs', A.job.id, { priority: 'high' });
  assert.equal((await writer.send('DELETE', `/v1/notes/${note.id}`, undefined, { 'if-match': '"1"' })).status, 403);
  const made = (await a.owner.read(`/v1/jobs/${A.job.id}/history?changes=1`)).items.filter((e) => e.actor.kind === 'support');
  assert.deepEqual(made.map((e) => [e.noun, e.action, e.actor.name]), [['job', 'update', 'Thandi Mokoena (support)'], ['note', 'create', 'Thandi Mokoena (support)']]);
  await noGrants(a);
});

test('a grant of one company opens nothing of another, and nobody else\'s door', async () => {
  await noGrants(a);
  const { client, grant } = await inside(thandi, a);
  const foreign = (await b.owner.make('customers', { name: `Foreign ${unique()}` })).id;
  assert.equal((await client.get(`/v1/customers/${foreign}`)).status, 404);
  const other = await enter(piet);
  assert.equal((await other.post('/v1/staff/enter', { tenant_id: a.id, grant_id: grant.id })).status, 404, 'not his company');
  assert.equal((await other.post('/v1/staff/enter', { tenant_id: b.id, grant_id: grant.id })).status, 404, 'not a grant of that company');
  await tool('assign', '--email', piet.email, '--tenant', String(a.number));
  assert.equal((await other.post('/v1/staff/enter', { tenant_id: a.id, grant_id: grant.id })).status, 404, 'not his grant');
  await tool('unassign', '--email', piet.email, '--tenant', String(a.number));
  assert.equal((await b.owner.get(`/v1/support_grants/${grant.id}`)).status, 404);
  await noGrants(a);
});

// ---- in an emergency ----

test('T_four_eyes_self: in an emergency two of the staff open it for reading, two hours at most, and the owner is told at once', async () => {
  await noGrants(a);
  double.letters.splice(0);
  const one = await enter(thandi);
  const ask = (more) => one.post('/v1/staff/requests', { tenant_id: a.id, reason: 'Nobody answers and data are being lost', emergency: true, ...more });
  assert.equal((await ask({ scope: 'write' })).json.errors[0].pointer, '/scope');
  assert.equal((await ask({ hours: 3 })).json.errors[0].pointer, '/hours');
  const asked = await ask({});
  assert.equal(asked.status, 201, asked.text);
  const pair = { tenant_id: a.id, grant_id: asked.json.grant.id };
  assert.equal((await one.post('/v1/staff/enter', pair)).status, 409, 'one person alone does not get in');
  for (const act of ['look', 'approve']) assert.equal((await one.post(`/v1/staff/${act}`, pair)).status, 403, 'nor by approving it himself');
  const alert = async () => (await a.owner.read('/v1/security_alerts?filter[kind]=support_emergency')).items;
  assert.equal((await alert()).length, 1, 'told when it is asked for');
  assert.ok((await a.owner.read('/v1/audit_events?filter[action]=support_refused')).items.some((e) => e.actor.id === thandi.id));
  const two = await enter(piet);
  clock(shift + 601_000 - 120_000);
  await two.get('/v1/staff/me');
  clock(shift + 180_000);
  assert.deepEqual(await two.act('/v1/staff/look', pair), { company: a.name, staff_name: 'Thandi Mokoena', reason: 'Nobody answers and data are being lost', hours: 2 }, 'what for, before he answers for it');
  assert.ok((await a.owner.read(`/v1/audit_events?filter[object_id]=${pair.grant_id}`)).items.some((e) => e.action === 'read' && e.actor.id === piet.id), 'the look is told');
  const stale = await two.post('/v1/staff/approve', pair);
  assert.deepEqual([stale.status, stale.json.type], [403, '/problems/step-up-required']);
  nextStep();
  await two.act('/v1/me/step_up', { code: totp(piet.secret, now()) });
  const both = await Promise.all([two.post('/v1/staff/approve', pair), two.post('/v1/staff/approve', pair)]);
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409], 'of two at once one approves');
  const opened = both.find((r) => r.status === 200).json;
  assert.equal(new Date(opened.grant.end_at) - new Date(opened.grant.start_at), 2 * HOUR);
  for (const act of ['approve', 'look']) assert.equal((await two.post(`/v1/staff/${act}`, pair)).status, 409, act);
  assert.equal((await two.post('/v1/staff/enter', pair)).status, 404, 'for the one who asked, not for the other');
  const client = await enter(thandi);
  await client.act('/v1/staff/enter', pair);
  assert.equal((await client.get('/v1/customers')).status, 200);
  assert.equal((await client.post('/v1/customers', { name: 'X' })).status, 403);
  const row = await a.owner.read(`/v1/support_grants/${pair.grant_id}`);
  assert.deepEqual([row.emergency, row.second_staff_id, row.approved_by], [true, piet.id, null]);
  assert.deepEqual((await a.owner.read('/v1/me')).support.map((s) => s.emergency), [true]);
  const log = (await a.owner.read(`/v1/audit_events?filter[object_id]=${pair.grant_id}`)).items.filter((e) => e.action !== 'read').map((e) => e.action).reverse();
  assert.deepEqual(log, ['create', 'approve', 'support_enter']);
  await until(async () => {
    const texts = await Promise.all(double.letters.filter((l) => l.to.includes(a.email)).map(async (l) => (await simpleParser(l.bytes)).text));
    return texts.some((t) => /asked for access/.test(t)) && texts.some((t) => /opened your company/.test(t));
  }, 'mails to the owner');
  await a.owner.act(`/v1/support_grants/${pair.grant_id}/end`);
  assert.equal((await client.get('/v1/customers')).status, 404, 'the owner ends it');
});

test('what the clock has ended says so in lists, by itself', async () => {
  await until(async () => (await a.owner.read(`/v1/support_grants/${expired}`)).state === 'expired', 'within a minute', 90_000);
  const { items } = await a.owner.read(`/v1/audit_events?filter[object_id]=${expired}`);
  assert.deepEqual(items.filter((e) => e.action === 'expire').map((e) => e.actor.kind), ['system']);
});

test('what the machine says about them', async () => {
  const { stdout } = await tool('list');
  assert.match(stdout, new RegExp(`${thandi.email}\tThandi Mokoena\tactive\tsecond factor\tcompanies: ${a.number}\n`));
  const twice = await it.tryTool(['staff', 'add', '--data', it.data, '--email', thandi.email, '--name', 'Again', '--owner-password-file', it.passwordPath]);
  assert.notEqual(twice.code, 0);
  assert.match(twice.stderr, /somebody of the staff with this address/);
  assert.match((await it.tryTool(['staff', 'assign', '--data', it.data, '--email', thandi.email, '--tenant', '999'])).stderr, /no company with the number 999/);
  const client = await enter(thandi);
  thandi.password = newPassword();
  it.writePassword(thandi.password);
  await tool('reset', '--email', thandi.email, '--owner-password-file', it.passwordPath, '--factors');
  assert.equal((await client.get('/v1/staff/me')).status, 401);
  assert.equal((await login(thandi)).json.must_enrol, true);
  const text = JSON.stringify(adminSql(it, 'SELECT * FROM staff')) + JSON.stringify(adminSql(it, 'SELECT * FROM support_grant'));
  for (const word of ['Thandi', thandi.email, 'Nobody answers']) assert.ok(!text.includes(word) && !text.includes(Buffer.from(word).toString('hex')), word);
});
