// The table of rights, walked: what GET /v1/me promises a role is what every route of every noun does, no more and no less (S-096).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared, unique } from '../../harness/server.mjs';

const ROLES = ['owner', 'admin', 'dispatcher', 'technician', 'accountant'];
// Noun as rights name it, plural, what POST needs, a harmless patch; the rows that they are about.
let nouns;
let company;
const people = {};

before(async () => {
  company = await Company.create(await shared());
  const { owner } = company;
  for (const role of ROLES) people[role] = role === 'owner' ? owner : await company.person(role, { employee: role === 'technician' });
  const { customer, site } = await company.customerAndSite();
  const contact = () => ({ customer_id: customer.id, name: 'Contact' });
  // Work of the technician's own, so that "own" does not stand in the way of what a role may do.
  const job = await company.job({ customer_id: customer.id, site_id: site.id, lead_id: people.technician.employeeId });
  const visit = await company.schedule(job, [people.technician.employeeId]);
  const employee = await owner.make('employees', { name: 'Another' });
  const jobBody = { title: 'X', job_type_id: (await company.jobType()).id, customer_id: customer.id, site_id: site.id, requested_at: new Date().toISOString() };
  const time = { start_at: new Date(Date.now() + 1e8).toISOString(), end_at: new Date(Date.now() + 1.1e8).toISOString() };
  nouns = [
    { noun: 'employee', plural: 'employees', body: () => ({ name: 'Somebody' }), patch: { name: 'Somebody else' } },
    { noun: 'customer', plural: 'customers', body: () => ({ name: 'C' }), patch: { name: 'D' }, own: () => owner.make('customers', { name: 'C' }), row: customer },
    { noun: 'contact', plural: 'contacts', body: contact, patch: { name: 'E' } },
    { noun: 'site', plural: 'sites', body: () => ({ customer_id: customer.id, line1: '1 Road' }), patch: { line1: '2 Road' }, row: site },
    { noun: 'job_type', plural: 'job_types', body: () => ({ name: `Kind ${unique()}` }), patch: { default_s: 3600 } },
    { noun: 'status_def', plural: 'status_defs', body: () => ({ name: `Status ${unique()}`, stage: 'on_hold' }), patch: { position: 500 } },
    { noun: 'job', plural: 'jobs', body: () => jobBody, patch: { work_summary: 'Done so' }, row: job },
    { noun: 'appointment', plural: 'appointments', body: () => ({ job_id: job.id, ...time }), patch: { instructions: 'Ring' } },
    { noun: 'appointment_person', plural: 'appointment_people', body: async () => ({ appointment_id: (await owner.make('appointments', { job_id: job.id, ...time })).id, employee_id: employee.id }), patch: { ack_at: new Date().toISOString() } },
    { noun: 'task', plural: 'tasks', body: () => ({ job_id: job.id, text: 'Do it' }), patch: { state: 'done' } },
    { noun: 'note', plural: 'notes', body: () => ({ job_id: job.id, body: 'Seen' }), patch: { pinned: true } },
    { noun: 'import_mapping', plural: 'import_mappings', body: () => ({ name: `Mapping ${unique()}`, noun: 'customer', spec: { noun: 'customer', key: 'Code', fields: { name: { column: 'Name' } } } }), patch: { noun: 'site' } },
    { noun: 'template', plural: 'templates', body: () => ({ kind: 'statement', subject: 'Yours', body: 'Dear {customer.name}' }), patch: { name: 'Another' } },
    { noun: 'consent_event', plural: 'consent_events', body: () => ({ customer_id: customer.id, kind: 'given', how: 'phone' }), patch: { goods: 'Pumps' } },
    { noun: 'objection_event', plural: 'objection_events', body: () => ({ customer_id: customer.id, how: 'phone' }), patch: { how: 'email' } },
    { noun: 'ncc_registration', plural: 'ncc_registrations', body: () => ({ no: 'DM-1', valid_from: '2026-01-01', valid_to: '2026-12-31' }), patch: { no: 'DM-2' } },
  ];
  assert.ok(visit.id);
});
after(doneWithShared);

