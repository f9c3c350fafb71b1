// A company's own roles: a preset, changed line by line. Nobody raises himself, nobody gives what he has not, the last owner stays, and a change of
// role takes away before it gives (S-096, S-134, S-138, S-191).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared, unique } from '../../harness/server.mjs';

let company;
let owner;
let admin;

const memberOf = async (person) => (await owner.all('memberships')).find((m) => m.email === person.email);
const faults = (answer) => answer.json.errors.map((e) => `${e.pointer} ${e.detail}`).join('\n');
const may = async (person) => new Set((await person.read('/v1/me')).rights);

before(async () => {
  company = await Company.create(await shared());
  ({ owner } = company);
  admin = await company.person('admin');
});
after(doneWithShared);

test('the table of rights can be read, and every right has its words', async () => {
  const { items } = await owner.read('/v1/rights');
  assert.ok(items.length > 150);
  assert.deepEqual(items.filter((r) => r.doc.length < 8).map((r) => r.name), []);
  assert.equal(new Set(items.map((r) => r.name)).size, items.length, 'each once');
  for (const r of items) {
    assert.deepEqual(Object.keys(r.presets), ['owner', 'admin', 'dispatcher', 'technician', 'accountant']);
    assert.equal(r.mine, r.presets.owner);
    if (!r.can_own) assert.ok(!Object.values(r.presets).includes('own'), r.name);
  }
  const fresh = items.filter((r) => r.fresh).map((r) => r.name);
  for (const name of ['export.run', 'tenant.bank', 'tax_code.update', 'tax_rate.create', 'vat_status.create', 'numbering.update', 'membership.update', 'role.update', 'channel_setting.update']) assert.ok(fresh.includes(name), name);
  assert.equal((await (await company.person('dispatcher')).get('/v1/rights')).status, 403);
});

test('an office lead is a dispatcher who approves invoices and reads no audit of others', async () => {
  const lead = await company.person('dispatcher');
  assert.ok(!(await may(lead)).has('invoice.approve'));
  const role = await owner.make('roles', { name: `Office lead ${unique()}`, base: 'dispatcher', grants: 'invoice.approve=all\n\n customer.special = none \njob.read=own' });
  const member = await memberOf(lead);
  const is = await owner.change('memberships', member.id, { role_id: role.id });
  assert.equal(is.role, 'dispatcher', 'the role that people read is the base');
  const rights = await may(lead);
  assert.ok(rights.has('invoice.approve') && !rights.has('customer.special') && rights.has('customer.update'));
  assert.deepEqual((await lead.read('/v1/jobs')).items, [], 'own work alone, of which there is none');
  const { customer } = await company.customerAndSite({ reg_no: '8001015009087' });
  assert.ok(!('reg_no' in (await lead.read(`/v1/customers/${customer.id}?fields=name,reg_no`))));
  const gone = await owner.delete(`/v1/roles/${role.id}`);
  assert.equal(gone.status, 409, 'a role in use stays');
  // Naming a preset leaves the company's own role.
  const back = await owner.change('memberships', member.id, { role: 'technician' });
  assert.equal(back.role_id, null);
  assert.ok(!(await may(lead)).has('invoice.approve'));
  assert.equal((await owner.delete(`/v1/roles/${role.id}`)).status, 204);
});

test('every line is looked at: its number, and what is wrong with it', async () => {
  const answer = await owner.post('/v1/roles', { name: 'Wrong', base: 'technician', grants: 'job.read=all\nnonsense.read=all\njob.update=some\ntax_code.read=own\nwithout\njob.read=none' });
  assert.equal(answer.status, 422);
  const said = faults(answer);
  assert.match(said, /\/grants Line 2, "nonsense.read=all": There is no such right\./);
  assert.match(said, /Line 3, .*none, own or all/);
  assert.match(said, /Line 4, .*cannot be given for own work alone/);
  assert.match(said, /Line 5, .*A line is a right/);
  assert.match(said, /Line 6, .*stands in a line above/);
  assert.doesNotMatch(said, /Line 1/);
  assert.match(faults(await owner.post('/v1/roles', { name: 'Wrong', base: 'owner' })), /^\/base /, 'an owner is not cloned');
  assert.match(faults(await owner.patch(`/v1/roles/${(await owner.make('roles', { name: `R ${unique()}`, base: 'technician' })).id}`, { base: 'admin' }, 1)), /^\/base /);
});

