// What happens by the calendar, without anybody asking: offers expire, and a service comes back thirty days before it is due (rulings G13).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, signIn } from '../../harness/server.mjs';

let it;
let company;
let owner;
let customer;
let site;

/** As if it were noon in Johannesburg on that day. */
async function on(day) {
  await it.stop();
  it.setClock(Date.parse(`${day}T10:00:00Z`) - Date.now());
  await it.start();
  owner = await signIn(it.base, company.email, company.password);
  company.owner = owner;
}
const until = async (what, found) => {
  for (let tries = 0; tries < 80; tries += 1) {
    const value = await what();
    if (found(value)) return value;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('it did not happen');
};

before(async () => {
  it = await Installation.create({ clock: Date.parse('2026-11-21T10:00:00Z') - Date.now() });
  await it.start();
  company = await Company.create(it);
  owner = company.owner;
  ({ customer, site } = await company.customerAndSite());
});
after(() => it?.end());

test('an offer can be accepted on its last day and has expired on the next; the office may let it hold all the same', async () => {
  const quote = await owner.make('quotes', { customer_id: customer.id, title: 'Expires', valid_until: '2026-11-30' });
  await owner.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'Work', qty3: 1000, price4: 100_0000 }] });
  await owner.act(`/v1/quotes/${quote.id}/send`, {});
  await on('2026-11-30');
  await new Promise((done) => setTimeout(done, 2500));
  assert.equal((await owner.read(`/v1/quotes/${quote.id}`)).status, 'sent');
  await on('2026-12-01');
  await until(() => owner.read(`/v1/quotes/${quote.id}`), (q) => q.status === 'expired');
  const { items } = await owner.read(`/v1/quotes/${quote.id}/history`);
  assert.ok(items.some((e) => e.action === 'expire' && e.actor.kind === 'system'), JSON.stringify(items.map((e) => [e.action, e.actor])));
  assert.equal((await owner.send('POST', `/v1/quotes/${quote.id}/accept`, { name: 'N' })).status, 409);
  assert.equal((await owner.act(`/v1/quotes/${quote.id}/accept`, { name: 'N', late: true })).status, 'accepted');
});

test('completed on 21 November 2026, the yearly service appears on 22 October 2027, once', async () => {
  const type = await company.jobType();
  assert.equal((await owner.send('POST', '/v1/recurring_plans', { name: 'x', customer_id: customer.id, site_id: site.id, job_type_id: type.id, every_months: 12 })).json.errors[0].pointer, '/starts_on');
  const plan = await owner.make('recurring_plans', {
    name: 'Annual geyser service', customer_id: customer.id, site_id: site.id, job_type_id: type.id, every_months: 12, last_done: '2026-11-21',
    lines: [{ description: 'Service', qty3: 1000, price4: 850_0000 }],
  });
  assert.deepEqual([plan.next_due, plan.lead_days, plan.state], ['2027-11-21', 30, 'active']);
  const made = async () => (await owner.read(`/v1/jobs?filter[recurring_plan_id]=${plan.id}`)).items;
  await on('2027-10-21');
  await new Promise((done) => setTimeout(done, 2500));
  assert.deepEqual(await made(), []);
  await on('2027-10-22');
  const [job] = await until(made, (jobs) => jobs.length > 0);
  assert.deepEqual([job.title, job.stage, job.due_at], ['Annual geyser service', 'new', '2027-11-21T15:00:00.000Z']);
  assert.equal((await owner.read(`/v1/job_lines?filter[job_id]=${job.id}`)).items[0].line_net, 85000);
  await on('2027-10-25');
  await new Promise((done) => setTimeout(done, 2500));
  assert.equal((await made()).length, 1, 'looked at again, it is the same work');
  for (const stage of ['in_progress', 'work_done']) await owner.act(`/v1/jobs/${job.id}/move`, { status_id: (await company.status(stage)).id });
  const next = await owner.read(`/v1/recurring_plans/${plan.id}`);
  assert.deepEqual([next.last_done, next.next_due, next.last_job_id], ['2027-10-25', '2028-10-25', job.id]);
});

test('the 31st goes to the last day of a shorter month; a plan that is paused or over makes nothing', async () => {
  const type = await company.jobType();
  const body = { customer_id: customer.id, site_id: site.id, job_type_id: type.id };
  const leap = await owner.make('recurring_plans', { ...body, name: 'Monthly', every_months: 1, last_done: '2028-01-31' });
  assert.equal(leap.next_due, '2028-02-29');
  const over = await owner.make('recurring_plans', { ...body, name: 'Over', every_months: 12, last_done: '2026-12-01', ends_on: '2027-06-30' });
  assert.equal(over.state, 'ended');
  const paused = await owner.make('recurring_plans', { ...body, name: 'Paused', every_months: 1, starts_on: '2027-10-01', state: 'paused' });
  await on('2027-10-26');
  await new Promise((done) => setTimeout(done, 2500));
  for (const plan of [leap, over, paused]) assert.deepEqual((await owner.read(`/v1/jobs?filter[recurring_plan_id]=${plan.id}`)).items, []);
});
