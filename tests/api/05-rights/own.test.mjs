// A technician sees his own work and nothing else: in lists, details, search, history, export, expanded references, and by naming ids.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared, unique } from '../../harness/server.mjs';

let company;
let owner;
let tech;
let other;
let mine;
let theirs;

async function workOf(employee, marker) {
  const { customer, site } = await company.customerAndSite({ name: `Customer ${marker}`, phone: '0825550100' }, { line1: `9 ${marker} Lane`, access_notes: `Code ${marker}` });
  const contact = await owner.make('contacts', { customer_id: customer.id, name: `Contact ${marker}` });
  const job = await company.job({ title: `Work ${marker}`, customer_id: customer.id, site_id: site.id, contact_id: contact.id, customer_order_no: `PO-${marker}` });
  const visit = await company.schedule(job, [employee]);
  const task = await owner.make('tasks', { job_id: job.id, text: `Task ${marker}` });
  const note = await owner.make('notes', { job_id: job.id, body: `Note ${marker}` });
  const [person] = (await owner.read(`/v1/appointment_people?filter[job_id]=${job.id}`)).items;
  return { marker, customer, site, contact, job: await owner.read(`/v1/jobs/${job.id}`), visit, task, note, person };
}

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  tech = await company.person('technician', { employee: true });
  other = await company.person('technician', { employee: true });
  mine = await workOf(tech.employeeId, `mine${unique()}`);
  theirs = await workOf(other.employeeId, `theirs${unique()}`);
});
after(doneWithShared);

const LISTS = { customers: 'customer', sites: 'site', contacts: 'contact', jobs: 'job', appointments: 'visit', appointment_people: 'person', tasks: 'task', notes: 'note' };

for (const [plural, key] of Object.entries(LISTS)) {
  test(`${plural}: list, search, count and export hold own rows only`, async () => {
    const list = await tech.read(`/v1/${plural}?count=1&limit=200`);
    assert.deepEqual(list.items.map((row) => row.id), [mine[key].id]);
    assert.equal(list.total, 1, 'no count of what is hidden');
    assert.deepEqual((await tech.act(`/v1/${plural}/search`, { limit: 200 })).items.map((row) => row.id), [mine[key].id]);
    const csv = (await tech.get(`/v1/${plural}/export.csv`)).text;
    assert.ok(csv.includes(mine[key].id));
    assert.ok(!csv.includes(theirs[key].id) && !csv.includes(theirs.marker));
  });

  test(`${plural}: another's row and one that never was are told in the same bytes`, async () => {
    const never = '01900000-0000-7000-8000-0000000000aa';
    const same = (text) => text.replace(/"request_id":"[^"]*"/, '');
    for (const [method, tail, body, headers] of [['GET', ''], ['PATCH', '', {}, { 'if-match': '"1"' }], ['GET', '/history'],
      ...(plural === 'jobs' ? [['GET', '/steps'], ['POST', '/move', { status_id: theirs.job.status_id }], ['GET', '/card.pdf']] : []),
      ...(plural === 'appointments' ? [['POST', '/travel', {}], ['POST', '/finish', {}]] : [])]) {
      const foreign = await tech.send(method, `/v1/${plural}/${theirs[key].id}${tail}`, body, headers);
      const missing = await tech.send(method, `/v1/${plural}/${never}${tail}`, body, headers);
      assert.equal(foreign.status, missing.status, `${method} ${tail}: ${foreign.text}`);
      assert.equal(same(foreign.text), same(missing.text));
      assert.ok([404, 403].includes(foreign.status));
      assert.ok(!foreign.text.includes(theirs.marker));
    }
    assert.equal((await tech.get(`/v1/${plural}/${mine[key].id}`)).status, 200);
  });
}

test('search words of other people\'s work find nothing', async () => {
  for (const [plural, words] of [['jobs', theirs.marker], ['jobs', theirs.job.no], ['jobs', `PO-${theirs.marker}`], ['customers', theirs.marker], ['customers', '0825550100'], ['sites', theirs.marker], ['contacts', theirs.marker]]) {
    const { items } = await tech.act(`/v1/${plural}/search`, { q: words, limit: 200 });
    assert.ok(!items.some((row) => JSON.stringify(row).includes(theirs.marker)), `${plural}: ${words}`);
  }
  assert.equal((await tech.act('/v1/jobs/search', { q: mine.marker })).items.length, 1);
  assert.equal((await tech.act('/v1/customers/search', { q: mine.marker })).items.length, 1);
});

test('filters by the ids of other people\'s work find nothing', async () => {
  for (const params of [`jobs?filter[customer_id]=${theirs.customer.id}`, `jobs?filter[site_id]=${theirs.site.id}`, `appointments?filter[job_id]=${theirs.job.id}`, `tasks?filter[job_id]=${theirs.job.id}`,
    `notes?filter[job_id]=${theirs.job.id}`, `contacts?filter[customer_id]=${theirs.customer.id}`, `appointment_people?filter[employee_id]=${other.employeeId}`])
    assert.deepEqual((await tech.read(`/v1/${params}`)).items, [], params);
});

