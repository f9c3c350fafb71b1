// Every quarter somebody looks who may do what: who is not confirmed within thirty days loses his access; an owner stays, and an alert says so
// (S-157, S-192). Nobody confirms himself.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, signIn, until } from '../../harness/server.mjs';

let it;
let company;
let young;
let owner;
let second;
const people = {};

async function on(day) {
  await it.stop();
  it.setClock(Date.parse(`${day}T10:00:00Z`) - Date.now());
  await it.start();
  owner = await signIn(it.base, company.email, company.password);
}
const items = async (by = owner) => (await by.all('access_review_items'));
const itemOf = async (email) => {
  const members = await owner.all('memberships');
  const member = members.find((m) => m.email === email);
  return (await items()).find((i) => i.membership_id === member.id);
};
const again = (person) => signIn(it.base, person.email, person.password);

before(async () => {
  it = await Installation.create({ clock: Date.parse('2027-02-10T10:00:00Z') - Date.now() });
  await it.start();
  company = await Company.create(it);
  ({ owner } = company);
  for (const role of ['admin', 'dispatcher', 'technician', 'accountant']) people[role] = await company.person(role, { employee: role === 'technician' });
  second = await company.person('owner');
  await people.accountant.read('/v1/payments');
  const role = await owner.make('roles', { name: 'Night desk', base: 'dispatcher', grants: 'invoice.approve=all' });
  await owner.change('memberships', (await owner.all('memberships')).find((m) => m.email === people.dispatcher.email).id, { role_id: role.id });
});
after(() => it?.end());

test('within a quarter nothing happens; at its beginning a review opens, but not in a young company', async () => {
  assert.deepEqual((await owner.read('/v1/access_reviews')).items, []);
  await on('2027-03-20');
  young = await Company.create(it);
  await on('2027-04-01');
  const review = await until(async () => (await owner.read('/v1/access_reviews')).items[0], 'the review');
  assert.equal(review.quarter, '2027-Q2');
  assert.equal(review.due_on, '2027-05-01');
  assert.deepEqual([review.state, review.people, review.confirmed, review.expired], ['open', 6, 0, 0]);
  const all = (await owner.read('/v1/access_review_items?expand=membership_id')).items;
  assert.deepEqual(all.map((i) => i.membership.name).filter((name) => Object.values(people).some((p) => p.name === name)).length, 4, 'with their names');
  assert.equal(all.length, 6);
  assert.ok(all.every((i) => i.decision === 'pending' && i.review_id === review.id));
  assert.equal((await itemOf(people.dispatcher.email)).role, 'Night desk', 'the role in words');
  assert.equal((await itemOf(people.accountant.email)).last_used_on, '2027-02-10', 'when it was last used');
  assert.equal((await itemOf(people.technician.email)).last_used_on, null, 'never');
  const other = await signIn(it.base, young.email, young.password);
  assert.deepEqual((await other.read('/v1/access_reviews')).items, []);
});

test('who holds the right decides; nobody decides about himself; who is removed is out', async () => {
  const admin = await again(people.admin);
  const office = await again(people.dispatcher);
  assert.equal((await office.get('/v1/access_review_items')).status, 403);
  const self = await itemOf(people.admin.email);
  const refused = await admin.post(`/v1/access_review_items/${self.id}/confirm`);
  assert.equal(refused.status, 403);
  assert.match(refused.json.detail, /Nobody confirms his own access/);
  assert.equal((await owner.post(`/v1/access_review_items/${(await itemOf(company.email)).id}/confirm`)).status, 403, 'nor one of two owners');
  const kept = await admin.act(`/v1/access_review_items/${(await itemOf(people.dispatcher.email)).id}/confirm`);
  assert.equal(kept.decision, 'confirmed');
  assert.ok(kept.decided_by && kept.decided_at);
  assert.equal((await admin.act(`/v1/access_review_items/${kept.id}/confirm`)).decided_at, kept.decided_at, 'once more changes nothing');
  assert.equal((await admin.post(`/v1/access_review_items/${kept.id}/remove`)).status, 409);
  assert.equal((await owner.act(`/v1/access_review_items/${self.id}/confirm`)).decision, 'confirmed');
  const accountant = await again(people.accountant);
  assert.equal((await owner.act(`/v1/access_review_items/${(await itemOf(people.accountant.email)).id}/remove`)).decision, 'removed');
  assert.equal((await accountant.get('/v1/me')).status, 401);
  assert.equal((await admin.post(`/v1/access_review_items/${(await itemOf(second.email)).id}/remove`)).status, 403, 'an administrator unmakes no owner');
  const [review] = (await owner.read('/v1/access_reviews')).items;
  assert.deepEqual([review.confirmed, review.removed], [2, 1]);
});

test('on the day after its last the rest expires; owners stay, and an alert tells of each', async () => {
  const technician = await again(people.technician);
  await on('2027-05-01');
  assert.equal((await (await again(people.technician)).get('/v1/me')).status, 200, 'its last day counts');
  await on('2027-05-02');
  const review = await until(async () => (await owner.read('/v1/access_reviews')).items.find((r) => r.state === 'closed'), 'its end');
  assert.deepEqual([review.people, review.confirmed, review.removed, review.expired], [6, 2, 1, 1]);
  assert.equal((await technician.get('/v1/me')).status, 401);
  assert.equal((await itemOf(people.technician.email)).decision, 'expired');
  assert.equal((await owner.all('memberships')).find((m) => m.email === people.technician.email).active, false);
  assert.equal((await itemOf(second.email)).decision, 'overdue');
  assert.equal((await (await again(second)).get('/v1/me')).status, 200);
  const alerts = (await owner.read('/v1/security_alerts?filter[state]=open')).items.filter((a) => a.kind === 'review_overdue');
  assert.equal(alerts.length, 2, 'one for each owner');
  const closed = await owner.post(`/v1/access_review_items/${(await itemOf(second.email)).id}/confirm`);
  assert.equal(closed.status, 409);
  await until(async () => (await owner.read(`/v1/access_reviews/${review.id}/history?changes=1`)).items.some((e) => e.action === 'close'), 'the event');
});

test('the only owner may confirm himself', async () => {
  await owner.act(`/v1/memberships/${(await owner.all('memberships')).find((m) => m.email === second.email).id}/leave`);
  await on('2027-07-01');
  await until(async () => (await owner.read('/v1/access_reviews')).items.find((r) => r.quarter === '2027-Q3'), 'the next review');
  const mine = (await items()).find((i) => i.decision === 'pending' && i.role === 'owner');
  assert.equal((await owner.act(`/v1/access_review_items/${mine.id}/confirm`)).decision, 'confirmed');
});
