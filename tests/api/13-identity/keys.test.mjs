// Keys of integrations. (S-105, S-244)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../../harness/http.mjs';
import { adminSql, Company, Installation, until } from '../../harness/server.mjs';

let it;
let shift = 0;
const clock = (ms) => { shift = ms; it.setClock(ms); };
let company;
let owner;
before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  ({ owner } = company);
});
after(() => it?.end());

const call = (secret, method, path, body, from) => request(it.base, method, path, { headers: { authorization: `Bearer ${secret}` }, body, from, fresh: Boolean(from) });
const make = (body) => owner.make('api_keys', { name: 'Web shop', scopes: 'customer.read\ncustomer.write\njob.read', ...body });

test('a key does what its scopes say and nothing else; its secret is shown once', async () => {
  const key = await make({});
  assert.match(key.secret, /^fwk_[A-Za-z0-9_-]{49}$/);
  assert.equal(key.hint, key.secret.slice(0, 8));
  assert.equal(key.state, 'active');
  const shown = await owner.get(`/v1/api_keys/${key.id}`);
  assert.ok(!shown.text.includes(key.secret));
  const made = await call(key.secret, 'POST', '/v1/customers', { name: 'From the shop' });
  assert.equal(made.status, 201, made.text);
  assert.equal((await call(key.secret, 'GET', '/v1/customers')).status, 200);
  assert.equal((await call(key.secret, 'GET', '/v1/jobs')).status, 200);
  for (const [method, path, body] of [['POST', '/v1/jobs', {}], ['GET', '/v1/invoices'], ['GET', '/v1/memberships'], ['GET', '/v1/api_keys'], ['DELETE', `/v1/customers/${made.json.id}`], ['GET', '/v1/audit_events'], ['GET', '/v1/customers/export.csv']]) {
    const answer = await call(key.secret, method, path, body);
    assert.ok([403, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
  }
  assert.equal((await call(key.secret, 'GET', '/v1/me/sessions')).status, 404, 'it is no person');
  const { items } = await owner.read(`/v1/customers/${made.json.id}/history`);
  assert.equal(items.find((e) => e.action === 'create').actor.kind, 'key');
});

test('what no key may, or its maker may not, is refused with the line', async () => {
  for (const [scopes, why] of [['customer.fly', /no such right/], ['job.read\nmembership.update', /Line 2.*no key/], ['tenant.bank', /no key/], ['role.create', /no key/], ['api_key.create', /no key/]]) {
    const answer = await owner.post('/v1/api_keys', { name: 'X', scopes });
    assert.deepEqual([answer.status, answer.json.errors?.[0].pointer], [422, '/scopes'], answer.text);
    assert.match(answer.json.errors[0].detail, why);
  }
  assert.equal((await owner.post('/v1/api_keys', { name: 'X', scopes: 'job.read', expires_on: '2040-01-01' })).json.errors[0].pointer, '/expires_on');
  assert.equal((await owner.post('/v1/api_keys', { name: 'X', scopes: 'job.read', addresses: 'everywhere' })).json.errors[0].pointer, '/addresses');
  assert.equal((await owner.post('/v1/api_keys', { name: 'X', scopes: 'job.read', state: 'active' })).status, 422, 'what the server says is not set from outside');
  const office = await company.person('dispatcher');
  assert.equal((await office.post('/v1/api_keys', { name: 'X', scopes: 'job.read' })).status, 403);
});

test('bound to addresses it works from there alone, whatever a header says', async () => {
  const key = await make({ addresses: '127.0.0.7\n10.0.0.0/8' });
  assert.equal((await call(key.secret, 'GET', '/v1/customers', undefined, '127.0.0.7')).status, 200);
  const other = await call(key.secret, 'GET', '/v1/customers', undefined, '127.0.0.8');
  const none = await call(`fwk_${'A'.repeat(49)}`, 'GET', '/v1/customers', undefined, '127.0.0.8');
  assert.deepEqual([other.status, none.status], [401, 401]);
  const same = (text) => text.replace(/"request_id":"[^"]+"/, '');
  assert.equal(same(other.text), same(none.text), 'the same words as for a key that there is not');
  const spoofed = await request(it.base, 'GET', '/v1/customers', { headers: { authorization: `Bearer ${key.secret}`, 'x-forwarded-for': '127.0.0.7' }, from: '127.0.0.8', fresh: true });
  assert.equal(spoofed.status, 401);
  const events = (await owner.read(`/v1/audit_events?filter[object_id]=${key.id}`)).items.map((e) => e.action);
  assert.ok(events.includes('key_refused'), 'the owner can see that somebody tried');
});

test('rotation has an overlap, revocation none', async () => {
  const key = await make({});
  const next = await owner.act(`/v1/api_keys/${key.id}/rotate`, { overlap_h: 2 });
  assert.notEqual(next.secret, key.secret);
  assert.equal((await call(key.secret, 'GET', '/v1/customers')).status, 200);
  assert.equal((await call(next.secret, 'GET', '/v1/customers')).status, 200);
  clock(shift + 2 * 3600_000 + 1000);
  assert.equal((await call(key.secret, 'GET', '/v1/customers')).status, 401, 'the overlap is over');
  assert.equal((await call(next.secret, 'GET', '/v1/customers')).status, 200);
  await owner.act(`/v1/api_keys/${key.id}/revoke`);
  assert.equal((await call(next.secret, 'GET', '/v1/customers')).status, 401);
  assert.equal((await owner.post(`/v1/api_keys/${key.id}/rotate`)).status, 409, 'a revoked key stays so');
});

test('with its last day it is over; unused for ninety days it ends by itself, and the owner is told (S-244)', async () => {
  const soon = await make({ expires_on: new Date(Date.now() + shift + 3 * 86400_000).toISOString().slice(0, 10) });
  const idle = await make({ name: 'Forgotten' });
  const used = await make({ name: 'Used' });
  assert.equal((await call(soon.secret, 'GET', '/v1/customers')).status, 200);
  clock(shift + 5 * 86400_000);
  assert.equal((await call(soon.secret, 'GET', '/v1/customers')).status, 401);
  clock(shift + 80 * 86400_000);
  assert.equal((await call(used.secret, 'GET', '/v1/customers')).status, 200);
  clock(shift + 7 * 86400_000);
  const again = await it.signIn({ email: company.email, password: company.password });
  await until(async () => (await again.read(`/v1/api_keys/${idle.id}`)).state === 'unused', 'the forgotten key ends', 90_000);
  assert.equal((await again.read(`/v1/api_keys/${used.id}`)).state, 'active');
  assert.equal((await call(idle.secret, 'GET', '/v1/customers')).status, 401);
  assert.ok((await again.read('/v1/security_alerts')).items.some((a) => a.kind === 'key_unused'));
  owner = again;
});

test('who leaves leaves no key that works', async () => {
  const admin = await company.person('admin');
  const key = await admin.make('api_keys', { name: 'Mine', scopes: 'job.read' });
  assert.equal((await call(key.secret, 'GET', '/v1/jobs')).status, 200);
  const member = (await owner.all('memberships')).find((m) => m.email === admin.email);
  await owner.act(`/v1/memberships/${member.id}/leave`, {});
  assert.equal((await call(key.secret, 'GET', '/v1/jobs')).status, 401);
  assert.equal((await owner.read(`/v1/api_keys/${key.id}`)).state, 'frozen');
});

test('another company neither sees nor uses it, and no dump has it', async () => {
  const key = await make({});
  const other = await Company.create(it);
  assert.equal((await other.owner.get(`/v1/api_keys/${key.id}`)).status, 404);
  assert.equal((await other.owner.post(`/v1/api_keys/${key.id}/rotate`)).status, 404);
  const text = JSON.stringify(adminSql(it, 'SELECT * FROM machine_secret')) + JSON.stringify(adminSql(it, 'SELECT * FROM api_key'));
  assert.ok(!text.includes(key.secret) && !text.includes(Buffer.from(key.secret).toString('hex')));
  assert.ok(text.length > 300);
});

test('who may do less than a key gets no secret of it, and does not open it to other addresses', async () => {
  const key = await make({});
  const role = await owner.make('roles', { name: 'Caretaker', base: 'admin', grants: 'customer.update=none' });
  const admin = await company.person('admin');
  const member = (await owner.all('memberships')).find((m) => m.email === admin.email);
  await owner.change('memberships', member.id, { role_id: role.id });
  const rotated = await admin.post(`/v1/api_keys/${key.id}/rotate`);
  assert.deepEqual([rotated.status, rotated.json.errors[0].pointer], [422, '/scopes']);
  assert.equal(rotated.json.secret, undefined);
  assert.equal((await admin.patch(`/v1/api_keys/${key.id}`, { addresses: '10.0.0.0/8' }, key.version)).status, 422);
  assert.equal((await admin.post(`/v1/api_keys/${(await make({ scopes: 'job.read' })).id}/rotate`)).status, 200, 'what he may himself he may rotate');
});

test('two keys are two: what one sent is not answered to the other, and what each reads is told of each', async () => {
  const [one, two] = [await make({}), await make({ scopes: 'customer.read\ncustomer.write' })];
  const send = ({ secret }) => request(it.base, 'POST', '/v1/customers', { headers: { authorization: `Bearer ${secret}`, 'idempotency-key': 'order-1' }, body: { name: 'Twice' } });
  const [a, b, again] = [await send(one), await send(two), await send(one)];
  assert.deepEqual([a.status, b.status, again.json.id], [201, 201, a.json.id]);
  assert.notEqual(a.json.id, b.json.id);
  for (let round = 0; round < 3; round++) {
    const customer = await owner.make('customers', { name: 'Watched' });
    await Promise.all([one, two].map(({ secret }) => call(secret, 'GET', `/v1/customers/${customer.id}`)));
    const seen = await until(async () => {
      const { items } = await owner.read(`/v1/customers/${customer.id}/seen`);
      return items.length === 2 && items;
    }, 'that both saw it', 5000);
    assert.deepEqual(seen.map((s) => s.actor.id).sort(), [one.id, two.id].sort());
  }
});
