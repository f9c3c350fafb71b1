// Two people change one row, in every order that their steps can take: one wins, the other is told and shown what is there now.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../harness/server.mjs';

let company;
const people = [];
before(async () => {
  company = await Company.create(await shared());
  people.push(company.owner, await company.person('dispatcher'));
});
after(doneWithShared);

/** All orders of two lists of steps that keep each list's own order. */
function interleavings(a, b) {
  if (!a.length || !b.length) return [[...a, ...b]];
  return [...interleavings(a.slice(1), b).map((rest) => [a[0], ...rest]), ...interleavings(a, b.slice(1)).map((rest) => [b[0], ...rest])];
}

const ORDERS = interleavings([[0, 'read'], [0, 'write']], [[1, 'read'], [1, 'write']]);
for (const order of ORDERS)
  test(`${order.map(([who, step]) => `${'AB'[who]} ${step}s`).join(', ')}`, async () => {
    const job = await company.job();
    const seen = [];
    const wrote = [];
    for (const [who, step] of order) {
      if (step === 'read') seen[who] = await people[who].read(`/v1/jobs/${job.id}`);
      else wrote[who] = await people[who].patch(`/v1/jobs/${job.id}`, { title: `By ${who}` }, seen[who].version);
    }
    const place = (who, step) => order.findIndex(([w, s]) => w === who && s === step);
    for (const who of [0, 1]) {
      const late = place(1 - who, 'write') < place(who, 'write') && place(1 - who, 'write') > place(who, 'read');
      assert.equal(wrote[who].status, late ? 412 : 200);
      if (late) {
        assert.equal(wrote[who].json.current.title, `By ${1 - who}`);
        const again = await people[who].patch(`/v1/jobs/${job.id}`, { title: `By ${who}` }, wrote[who].json.current.version);
        assert.equal(again.status, 200, 'with the version that was shown it goes in');
      }
    }
  });

test('at the same moment: exactly one of many wins, and each loser sees the winner', async () => {
  for (let round = 0; round < 5; round++) {
    const job = await company.job();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => people[i % 2].patch(`/v1/jobs/${job.id}`, { title: `Try ${i}` }, job.version)));
    const won = answers.filter((a) => a.status === 200);
    assert.equal(won.length, 1, answers.map((a) => a.status).join());
    for (const lost of answers.filter((a) => a.status !== 200)) {
      assert.equal(lost.status, 412);
      assert.equal(lost.json.current.title, won[0].json.title);
    }
    const history = (await company.owner.read(`/v1/jobs/${job.id}/history`)).items.filter((e) => e.action === 'update');
    assert.equal(history.length, 1);
  }
});

test('one Idempotency-Key at the same moment makes one row', async () => {
  const { customer, site } = await company.customerAndSite();
  const body = { title: 'Once', job_type_id: (await company.jobType()).id, customer_id: customer.id, site_id: site.id };
  const answers = await Promise.all(Array.from({ length: 10 }, () => company.owner.post('/v1/jobs', body, { 'idempotency-key': 'same-moment' })));
  for (const answer of answers) assert.equal(answer.status, 201, answer.text);
  assert.equal(new Set(answers.map((a) => a.json.id)).size, 1);
  assert.equal((await company.owner.read(`/v1/jobs?count=1&filter[customer_id]=${customer.id}`)).total, 1);
});

test('numbers are given once, whoever asks at the same moment', async () => {
  const { customer, site } = await company.customerAndSite();
  const jobs = await Promise.all(Array.from({ length: 40 }, () => company.job({ customer_id: customer.id, site_id: site.id })));
  assert.equal(new Set(jobs.map((j) => j.no)).size, 40);
});

test('a unique code is taken once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => company.owner.post('/v1/customers', { name: `N${i}`, code: 'TAKEN' })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, ...Array(9).fill(409)]);
});

test('a visit is begun once by two people of the crew', async () => {
  const crew = [await company.person('technician', { employee: true }), await company.person('technician', { employee: true })];
  const job = await company.job();
  const visit = await company.schedule(job, crew.map((c) => c.employeeId));
  const answers = await Promise.all(crew.map((c) => c.post(`/v1/appointments/${visit.id}/travel`)));
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);
  const events = (await company.owner.read(`/v1/jobs/${job.id}/history`)).items.filter((e) => e.action === 'travel');
  assert.equal(events.length, 1);
});

test('deleting against changing: either the change is in the log before the end, or it is refused', async () => {
  for (let round = 0; round < 8; round++) {
    const customer = await company.owner.make('customers', { name: 'Short-lived' });
    const [gone, changed] = await Promise.all([company.owner.delete(`/v1/customers/${customer.id}`), people[1].patch(`/v1/customers/${customer.id}`, { name: 'Changed' }, 1)]);
    assert.equal(gone.status, 204);
    assert.ok([200, 404, 412].includes(changed.status), changed.text);
    assert.equal((await company.owner.get(`/v1/customers/${customer.id}`)).status, 404);
  }
  assert.equal((await company.owner.act('/v1/audit/verify')).ok, true);
});