test('nobody gives what he does not have himself, and nobody changes his own role (S-191)', async () => {
  const name = `Half admin ${unique()}`;
  const half = await owner.make('roles', { name, base: 'admin', grants: 'cost.read=none\npayment.create=none\ncustomer.read=own' });
  await owner.change('memberships', (await memberOf(admin)).id, { role_id: half.id });
  const more = await admin.post('/v1/roles', { name: `More ${unique()}`, base: 'dispatcher', grants: 'cost.read=all' });
  assert.equal(more.status, 422);
  assert.match(faults(more), /\/grants Line 1: you do not have the right cost\.read yourself/);
  assert.match(faults(await admin.post('/v1/roles', { name: `More ${unique()}`, base: 'accountant' })), /\/base This base has the right/);
  const less = await admin.make('roles', { name: `Less ${unique()}`, base: 'technician', grants: 'job.create=all' });
  assert.ok(less.id);
  const own = await admin.patch(`/v1/roles/${half.id}`, { grants: '' }, half.version);
  assert.equal(own.status, 403);
  assert.match(own.json.detail, /Nobody changes the role that he has himself/);
  const other = await company.person('technician');
  const member = await memberOf(other);
  const raise = await admin.patch(`/v1/memberships/${member.id}`, { role: 'accountant' }, member.version);
  assert.equal(raise.status, 403);
  assert.match(raise.json.detail, /which you do not have yourself/);
  const self = await memberOf(admin);
  for (const body of [{ role: 'dispatcher' }, { role_id: less.id }, { role_id: null }, { approve_limit: null, my_view_only: true }, { role: 'owner' }])
    assert.equal((await admin.patch(`/v1/memberships/${self.id}`, body, self.version)).status, 403, JSON.stringify(body));
  await owner.change('memberships', self.id, { role: 'admin' });
  const boss = await memberOf({ email: company.email });
  assert.equal((await admin.patch(`/v1/memberships/${boss.id}`, { role: 'technician' }, boss.version)).status, 409, 'the last owner stays, whoever asks');
  assert.equal((await admin.patch(`/v1/memberships/${member.id}`, { role: 'owner' }, member.version)).status, 403, 'only owners make owners');
});

test('a change of role takes away before it gives: the next request has the new rights alone', async () => {
  const person = await company.person('accountant');
  const member = await memberOf(person);
  assert.equal((await person.get('/v1/payments')).status, 200);
  assert.equal((await person.post('/v1/enquiries', {})).status, 403);
  await owner.change('memberships', member.id, { role: 'dispatcher' });
  assert.equal((await person.get('/v1/payments')).status, 403);
  assert.notEqual((await person.post('/v1/enquiries', {})).status, 403);
  const rights = await may(person);
  const table = (await owner.read('/v1/rights')).items;
  assert.deepEqual([...rights].sort(), table.filter((r) => r.presets.dispatcher !== 'none').map((r) => r.name).sort());
  const [event] = (await owner.read(`/v1/memberships/${member.id}/history?changes=1`)).items;
  assert.deepEqual(event.changes.find((c) => c.field === 'role'), { field: 'role', from: 'accountant', to: 'dispatcher' });
});

test('a person is refused in words that name the right, and the refusal is the same for list, detail, search, count, export and act (S-138)', async () => {
  const role = await owner.make('roles', { name: `Blind ${unique()}`, base: 'dispatcher', grants: 'customer.read=none' });
  const person = await company.person('dispatcher');
  await owner.change('memberships', (await memberOf(person)).id, { role_id: role.id });
  const { customer } = await company.customerAndSite();
  for (const [method, path] of [['GET', '/v1/customers'], ['GET', '/v1/customers?count=1'], ['POST', '/v1/customers/search'], ['GET', '/v1/customers/export.csv']]) {
    const answer = await person.send(method, path, method === 'POST' ? {} : undefined);
    assert.equal(answer.status, 403, path);
    assert.match(answer.json.detail, /customer\.read/);
  }
  for (const path of ['', '/history', '/seen']) assert.ok([403, 404].includes((await person.get(`/v1/customers/${customer.id}${path}`)).status), path);
  assert.equal((await person.patch(`/v1/customers/${customer.id}`, { name: 'X' }, 1)).status, 404);
  const job = (await person.read('/v1/jobs?expand=customer_id')).items;
  assert.ok(job.every((j) => j.customer === null), 'nor behind a reference');
});
