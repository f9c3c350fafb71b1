// What people may do and have not done for a while is told, so that it can be taken away (S-139).
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

const of = async (client, email, days = '') => {
  const member = (await client.all('memberships')).find((m) => m.email === email);
  return (await client.read(`/v1/rights/unused${days}`)).items.find((m) => m.membership_id === member.id);
};

test('a right that was used is not told; one that was only refused or never tried is', async () => {
  const office = await company.person('dispatcher');
  const before = await of(owner, office.email);
  assert.equal(before.unused.length, before.given, 'nothing was used yet');
  assert.equal(before.role, 'dispatcher');
  const { customer } = await company.customerAndSite();
  await office.read('/v1/customers');
  await office.change('customers', customer.id, { name: 'Renamed' });
  assert.equal((await office.get('/v1/payments')).status, 403);
  assert.equal((await office.post('/v1/enquiries', { nonsense: 1 })).status, 422, 'what failed was of no use');
  const is = await of(owner, office.email);
  for (const name of ['customer.read', 'customer.update', 'customer.special']) assert.ok(!is.unused.includes(name), `${name} was used: ${is.unused}`);
  for (const name of ['enquiry.create', 'job.create', 'invoice.create']) assert.ok(is.unused.includes(name), name);
  assert.ok(!is.unused.includes('payment.read'), 'what he may not do at all is not told');
  assert.equal((await office.get('/v1/rights/unused')).status, 403);
  assert.equal((await owner.get('/v1/rights/unused?days=0')).status, 422);
});

test('after ninety days it is unused again; a longer look still knows of it', async () => {
  const office = await company.person('dispatcher');
  await office.read('/v1/customers');
  assert.ok(!(await of(owner, office.email)).unused.includes('customer.read'));
  it.setClock(91 * 86_400_000);
  owner = await it.signIn({ email: company.email, password: company.password });
  assert.ok((await of(owner, office.email)).unused.includes('customer.read'));
  assert.ok(!(await of(owner, office.email, '?days=120')).unused.includes('customer.read'));
});
