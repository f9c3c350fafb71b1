// A company that lets known machines in alone, and what a management system says of them. (S-176, S-177)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client, request } from '../../harness/http.mjs';
import { Company, Installation } from '../../harness/server.mjs';

let it;
let company;
let owner;
before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  ({ owner } = company);
});
after(() => it?.end());

const browser = (who, cookie = '', agent = 'Test Browser') => request(it.base, 'POST', '/v1/login', { body: { email: who.email, password: who.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', 'user-agent': agent, ...(cookie ? { cookie } : {}) } });
const cookies = (answer) => (answer.headers['set-cookie'] ?? []).map((c) => c.split(';')[0]);
const machines = async () => (await owner.read('/v1/known_devices')).items;

test('an unknown machine waits until somebody lets it in; a badly kept one is out with the next request; programs use keys', async () => {
  const person = await company.person('dispatcher');
  const before = await browser(person);
  assert.equal(before.status, 200, 'without the setting any machine will do');
  const old = new Client(it.base, { cookie: cookies(before).join('; ') });
  assert.equal((await old.once('GET', '/v1/customers')).status, 200);
  await owner.change('tenants', company.id, { known_devices_only: true });
  assert.equal((await old.once('GET', '/v1/customers')).status, 401, 'what was open from an unknown machine is over');
  assert.equal((await person.once('GET', '/v1/customers')).status, 401);

  const refused = await browser(person, '', 'Laptop of the depot');
  assert.deepEqual([refused.status, refused.json.type], [403, '/problems/forbidden']);
  assert.match(refused.json.detail, /does not know this machine/);
  const [mark, ...rest] = cookies(refused);
  assert.match(mark, /^__Host-dev-/, 'it gets its mark, and no session');
  assert.deepEqual(rest, []);
  assert.equal((await browser(person, mark)).status, 403, 'it waits');
  const waiting = (await machines()).filter((m) => m.state === 'waiting');
  assert.deepEqual(waiting.map((m) => m.label), ['Laptop of the depot'], 'once');
  assert.ok((await owner.read('/v1/security_alerts')).items.some((a) => a.kind === 'device_waiting'));

  await owner.act(`/v1/known_devices/${waiting[0].id}/allow`);
  const inside = await browser(person, mark);
  assert.equal(inside.status, 200, inside.text);
  const client = new Client(it.base, { cookie: [mark, ...cookies(inside)].join('; ') });
  assert.equal((await client.once('GET', '/v1/customers')).status, 200);
  assert.equal((await browser(person, mark.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')))).status, 403, 'a bent mark is none');

  const key = await owner.make('api_keys', { name: 'Device management', scopes: 'known_device.read\nknown_device.posture' });
  const said = await request(it.base, 'POST', `/v1/known_devices/${waiting[0].id}/posture`, { headers: { authorization: `Bearer ${key.secret}` }, body: { posture: 'bad', words: 'No updates for 60 days' } });
  assert.equal(said.status, 200, said.text);
  assert.equal((await client.once('GET', '/v1/customers')).status, 401, 'with the next request');
  assert.equal((await browser(person, mark)).status, 403);
  await owner.act(`/v1/known_devices/${waiting[0].id}/posture`, { posture: 'good' });
  assert.equal((await browser(person, mark)).status, 200);
  await owner.act(`/v1/known_devices/${waiting[0].id}/refuse`);
  assert.equal((await browser(person, mark)).status, 403);

  const program = await request(it.base, 'POST', '/v1/login', { body: { email: person.email, password: person.password } });
  assert.match(program.json.detail, /key of an integration/);
  const shop = await owner.make('api_keys', { name: 'Shop', scopes: 'customer.read' });
  assert.equal((await request(it.base, 'GET', '/v1/customers', { headers: { authorization: `Bearer ${shop.secret}` } })).status, 200);
  assert.equal((await browser(company, '', 'New laptop of the owner')).status, 200, 'owners are let in, and it is put down');
  assert.ok((await machines()).some((m) => m.label === 'New laptop of the owner'));
});

test('nobody decides about his own machines, and another company sees none of them', async () => {
  const admin = await company.person('admin').catch(() => null);
  assert.equal(admin, null, 'a program of an admin is held back too');
  const other = await Company.create(it);
  const [one] = await machines();
  assert.equal((await other.owner.get(`/v1/known_devices/${one.id}`)).status, 404);
  assert.equal((await other.owner.post(`/v1/known_devices/${one.id}/allow`)).status, 404);
  assert.equal((await owner.post('/v1/known_devices', { label: 'X' })).status >= 400, true, 'none is made by hand');
});
