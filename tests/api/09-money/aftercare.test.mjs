// What the Consumer Protection Act asks of work (sections 57 and 67), signatures, hours and leave.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { png } from '../../harness/png.mjs';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

let company;
let owner;
let office;
let tech;
let job;
let type;
let visit;

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher', { name: 'Ayesha Patel' });
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  type = await owner.make('job_types', { name: 'Geyser', require_signature: 'yes_or_reason' });
  job = await company.job({ job_type_id: type.id });
  visit = await company.schedule(job, [tech.employeeId]);
});
after(doneWithShared);

test('the steps of a visit run the timers of whoever takes them, and hours are offered, never billed by themselves', async () => {
  await tech.act(`/v1/appointments/${visit.id}/travel`, {});
  await new Promise((done) => setTimeout(done, 15));
  await tech.act(`/v1/appointments/${visit.id}/arrive`, {});
  await new Promise((done) => setTimeout(done, 15));
  let entries = (await tech.read('/v1/time_entries')).items;
  assert.deepEqual(entries.map((e) => [e.kind, e.source, e.end_at === null]).sort(), [['travel', 'timer', false], ['work', 'timer', true]]);
  await tech.act(`/v1/appointments/${visit.id}/finish`, {});
  entries = (await tech.read('/v1/time_entries')).items;
  assert.ok(entries.every((e) => e.end_at && e.job_id === job.id && e.employee_id === tech.employeeId));
  const day = Date.parse('2026-10-05T06:00:00Z');
  const at = (h) => new Date(day + h * 3600_000).toISOString();
  await tech.make('time_entries', { employee_id: tech.employeeId, job_id: job.id, start_at: at(0), end_at: at(1 + 20 / 60) });
  const clash = await tech.send('POST', '/v1/time_entries', { employee_id: tech.employeeId, start_at: at(1), end_at: at(2) });
  assert.equal(clash.status, 409, clash.text);
  const other = await company.person('technician', { employee: true });
  assert.equal((await tech.send('POST', '/v1/time_entries', { employee_id: other.employeeId, start_at: at(3), end_at: at(4) })).json.errors[0].pointer, '/employee_id');
  assert.equal((await other.read('/v1/time_entries')).items.length, 0, "nobody else's hours");
  const hours = await office.read(`/v1/jobs/${job.id}/hours`);
  assert.equal(hours.billable_work_qty3, 1333);
  assert.equal((await office.read(`/v1/job_lines?filter[job_id]=${job.id}`)).items.length, 0);
  const [entry] = (await office.read(`/v1/time_entries?filter[employee_id]=${tech.employeeId}&sort=start_at`)).items;
  const approved = await office.act(`/v1/time_entries/${entry.id}/approve`, {});
  assert.ok(approved.approved_at);
  assert.equal((await tech.send('PATCH', `/v1/time_entries/${entry.id}`, { note: 'x' }, { 'if-match': `"${approved.version}"` })).status, 409);
});

test('leave and days on which the company is closed stand in the way before a visit is planned', async () => {
  const start = '2026-11-26T07:00:00Z';
  const end = '2026-11-26T10:30:00Z';
  const check = async (from = start, to = end) => (await office.act('/v1/appointments/check', { start_at: from, end_at: to, employee_ids: [tech.employeeId] })).items;
  assert.deepEqual((await check()).filter((c) => c.kind !== 'appointment'), []);
  await office.make('leaves', { employee_id: tech.employeeId, start_at: '2026-11-26T00:00:00Z', end_at: '2026-11-27T00:00:00Z', note: 'Wedding' });
  assert.deepEqual((await check()).map((c) => [c.kind, c.text]), [['leave', 'Thabo Nkosi is on leave then.']]);
  await owner.make('working_calendars', { day: '2026-11-25', name: 'Stock-taking', public_holiday: false });
  assert.deepEqual((await check('2026-11-25T07:00:00Z', '2026-11-25T08:00:00Z')).map((c) => c.text), ['The company is closed: Stock-taking.']);
  await owner.make('working_calendars', { day: '2026-11-24', name: 'Election', gazette_ref: 'GG 1' });
  assert.ok((await check('2026-11-24T07:00:00Z', '2026-11-24T08:00:00Z')).some((c) => c.kind === 'holiday' || c.kind === 'closed'));
  const seen = (await tech.read('/v1/leaves')).items[0];
  assert.ok(!('note' in seen) && !('kind' in seen), 'why somebody is away is not for everybody');
});

test('parts that were taken out are listed with what became of them (CPA s67)', async () => {
  const part = await tech.make('removed_parts', { job_id: job.id, description: 'Old geyser 150 l', outcome: 'declined', name: 'Naledi Dlamini' });
  assert.equal((await office.read(`/v1/removed_parts?filter[job_id]=${job.id}`)).items[0].id, part.id);
  assert.equal((await tech.send('POST', '/v1/removed_parts', { job_id: job.id, description: 'x', outcome: 'binned' })).json.errors[0].pointer, '/outcome');
});

