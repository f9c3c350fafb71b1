// A day in a small company: the list comes in, a job is planned, the technician goes, ticks his list and is done; the card and the log tell it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { run } from '../06-import/import.mjs';

let company;
let owner;
let office;
let tech;
let job;
let visit;
before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher', { name: 'Ayesha Patel' });
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
});
after(doneWithShared);

test('the customer list comes in', async () => {
  const row = await run(owner, 'name,code,phone,kind\nKopano Guest House,KGH,011 555 0202,company\nNaledi Dlamini,ND,082 555 0201,person\n', { noun: 'customer', name: 'customers.csv' });
  assert.equal(row.created, 2);
});

test('the phone rings: the caller is found by the number', async () => {
  const { items } = await office.act('/v1/customers/search', { q: '082 555 0201' });
  assert.deepEqual(items.map((c) => c.name), ['Naledi Dlamini']);
  const site = await office.make('sites', { customer_id: items[0].id, line1: '14 Jacaranda Street', suburb: 'Melville', access_notes: 'Gate code 4711' });
  job = await office.make('jobs', { title: 'Geyser is leaking', customer_id: items[0].id, site_id: site.id, job_type_id: (await company.jobType()).id, requested_at: new Date().toISOString(), priority: 'high' });
  for (const text of ['Make safe', 'Replace the valve']) await office.make('tasks', { job_id: job.id, text, required: true });
  assert.deepEqual((await tech.read('/v1/jobs')).items, [], 'nobody else sees it yet');
});

test('the visit is planned without a clash', async () => {
  const start = new Date(Date.now() + 3600_000);
  const end = new Date(Date.now() + 3 * 3600_000);
  const when = { start_at: start.toISOString(), end_at: end.toISOString(), employee_ids: [tech.employeeId] };
  const { items } = await office.act('/v1/appointments/check', when);
  assert.deepEqual(items.filter((i) => i.kind === 'appointment'), []);
  visit = await office.act(`/v1/jobs/${job.id}/schedule`, { ...when, instructions: 'Ring twice' }, 201);
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'scheduled');
});

test('the technician finds it in his own list, with what he needs to know', async () => {
  const { items } = await tech.read('/v1/appointments?sort=start_at&expand=job_id');
  assert.deepEqual(items.map((v) => v.id), [visit.id]);
  assert.equal(items[0].instructions, 'Ring twice');
  const own = await tech.read(`/v1/jobs/${job.id}`);
  assert.equal((await tech.read(`/v1/sites/${own.site_id}`)).access_notes, 'Gate code 4711');
  assert.equal((await tech.read(`/v1/customers/${own.customer_id}`)).phone, '+27825550201');
});

test('he travels, arrives, ticks his list, finishes, and the work is done', async () => {
  await tech.act(`/v1/appointments/${visit.id}/travel`);
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'in_progress');
  await tech.act(`/v1/appointments/${visit.id}/arrive`);
  const done = (await tech.read(`/v1/jobs/${job.id}/steps`)).items.find((s) => s.stage === 'work_done');
  assert.deepEqual([done.allowed, done.missing[0].kind, done.missing[0].count], [false, 'tasks', 2]);
  for (const task of (await tech.read(`/v1/tasks?filter[job_id]=${job.id}&sort=position`)).items) await tech.change('tasks', task.id, { state: 'done' });
  await tech.make('notes', { job_id: job.id, body: 'Old valve was corroded' });
  await tech.change('jobs', job.id, { work_summary: 'Valve replaced, tested under pressure' });
  await tech.act(`/v1/appointments/${visit.id}/finish`);
  const moved = await tech.act(`/v1/jobs/${job.id}/move`, { status_id: done.status_id });
  assert.deepEqual([moved.stage, moved.outcome], ['work_done', 'done']);
});

test('the job card is a PDF made when it is asked for', async () => {
  const answer = await office.get(`/v1/jobs/${job.id}/card.pdf`);
  assert.equal(answer.status, 200, answer.text.slice(0, 200));
  assert.equal(answer.headers['content-type'], 'application/pdf');
  assert.equal(answer.bytes.subarray(0, 5).toString(), '%PDF-');
  assert.ok(answer.bytes.length > 5000);
  assert.equal((await tech.get(`/v1/jobs/${job.id}/card.pdf`)).status, 200);
});

test('the diary tells each step with the one who took it, and the log verifies', async () => {
  const items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await office.read(`/v1/jobs/${job.id}/history?limit=50${cursor ? `&cursor=${cursor}` : ''}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  const told = items.filter((e) => e.action !== 'read' && e.action !== 'reveal').reverse().map((e) => `${e.actor.name}: ${e.action} ${e.noun}`);
  let at = -1;
  for (const step of ['Ayesha Patel: create job', 'Ayesha Patel: create task', 'Ayesha Patel: create appointment', 'Thabo Nkosi: travel appointment', 'Thabo Nkosi: arrive appointment',
    'Thabo Nkosi: update task', 'Thabo Nkosi: create note', 'Thabo Nkosi: finish appointment', 'Thabo Nkosi: move job']) {
    const next = told.indexOf(step, at + 1);
    assert.ok(next > at, `"${step}" comes next in:\n${told.join('\n')}`);
    at = next;
  }
  assert.deepEqual((await owner.act('/v1/audit/verify')).ok, true);
});