test('an expanded reference shows nothing of a row that is not one\'s own', async () => {
  await owner.change('jobs', mine.job.id, { parent_job_id: theirs.job.id, bill_to_id: theirs.customer.id });
  const { items } = await tech.read('/v1/jobs?expand=parent_job_id,bill_to_id,customer_id');
  assert.equal(items[0].customer.name, `Customer ${mine.marker}`);
  assert.equal(items[0].parent_job, null, JSON.stringify(items[0].parent_job));
  assert.equal(items[0].bill_to, null, JSON.stringify(items[0].bill_to));
  assert.doesNotMatch(JSON.stringify(items), new RegExp(theirs.marker));
});

test('references to other people\'s rows are refused in the words for missing ones', async () => {
  const never = '01900000-0000-7000-8000-0000000000aa';
  const version = (await tech.read(`/v1/jobs/${mine.job.id}`)).version;
  const words = (answer) => answer.text.replace(/"request_id":"[^"]*"/, '');
  for (const [field, id] of [['parent_job_id', theirs.job.id], ['site_id', theirs.site.id], ['contact_id', theirs.contact.id]]) {
    const foreign = await tech.patch(`/v1/jobs/${mine.job.id}`, { [field]: id }, version);
    const missing = await tech.patch(`/v1/jobs/${mine.job.id}`, { [field]: never }, version);
    assert.equal(foreign.status, missing.status, field);
    assert.equal(words(foreign), words(missing), field);
  }
  for (const plural of ['tasks', 'notes']) {
    const body = (job) => ({ job_id: job, ...(plural === 'tasks' ? { text: 'x' } : { body: 'x' }) });
    const foreign = await tech.post(`/v1/${plural}`, body(theirs.job.id));
    const missing = await tech.post(`/v1/${plural}`, body(never));
    assert.equal(foreign.status, 422);
    assert.equal(words(foreign), words(missing));
    assert.equal((await tech.post(`/v1/${plural}`, body(mine.job.id))).status, 201);
  }
});

test('looking for clashes tells nothing of colleagues\' work', async () => {
  const answer = await tech.post('/v1/appointments/check', { start_at: theirs.visit.start_at, end_at: theirs.visit.end_at, employee_ids: [other.employeeId] });
  assert.ok(!answer.text.includes(theirs.job.no), answer.text);
});

test('work is his from the planning on, and no longer once he is taken off', async () => {
  const fresh = await workOf(other.employeeId, `moves${unique()}`);
  assert.equal((await tech.get(`/v1/jobs/${fresh.job.id}`)).status, 404);
  const added = await owner.make('appointment_people', { appointment_id: fresh.visit.id, employee_id: tech.employeeId });
  for (const path of [`jobs/${fresh.job.id}`, `customers/${fresh.customer.id}`, `sites/${fresh.site.id}`, `appointments/${fresh.visit.id}`, `tasks/${fresh.task.id}`]) assert.equal((await tech.get(`/v1/${path}`)).status, 200, path);
  assert.match((await tech.get(`/v1/sites/${fresh.site.id}`)).text, /Code moves/);
  await owner.want(204, 'DELETE', `/v1/appointment_people/${added.id}`);
  for (const path of [`jobs/${fresh.job.id}`, `customers/${fresh.customer.id}`, `sites/${fresh.site.id}`, `appointments/${fresh.visit.id}`, `tasks/${fresh.task.id}`]) assert.equal((await tech.get(`/v1/${path}`)).status, 404, path);
});

test('a technician without an employee record owns nothing', async () => {
  const nobody = await company.person('technician');
  for (const plural of Object.keys(LISTS)) assert.deepEqual((await nobody.read(`/v1/${plural}`)).items, []);
});

test('"my view only" narrows whoever has it', async () => {
  const office = await company.person('dispatcher', { employee: true });
  const member = (await owner.all('memberships')).find((m) => m.email === office.email);
  assert.ok((await office.read('/v1/jobs?count=1')).total >= 2);
  await owner.change('memberships', member.id, { my_view_only: true });
  assert.deepEqual((await office.read('/v1/jobs')).items, []);
  assert.equal((await office.get(`/v1/jobs/${mine.job.id}`)).status, 404);
});

test('a technician works on his own visit and not on the planning', async () => {
  assert.equal((await tech.post(`/v1/jobs/${mine.job.id}/schedule`, { start_at: mine.visit.start_at, end_at: mine.visit.end_at, employee_ids: [tech.employeeId] })).status, 403);
  assert.equal((await tech.patch(`/v1/appointments/${mine.visit.id}`, { start_at: mine.visit.start_at }, 1)).status, 403);
  assert.equal((await tech.post(`/v1/appointments/${mine.visit.id}/travel`)).status, 200);
});