test('work whose kind wants a signature is not done without one, or without a word why not; a drawing is cleaned of what a camera adds', async () => {
  const done = await company.status('work_done');
  await owner.make('job_lines', { job_id: job.id, description: 'Labour', unit: 'h', qty3: 4000, price4: 650_0000 });
  const item = await owner.make('items', { code: 'GEYSER', name: 'Geyser 150 l', sell4: 5499_0000, warranty_months: 60 });
  await owner.make('job_lines', { job_id: job.id, item_id: item.id, qty3: 1000 });
  const refused = await tech.send('POST', `/v1/jobs/${job.id}/move`, { status_id: done.id });
  assert.deepEqual([refused.status, refused.json.missing.map((m) => m.kind)], [409, ['signature']]);
  assert.equal((await tech.send('POST', '/v1/signatures', { job_id: job.id, signer_name: 'Naledi', not_signed_reason: 'Nobody', statement: 'x' })).status, 422);
  assert.equal((await tech.send('POST', '/v1/attachments/add', { kind: 'signature', name: 'a.png', job_id: job.id, data: Buffer.from('<svg onload=x>').toString('base64url') })).json.errors[0].pointer, '/data');
  const drawing = await tech.act('/v1/attachments/add', { kind: 'signature', name: 'signature.png', job_id: job.id, data: png('GPSLatitude -26.2').toString('base64url') }, 201);
  const kept = await tech.get(`/v1/attachments/${drawing.id}/content`);
  assert.equal(kept.status, 200);
  assert.deepEqual(kept.bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(!kept.bytes.includes('GPSLatitude'));
  assert.equal((await tech.send('POST', '/v1/attachments/add', { kind: 'logo', name: 'l.png', data: png('GPSLatitude -26.2').toString('base64url') })).status, 422);
  await tech.make('signatures', { job_id: job.id, signer_name: 'Naledi Dlamini', capacity: 'Owner', statement: 'The work was done.', attachment_id: drawing.id });
  assert.equal((await tech.act(`/v1/jobs/${job.id}/move`, { status_id: done.id })).stage, 'to_invoice');
});

test('the logo stands on what is printed from then on', async () => {
  const draft = await owner.make('invoices', { customer_id: job.customer_id });
  const plain = (await owner.get(`/v1/invoices/${draft.id}/invoice.pdf`)).bytes.length;
  await owner.act('/v1/attachments/add', { kind: 'logo', name: 'logo.png', data: png().toString('base64url') }, 201);
  const page = (await owner.get(`/v1/invoices/${draft.id}/invoice.pdf`)).bytes;
  assert.ok(page.includes('/Subtype /Image') && page.length > plain);
});

test('work that is done is under warranty: three months by law, or as long as the item says (CPA s57); the next call to the place knows it', async () => {
  const rows = (await office.read(`/v1/warranties?filter[job_id]=${job.id}`)).items;
  const months = (w) => (Number(w.valid_until.slice(0, 4)) - Number(w.valid_from.slice(0, 4))) * 12 + Number(w.valid_until.slice(5, 7)) - Number(w.valid_from.slice(5, 7));
  assert.deepEqual(rows.map((w) => [w.kind, w.description, months(w)]).sort(), [['labour', 'Labour', 3], ['parts', 'Geyser 150 l', 60]]);
  const next = await owner.make('jobs', { title: 'It drips again', job_type_id: type.id, customer_id: job.customer_id, site_id: job.site_id });
  assert.deepEqual((await office.read(`/v1/jobs/${next.id}/warranties`)).items.map((w) => w.job_no), [job.no, job.no]);
  const [labour] = rows.filter((w) => w.kind === 'labour');
  assert.equal((await office.send('PATCH', `/v1/warranties/${labour.id}`, { valid_until: labour.valid_from }, { 'if-match': `"${labour.version}"` })).json.errors[0].pointer, '/valid_until');
});

test('a note about an enquiry is the first contact with it, and stands in its diary', async () => {
  const enquiry = await office.make('enquiries', { name: 'Sarel Venter', phone: '0835550404', subject: 'Gate motor' });
  await office.make('notes', { enquiry_id: enquiry.id, body: 'Rang him, he is away until Monday.' });
  assert.equal((await office.read(`/v1/enquiries/${enquiry.id}`)).status, 'contacted');
  assert.ok((await office.read(`/v1/enquiries/${enquiry.id}/history`)).items.some((e) => e.noun === 'note' && e.action === 'create'));
  assert.equal((await office.send('POST', '/v1/notes', { enquiry_id: enquiry.id, customer_id: job.customer_id, body: 'x' })).status, 422);
});

test('an enquiry becomes work at once where nobody asked for a price', async () => {
  const enquiry = await office.make('enquiries', { name: 'Pieter Botha', phone: '0835550303', address: '9 Long Street', subject: 'Tap drips', source: 'walk_in' });
  const made = await office.act(`/v1/enquiries/${enquiry.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  assert.deepEqual([made.title, made.enquiry_id, made.source, made.stage], ['Tap drips', enquiry.id, 'walk_in', 'new']);
  assert.equal((await office.act(`/v1/enquiries/${enquiry.id}/job`, { job_type_id: (await company.jobType()).id }, 201)).id, made.id);
});