for (const role of ROLES)
  test(`${role}: every noun, every verb`, async (t) => {
    const { owner } = company;
    const me = people[role];
    const rights = new Set((await me.read('/v1/me')).rights);
    for (const { noun, plural, body, patch } of nouns) {
      await t.test(noun, async () => {
        const may = (verb) => rights.has(`${noun}.${verb}`);
        const row = await owner.make(plural, await body());
        const list = await me.get(`/v1/${plural}`);
        assert.equal(list.status, may('read') ? 200 : 403, `list: ${list.text}`);
        assert.equal((await me.post(`/v1/${plural}/search`)).status, may('read') ? 200 : 403, 'search');
        // A technician's "read" is for own work: rows of that work he sees, others are not there at all.
        const one = await me.get(`/v1/${plural}/${row.id}`);
        const sees = one.status === 200;
        if (role !== 'technician') assert.equal(one.status, may('read') ? 200 : 404);
        else if (!may('read')) assert.equal(one.status, 404);
        const made = await me.post(`/v1/${plural}`, await body());
        assert.equal(made.status, may('create') ? 201 : 403, `create: ${made.text}`);
        if (made.status === 403) {
          assert.equal(made.json.type, '/problems/forbidden');
          assert.match(made.json.detail, new RegExp(`${noun}\\.create`), 'the refusal names the right');
        }
        const patched = await me.patch(`/v1/${plural}/${row.id}`, patch, row.version);
        const wanted = !sees ? 404 : may('update') ? 200 : 403;
        // A body with a field that the role may not set is refused as a whole, before the row is looked for.
        assert.ok(patched.status === wanted || (wanted === 404 && patched.status === 403 && role === 'technician'), `patch: ${patched.status} instead of ${wanted}: ${patched.text}`);
        const gone = await me.delete(`/v1/${plural}/${row.id}`);
        const never = ['employee', 'status_def', 'ncc_registration'].includes(noun);
        const expected = !sees ? [404] : may('delete') ? (never ? [409] : [204, 409]) : [403, 409];
        assert.ok(expected.includes(gone.status), `delete: ${gone.status}: ${gone.text}`);
        const csv = await me.get(`/v1/${plural}/export.csv`);
        assert.equal(csv.status, rights.has('export.run') && may('read') ? 200 : 403, 'export');
      });
    }
    assert.equal((await me.get('/v1/memberships')).status, rights.has('membership.read') ? 200 : 403, 'memberships');
    assert.equal((await me.get('/v1/audit_events')).status, rights.has('audit.read') || rights.has('audit.own') ? 200 : 403, 'audit');
    assert.equal((await me.post('/v1/audit/verify')).status, rights.has('audit.read') ? 200 : 403);
    assert.equal((await me.get('/v1/import_presets')).status, rights.has('import_batch.read') ? 200 : 403);
    assert.equal((await me.get('/v1/imports')).status, rights.has('import_batch.read') ? 200 : 403);
    assert.equal((await me.send('POST', '/v1/imports/preview', 'a,b\n1,2\n', { 'content-type': 'text/csv' })).status, rights.has('import_batch.create') ? 200 : 403);
    assert.equal((await me.get(`/v1/tenants/${company.id}`)).status, 200);
    const tenant = (await me.read(`/v1/tenants/${company.id}`));
    assert.equal((await me.patch(`/v1/tenants/${company.id}`, { brand_colour: '#112233' }, tenant.version)).status, rights.has('tenant.update') ? 200 : 403);
  });

test('what only the office reads is in no answer of a technician', async () => {
  const { owner } = company;
  const { technician } = people;
  const { customer, site } = await company.customerAndSite({ reg_no: '8001015009087' });
  const job = await company.job({ customer_id: customer.id, site_id: site.id, lead_id: technician.employeeId, internal_notes: 'Pays late' });
  for (const path of [`/v1/jobs/${job.id}`, '/v1/jobs?limit=200', `/v1/jobs/${job.id}/history`, '/v1/jobs/export.csv', `/v1/jobs?fields=no,internal_notes`, `/v1/customers/${customer.id}`, '/v1/customers?fields=name,reg_no', '/v1/customers/export.csv', `/v1/customers/${customer.id}/history`]) {
    const answer = await technician.get(path);
    assert.doesNotMatch(answer.text, /Pays late|8001015009087|internal_notes|reg_no/, path);
  }
  const version = (await technician.read(`/v1/jobs/${job.id}`)).version;
  const answer = await technician.patch(`/v1/jobs/${job.id}`, { internal_notes: 'Pays well' }, version);
  assert.ok([403, 422].includes(answer.status));
  assert.equal((await owner.read(`/v1/jobs/${job.id}`)).internal_notes, 'Pays late');
  const conflict = await technician.patch(`/v1/jobs/${job.id}`, { work_summary: 'x' }, 999);
  assert.equal(conflict.status, 412);
  assert.doesNotMatch(conflict.text, /Pays late/, 'nor with a conflict');
});

test('an admin does not make or unmake owners, the last owner stays, and nobody raises himself', async () => {
  const { owner } = company;
  const members = await owner.all('memberships');
  const of = (client) => members.find((m) => m.email === client.email);
  const ownerRow = members.find((m) => m.role === 'owner');
  const patch = async (who, row, body) => (await who.patch(`/v1/memberships/${row.id}`, body, (await owner.read(`/v1/memberships/${row.id}`)).version)).status;
  assert.ok([403, 409, 422].includes(await patch(people.admin, of(people.admin), { role: 'owner' })), 'raising himself');
  assert.ok([403, 409, 422].includes(await patch(people.admin, ownerRow, { role: 'admin' })), 'unmaking an owner');
  assert.ok([403, 409, 422].includes(await patch(owner, ownerRow, { role: 'admin' })), 'the last owner');
  assert.ok([403, 409, 422].includes(await patch(owner, ownerRow, { active: false })), 'the last owner leaves');
  for (const role of ['dispatcher', 'technician', 'accountant']) assert.ok([403, 404].includes(await patch(people[role], of(people[role]), { role: 'owner' })), role);
});
