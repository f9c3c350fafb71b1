// Somebody leaves: one act ends his sessions, his membership and his place in the plans, within one request (S-152).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, adminSql, doneWithShared, idLiteral, shared, signIn } from '../../harness/server.mjs';

let company;
let owner;
before(async () => {
  company = await Company.create(await shared());
  ({ owner } = company);
});
after(doneWithShared);

const memberOf = async (email) => (await owner.all('memberships')).find((m) => m.email === email);

test('after the act the next request of each of his sessions is refused', async () => {
  const person = await company.person('technician', { employee: true });
  const sessions = [person, await signIn(company.base, person.email, person.password), await signIn(company.base, person.email, person.password)];
  for (const s of sessions) assert.equal((await s.get('/v1/me')).status, 200);
  const member = await memberOf(person.email);
  const began = Date.now();
  const left = await owner.act(`/v1/memberships/${member.id}/leave`);
  for (const s of sessions) assert.equal((await s.get('/v1/me')).status, 401);
  assert.ok(Date.now() - began < 1000, 'within a second');
  assert.equal(left.active, false);
  assert.ok(Date.parse(left.left_at) >= began - 60_000);
  assert.equal((await owner.read(`/v1/employees/${person.employeeId}`)).active, false);
  const again = await (await import('../../harness/http.mjs')).request(company.base, 'POST', '/v1/login', { body: { email: person.email, password: person.password } });
  assert.equal(again.status, 401, 'nor does he come in anew');
  const user = idLiteral(company.installation, member.user_id);
  const rows = adminSql(company.installation, `SELECT count(*) AS n FROM session WHERE user_id = ${user} AND ended_at IS NULL`);
  assert.equal(Number(rows[0].n), 0, 'the sessions themselves are ended');
  const event = (await owner.read(`/v1/memberships/${member.id}/history?changes=1`)).items.find((e) => e.action === 'leave');
  assert.ok(event);
  assert.equal((await owner.act(`/v1/memberships/${member.id}/leave`)).left_at, left.left_at, 'once more changes nothing');
});

test('who keeps working without signing in stays in the plans', async () => {
  const person = await company.person('technician', { employee: true });
  await owner.act(`/v1/memberships/${(await memberOf(person.email)).id}/leave`, { employee: false });
  assert.equal((await person.get('/v1/me')).status, 401);
  assert.equal((await owner.read(`/v1/employees/${person.employeeId}`)).active, true);
});

test('the last owner cannot leave; nobody sees himself out; it takes the right', async () => {
  const boss = await memberOf(company.email);
  const last = await owner.post(`/v1/memberships/${boss.id}/leave`);
  assert.equal(last.status, 409);
  assert.match(last.json.detail, /The last owner stays/);
  const admin = await company.person('admin');
  const me = await memberOf(admin.email);
  assert.equal((await admin.post(`/v1/memberships/${me.id}/leave`)).status, 403);
  const second = await company.person('owner');
  const theirs = await memberOf(second.email);
  assert.equal((await admin.post(`/v1/memberships/${theirs.id}/leave`)).status, 403, 'an administrator ends no owner');
  const office = await company.person('dispatcher');
  assert.equal((await office.post(`/v1/memberships/${me.id}/leave`)).status, 404);
  assert.equal((await owner.act(`/v1/memberships/${theirs.id}/leave`)).active, false);
  assert.equal((await owner.get('/v1/me')).status, 200);
});
