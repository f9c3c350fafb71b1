// Acts of weight take a proof of who it is that is not older than ten minutes; everything else goes on. Signing in is such a proof (security.md 2).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
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

const stale = async (answer, what) => {
  assert.equal(answer.status, 403, `${what}: ${answer.text}`);
  assert.equal(answer.json.type, '/problems/step-up-required', what);
  assert.match(answer.json.detail, /fresh proof/);
};

test('eleven minutes after sign-in exports, bank details, taxes, numbers, roles and people ask again', async () => {
  const person = await company.person('technician', { employee: true });
  const role = await owner.make('roles', { name: 'Helper', base: 'technician' });
  assert.equal((await owner.get('/v1/customers/export.csv')).status, 200, 'right after sign-in');
  const member = (await owner.all('memberships')).find((m) => m.email === person.email);
  const tenant = await owner.read(`/v1/tenants/${company.id}`);
  const tax = (await owner.read('/v1/tax_codes')).items[0];
  owner.password = undefined; // this client does not prove it by itself
  it.setClock(11 * 60_000);
  await stale(await owner.get('/v1/customers/export.csv'), 'export');
  await stale(await owner.get('/v1/audit_events.csv'), 'the log as a file');
  await stale(await owner.patch(`/v1/tenants/${company.id}`, { bank_details: 'Example Bank 1' }, tenant.version), 'bank details');
  await stale(await owner.patch(`/v1/tax_codes/${tax.id}`, { name: 'Other' }, tax.version), 'a tax code');
  await stale(await owner.post('/v1/tax_rates', { tax_code_id: tax.id, rate_bp: 1600, valid_from: '2030-01-01' }), 'a rate');
  await stale(await owner.post('/v1/vat_statuses', { registered: true, valid_from: '2030-01-01' }), 'VAT status');
  await stale(await owner.post('/v1/numbering', { series: 'invoice', prefix: 'X-', next: 100 }), 'numbers');
  await stale(await owner.post('/v1/roles', { name: 'Another', base: 'technician' }), 'a role');
  await stale(await owner.patch(`/v1/roles/${role.id}`, { name: 'Another' }, role.version), 'a role');
  await stale(await owner.delete(`/v1/roles/${role.id}`), 'a role');
  await stale(await owner.patch(`/v1/memberships/${member.id}`, { role: 'admin' }, member.version), 'a person');
  await stale(await owner.post(`/v1/memberships/${member.id}/leave`), 'a leaver');
  assert.equal((await owner.get('/v1/memberships')).status, 200, 'reading goes on');
  assert.equal((await owner.patch(`/v1/tenants/${company.id}`, { brand_colour: '#123456' }, tenant.version)).status, 200, 'and what has no weight');
  assert.equal((await owner.get('/v1/numbering')).status, 200);
  const refused = await (await it.signIn({ email: person.email, password: person.password })).patch(`/v1/tax_codes/${tax.id}`, { name: 'Other' }, tax.version);
  assert.equal(refused.json.type, '/problems/forbidden', 'who may not at all is not asked for a proof');
});

test('signing in once more is a fresh proof', async () => {
  owner = await it.signIn({ email: company.email, password: company.password });
  assert.equal((await owner.get('/v1/customers/export.csv')).status, 200);
  await owner.change('tenants', company.id, { bank_details: 'Example Bank 2' });
});
