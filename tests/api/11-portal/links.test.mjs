// A link opens one document for whoever holds it; its token is in no table, and who may send a document may have its address.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { adminSql, blob, Company, doneWithShared, shared } from '../../harness/server.mjs';

let company;
let owner;
let office;
let customer;
let quote;
const until = (days) => new Date(Date.now() + days * 86400_000).toISOString().slice(0, 10);

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher');
  ({ customer } = await company.customerAndSite());
  quote = await office.make('quotes', { customer_id: customer.id, title: 'A new geyser', valid_until: until(20) });
});
after(doneWithShared);

test('a draft has no page; what was sent has one, always the same', async () => {
  const early = await office.make('quotes', { customer_id: customer.id, title: 'Not yet' });
  assert.equal((await office.post(`/v1/quotes/${early.id}/link`)).status, 409);
  await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'Geyser', qty3: 1000, price4: 100_0000 }] });
  await office.act(`/v1/quotes/${quote.id}/send`);
  const first = await office.act(`/v1/quotes/${quote.id}/link`);
  assert.match(first.url, /^https:\/\/[^/?#]+\/z\/#[A-Za-z0-9_-]{72}$/);
  assert.equal((await office.act(`/v1/quotes/${quote.id}/link`)).url, first.url, 'asked again, it is the same');
  assert.equal(first.expires_at.slice(0, 10), until(35), 'two weeks after the offer, to the end of the day');
  const [link] = (await office.read(`/v1/portal_links?filter[quote_id]=${quote.id}`)).items;
  assert.deepEqual([link.scope, link.uses, link.revoked_at, link.customer_id], ['quote', 0, null, customer.id]);
  for (const hidden of ['token_hash', 'code_hash', 'code_tries']) assert.ok(!(hidden in link), hidden);
});

test('the database has the hash of a token and nothing to make it from', async () => {
  const { url, portal_link_id: id } = await office.act(`/v1/quotes/${quote.id}/link`);
  const bytes = Buffer.from(url.split('#')[1], 'base64url');
  const it = company.installation;
  const hex = createHash('sha256').update(bytes.subarray(22)).digest('hex');
  const [row] = adminSql(it, `SELECT count(*) AS n FROM portal_link WHERE token_hash = ${blob(it, hex)}`);
  assert.equal(Number(row.n), 1);
  assert.equal(bytes.subarray(6, 22).toString('hex'), id.replaceAll('-', ''));
  assert.notEqual(bytes.readUIntBE(0, 6), company.number, 'the number of the company is not to be read in it');
});

test('a contact has a link of his own; somebody else\'s contact has none here', async () => {
  const contact = await owner.make('contacts', { customer_id: customer.id, name: 'Naledi' });
  const { customer: other } = await company.customerAndSite();
  const stranger = await owner.make('contacts', { customer_id: other.id, name: 'Stranger' });
  const own = await office.act(`/v1/quotes/${quote.id}/link`, { contact_id: contact.id });
  assert.notEqual(own.url, (await office.act(`/v1/quotes/${quote.id}/link`)).url);
  const answer = await office.post(`/v1/quotes/${quote.id}/link`, { contact_id: stranger.id });
  assert.equal(answer.status, 422, answer.text);
  assert.equal(answer.json.errors[0].pointer, '/contact_id');
});

test('a revoked link is not handed out again', async () => {
  const first = await office.act(`/v1/customers/${customer.id}/link`);
  const revoked = await office.act(`/v1/portal_links/${first.portal_link_id}/revoke`);
  assert.ok(revoked.revoked_at);
  assert.equal((await office.act(`/v1/portal_links/${first.portal_link_id}/revoke`)).revoked_at, revoked.revoked_at);
  const second = await office.act(`/v1/customers/${customer.id}/link`);
  assert.notEqual(second.url, first.url);
});

test('a technician sees no links and gives none out; nobody writes one by hand', async () => {
  const tech = await company.person('technician', { employee: true });
  assert.equal((await tech.get('/v1/portal_links')).status, 403);
  for (const path of [`quotes/${quote.id}`, `customers/${customer.id}`]) assert.ok([403, 404].includes((await tech.post(`/v1/${path}/link`)).status), path);
  const accountant = await company.person('accountant');
  assert.equal((await accountant.post(`/v1/quotes/${quote.id}/link`)).status, 403);
  assert.ok([403, 422].includes((await owner.post('/v1/portal_links', { scope: 'customer', customer_id: customer.id, expires_at: '2099-01-01T00:00:00Z' })).status));
});
