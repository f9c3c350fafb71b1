// What an owner should look at is told him: unusually many people read about, large files, looks and files at night. One row for what is told
// more than once within an hour; somebody says that he has looked (security.md 10).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, signIn } from '../../harness/server.mjs';
import { run } from '../06-import/import.mjs';

let it;
let company;
let owner;
let admin;
// A Wednesday at noon in Johannesburg, on which nobody is closed.
const NOON = Date.parse('2027-02-10T10:00:00Z');
const at = (time) => it.setClock(time - Date.now());
const alerts = async (kind, by = owner) => (await by.all('security_alerts')).filter((a) => a.kind === kind);
const userOf = async (person) => (await person.read('/v1/me')).user.id;
const again = (person) => signIn(it.base, person.email, person.password);

before(async () => {
  it = await Installation.create({ clock: NOON - Date.now() });
  await it.start();
  company = await Company.create(it);
  ({ owner } = company);
  admin = await company.person('admin');
});
after(() => it?.end());

test('a technician who reads about more than thirty people within an hour; one who does his work is not told of', async () => {
  const tech = await company.person('technician', { employee: true });
  const calm = await company.person('technician', { employee: true });
  const rows = [];
  for (let i = 0; i < 32; i += 1) {
    const { customer, site } = await company.customerAndSite();
    await company.job({ customer_id: customer.id, site_id: site.id, lead_id: tech.employeeId });
    rows.push(customer);
  }
  for (const row of rows.slice(0, 20)) assert.equal((await tech.get(`/v1/customers/${row.id}`)).status, 200);
  for (let i = 0; i < 20; i += 1) await tech.read(`/v1/customers/${rows[0].id}`);
  assert.deepEqual(await alerts('mass_read'), [], 'the same person twenty times is one person');
  for (const row of rows.slice(20)) await tech.read(`/v1/customers/${row.id}`);
  const [alert, ...more] = await alerts('mass_read');
  assert.deepEqual(more, []);
  assert.equal(alert.user_id, await userOf(tech));
  assert.match(alert.words, /Read about 3[1-9] people within an hour/);
  assert.equal(alert.state, 'open');
  await calm.read('/v1/customers');
  assert.equal((await alerts('mass_read')).length, 1);
});

test('a file about more than five hundred people; a small one is nothing', async () => {
  await admin.get('/v1/customers/export.csv');
  assert.deepEqual(await alerts('mass_export'), []);
  const csv = ['Code,Name', ...Array.from({ length: 520 }, (_, i) => `C${i},Customer ${i}`)].join('\n');
  await owner.make('import_mappings', { name: 'people', noun: 'customer', spec: { noun: 'customer', key: 'Code', fields: { name: { column: 'Name' } } } });
  assert.equal((await run(owner, csv, { mapping: 'people', noun: 'customer' })).state, 'done');
  const file = await admin.get('/v1/customers/export.csv');
  assert.ok(file.text.split('\n').length > 500);
  const [alert] = await alerts('mass_export');
  assert.equal(alert.user_id, await userOf(admin));
  assert.equal(alert.count, 1);
  await admin.get('/v1/customers/export.csv');
  const [same, ...more] = await alerts('mass_export');
  assert.deepEqual([same.id, same.count, more.length], [alert.id, 2, 0], 'within the hour it is counted');
});

test('files and looks of the highest class while the company is closed', async () => {
  const { customer } = await company.customerAndSite({ reg_no: '8001015009087' });
  await admin.read(`/v1/customers/${customer.id}`);
  await admin.get('/v1/sites/export.csv');
  assert.deepEqual(await alerts('off_hours'), [], 'at noon it is work');
  for (const [time, off] of [['2027-02-11T17:30:00Z', false], ['2027-02-11T18:30:00Z', true], ['2027-02-12T02:30:00Z', true], ['2027-02-12T03:30:00Z', false], ['2027-02-14T10:00:00Z', true]]) {
    at(Date.parse(time));
    owner = await signIn(it.base, company.email, company.password);
    const before = (await alerts('off_hours')).reduce((n, a) => n + a.count, 0);
    const now = await again(admin);
    await now.read(`/v1/customers/${customer.id}`);
    assert.equal((await now.get('/v1/sites/export.csv')).status, 200);
    const after = (await alerts('off_hours')).reduce((n, a) => n + a.count, 0);
    assert.equal(after - before, off ? 2 : 0, time);
  }
  at(NOON + 86_400_000 * 7);
  owner = await signIn(it.base, company.email, company.password);
  await owner.make('working_calendars', { day: '2027-02-17', name: 'Closed', public_holiday: false });
  const before = (await alerts('off_hours')).length;
  await (await again(admin)).get('/v1/sites/export.csv');
  assert.equal((await alerts('off_hours')).length, before + 1, 'a day on which the company is closed');
});

test('somebody says that he has looked; not who it is about, and nobody who may not', async () => {
  const [alert] = await alerts('mass_export');
  const now = await again(admin);
  const self = await now.post(`/v1/security_alerts/${alert.id}/acknowledge`);
  assert.equal(self.status, 403);
  assert.match(self.json.detail, /about yourself/);
  const office = await company.person('dispatcher');
  assert.equal((await office.get('/v1/security_alerts')).status, 403);
  const is = await owner.act(`/v1/security_alerts/${alert.id}/acknowledge`, { note: 'For the yearly letter' });
  assert.deepEqual([is.state, is.note], ['acknowledged', 'For the yearly letter']);
  assert.ok(is.acknowledged_at && is.acknowledged_by);
  assert.equal((await owner.post('/v1/security_alerts', { kind: 'mass_read' })).status, 403, 'nobody makes one up');
  assert.ok([403, 422].includes((await owner.patch(`/v1/security_alerts/${alert.id}`, { words: 'nothing' }, is.version)).status));
});
