// What one company can observe does not depend on what another one does: answers in the world {A} and in the world {A, B} are the same bytes, and
// whatever belongs to B is told in the words for what was never there. Routes come from the OpenAPI document, so a new one is covered the day it
// appears. Proves S-033, S-034, S-035.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Company, Installation, request } from '../harness/server.mjs';
import { run as runImport } from '../api/06-import/import.mjs';

let it;
let a;
let b;
let paths;
const A = {};
const B = {};
const MARK = `canary${randomBytes(6).toString('hex')}`;
const PLURAL_OF = { customer: 'customers', site: 'sites', contact: 'contacts', job: 'jobs', appointment: 'appointments', person: 'appointment_people', task: 'tasks', note: 'notes', employee: 'employees', type: 'job_types', status: 'status_defs', import: 'imports', mapping: 'import_mappings', membership: 'memberships', tenant: 'tenants' };

async function fill(company, rows, word) {
  const { owner } = company;
  rows.employee = await owner.make('employees', { name: `Worker ${word}`, code: `W${word}`.slice(0, 30) });
  ({ customer: rows.customer, site: rows.site } = await company.customerAndSite({ name: `Customer ${word}`, code: `C${word}`.slice(0, 30), phone: '0825550111' }, { line1: `1 ${word} Street`, suburb: `Suburb ${word}` }));
  rows.contact = await owner.make('contacts', { customer_id: rows.customer.id, name: `Contact ${word}` });
  rows.job = await company.job({ title: `Work ${word}`, customer_id: rows.customer.id, site_id: rows.site.id, customer_order_no: `PO${word}` });
  rows.appointment = await company.schedule(rows.job, [rows.employee.id]);
  [rows.person] = (await owner.read(`/v1/appointment_people?filter[job_id]=${rows.job.id}`)).items;
  rows.task = await owner.make('tasks', { job_id: rows.job.id, text: `Task ${word}` });
  rows.note = await owner.make('notes', { job_id: rows.job.id, body: `Note ${word}` });
  rows.type = await owner.make('job_types', { name: `Kind ${word}` });
  rows.status = await owner.make('status_defs', { name: `Status ${word}`, stage: 'on_hold' });
  rows.mapping = await owner.make('import_mappings', { name: `Mapping ${word}`, noun: 'customer', spec: { noun: 'customer', key: 'code', fields: { name: { column: 'name' }, code: { column: 'code' } } } });
  rows.import = await runImport(owner, `name,code\nImported ${word},I${word}\n`, { noun: 'customer', name: `${word}.csv` });
  rows.membership = (await owner.read('/v1/memberships')).items[0];
  rows.tenant = { id: company.id };
}

const clean = (answer) => `${answer.status} ${JSON.stringify(Object.entries(answer.headers).filter(([name]) => !['date', 'x-request-id', 'content-length', 'connection'].includes(name)))} ${answer.text.replace(/"request_id":"[^"]*"/, '')}`;

/** Everything that can be read without naming an id, and A's own rows by theirs. */
function readings() {
  const list = [];
  for (const path of Object.keys(paths)) {
    if (!paths[path].get || /audit|openapi/.test(path)) continue;
    if (!path.includes('{id}')) {
      list.push(path);
      if (paths[path.replace(/$/, '/search')]) list.push(`${path}?count=1&limit=1`);
      continue;
    }
    const key = Object.keys(PLURAL_OF).find((k) => path.startsWith(`/v1/${PLURAL_OF[k]}/`));
    if (key && A[key]) list.push(path.replace('{id}', A[key].id));
  }
  return list;
}

const searches = [['customers', { q: 'customer', count: true }], ['customers', { q: '0825550111', count: true }], ['jobs', { q: 'work', count: true }], ['jobs', { q: 'j1' }], ['sites', { q: 'street', count: true }], ['jobs', { q: MARK }], ['customers', { q: MARK }], ['jobs', { filter: { stage: 'scheduled' }, count: true, sort: '-updated_at' }]];

async function world() {
  const seen = new Map();
  for (const path of readings()) {
    const answer = await a.owner.get(path);
    // A PDF carries the time at which it was made.
    seen.set(path, /pdf/.test(answer.headers['content-type'] ?? '') ? `${answer.status}` : clean(answer));
  }
  for (const [plural, body] of searches) seen.set(`search ${plural} ${JSON.stringify(body)}`, clean(await a.owner.post(`/v1/${plural}/search`, body)).replace(/"next_cursor":"[^"]*"/, '"next_cursor":"…"'));
  // A's own looking is an event of its own.
  for (const path of [...seen.keys()].filter((key) => key.endsWith('/history'))) {
    const { items } = await a.owner.read(`${path}?limit=200`);
    seen.set(path, JSON.stringify(items.filter((e) => e.action !== 'read' && e.action !== 'reveal').map(({ idx, ...e }) => e)));
  }
  // When a session was last used is written down at most once a minute, and by whoever renews its tokens.
  for (const [key, value] of seen) if (key.endsWith('/sessions')) seen.set(key, value.replace(/"last_used_at":"[^"]*"/g, '"last_used_at":"…"'));
  seen.delete('/v1/me/step_up'); // a challenge is another one each time
  for (const [key, value] of seen) seen.set(key, value.replace(/"next_cursor":"[^"]*"/, '"next_cursor":"…"'));
  return seen;
}

before(async () => {
  it = await (await Installation.create()).start();
  a = await Company.create(it);
  b = await Company.create(it, `Company ${MARK}`);
  await fill(a, A, 'alpha');
  paths = (await a.owner.read('/v1/openapi.json')).paths;
});
after(() => it?.end());

test('nothing that B does shows in any answer to A', async () => {
  await world(); // which rights A makes use of is told as well: by the second look that is settled, and who has seen what is written once a second
  await new Promise((done) => { setTimeout(done, 1500); });
  const alone = await world();
  assert.ok(alone.size > 60, `${alone.size} readings`);
  await fill(b, B, MARK);
  for (let i = 0; i < 3; i++) await request(it.base, 'POST', '/v1/login', { body: { email: b.email, password: 'wrong' } });
  await b.owner.get('/v1/customers/export.csv');
  await b.owner.act('/v1/jobs/search', { q: 'alpha' });
  await b.owner.want(204, 'DELETE', `/v1/notes/${B.note.id}`);
  const together = await world();
  // What A takes away at night, and that it looks again, is told in its own alerts and counted there.
  for (const [path, answer] of alone) if (!path.includes('security_alerts')) assert.equal(together.get(path), answer, path);
  const all = [...together.values()].join('\n') + JSON.stringify(await a.owner.read('/v1/audit_events?limit=200'));
  assert.ok(!all.includes(MARK));
  B.note = await b.owner.make('notes', { job_id: B.job.id, body: `Note ${MARK}` });
});

test('numbers and unique codes of A take no notice of B', async () => {
  const next = await a.job({ customer_id: A.customer.id, site_id: A.site.id });
  assert.equal(next.no, 'J-00002');
  assert.equal((await a.owner.post('/v1/customers', { name: 'Same code', code: B.customer.code })).status, 201);
});

const never = () => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

test('every route with an id: B\'s rows and rows that never were are told in the same bytes, and stay as they are', async () => {
  const before = {};
  for (const [key, plural] of Object.entries(PLURAL_OF)) if (B[key]) before[key] = await b.owner.read(`/v1/${plural}/${B[key].id}`);
  let tried = 0;
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.includes('{id}')) continue;
    const own = Object.keys(PLURAL_OF).find((k) => path.startsWith(`/v1/${PLURAL_OF[k]}/`));
    for (const method of Object.keys(methods).filter((m) => /^(get|post|patch|delete)$/.test(m))) {
      const bodies = method === 'get' || method === 'delete' ? [undefined] : [{}, { name: 'X', title: 'X', reason: 'X', status_id: A.status.id, start_at: new Date().toISOString(), end_at: new Date(Date.now() + 1000).toISOString(), employee_ids: [A.employee.id] }];
      for (const body of bodies)
        for (const key of new Set([own, 'job', 'customer', 'tenant'])) {
          if (!key || !B[key]) continue;
          const send = (id) => a.owner.send(method.toUpperCase(), path.replace('{id}', id), body, { 'if-match': '"1"' });
          const foreign = await send(B[key].id);
          const missing = await send(never());
          tried++;
          assert.equal(clean(foreign), clean(missing), `${method} ${path} with B's ${key}`);
          assert.ok(foreign.status >= 400, `${method} ${path}: ${foreign.status}`);
          // A session of the office opens no customer's page, whoever's.
          if (method === 'get') assert.equal(foreign.status, path.startsWith('/v1/portal/') ? 401 : 404, `${method} ${path}`);
        }
    }
  }
  assert.ok(tried > 200, `${tried} tries`);
  for (const [key, plural] of Object.entries(PLURAL_OF)) if (before[key]) assert.deepEqual(await b.owner.read(`/v1/${plural}/${B[key].id}`), before[key], key);
});

test('no reference to B\'s rows is taken into a row of A', async () => {
  const schemas = (await a.owner.read('/v1/openapi.json')).components?.schemas ?? {};
  assert.ok(Object.keys(schemas).length > 5);
  const time = { start_at: new Date(Date.now() + 1e7).toISOString(), end_at: new Date(Date.now() + 2e7).toISOString() };
  const jobBody = { title: 'X', job_type_id: A.type.id, customer_id: A.customer.id, site_id: A.site.id };
  for (const [plural, body, field, key] of [
    ['sites', { line1: 'X' }, 'customer_id', 'customer'], ['sites', { line1: 'X', customer_id: A.customer.id }, 'contact_id', 'contact'], ['contacts', { name: 'X' }, 'customer_id', 'customer'],
    ['jobs', jobBody, 'customer_id', 'customer'], ['jobs', jobBody, 'bill_to_id', 'customer'], ['jobs', jobBody, 'contact_id', 'contact'], ['jobs', jobBody, 'site_id', 'site'], ['jobs', jobBody, 'job_type_id', 'type'], ['jobs', jobBody, 'parent_job_id', 'job'], ['jobs', jobBody, 'lead_id', 'employee'],
    ['appointments', time, 'job_id', 'job'], ['appointment_people', { employee_id: A.employee.id }, 'appointment_id', 'appointment'], ['appointment_people', { appointment_id: A.appointment.id }, 'employee_id', 'employee'],
    ['tasks', { text: 'X' }, 'job_id', 'job'], ['notes', { body: 'X' }, 'job_id', 'job'], ['notes', { body: 'X' }, 'customer_id', 'customer'], ['notes', { body: 'X' }, 'site_id', 'site'],
  ]) {
    const foreign = await a.owner.post(`/v1/${plural}`, { ...body, [field]: B[key].id });
    const missing = await a.owner.post(`/v1/${plural}`, { ...body, [field]: never() });
    assert.equal(foreign.status, 422, `${plural}.${field}: ${foreign.text}`);
    assert.equal(clean(foreign), clean(missing), `${plural}.${field}`);
    assert.ok(foreign.json.errors.some((e) => e.pointer === `/${field}`), foreign.text);
  }
  const job = await a.owner.read(`/v1/jobs/${A.job.id}`);
  for (const [field, key] of [['customer_id', 'customer'], ['site_id', 'site'], ['lead_id', 'employee'], ['parent_job_id', 'job']])
    assert.equal((await a.owner.patch(`/v1/jobs/${job.id}`, { [field]: B[key].id }, job.version)).status, 422, field);
  assert.equal((await a.owner.post(`/v1/jobs/${job.id}/move`, { status_id: B.status.id, reason: 'X' })).status, 422);
  assert.equal((await a.owner.post(`/v1/jobs/${job.id}/schedule`, { ...time, employee_ids: [B.employee.id] })).status, 422);
  assert.equal((await a.owner.post('/v1/appointments/check', { ...time, employee_ids: [B.employee.id] })).status, 422);
});

test('filters by B\'s ids, cursors of B, mappings of B find nothing', async () => {
  for (const [plural, field, key] of [['jobs', 'customer_id', 'customer'], ['jobs', 'site_id', 'site'], ['jobs', 'lead_id', 'employee'], ['sites', 'customer_id', 'customer'], ['tasks', 'job_id', 'job'], ['appointments', 'job_id', 'job'], ['notes', 'job_id', 'job']])
    assert.deepEqual((await a.owner.read(`/v1/${plural}?filter[${field}]=${B[key].id}`)).items, [], `${plural}.${field}`);
  await b.job({ customer_id: B.customer.id, site_id: B.site.id });
  const { next_cursor: cursor } = await b.owner.read('/v1/jobs?limit=1');
  assert.equal((await a.owner.get(`/v1/jobs?cursor=${encodeURIComponent(cursor)}`)).status, 422);
  const row = await runImport(a.owner, 'name,code\nX,Y\n', { mapping: B.mapping.name });
  assert.equal(row.state, 'failed');
});

test('an Idempotency-Key of B is none of A\'s', async () => {
  const key = { 'idempotency-key': 'shared-word' };
  const one = await b.owner.post('/v1/customers', { name: `K ${MARK}` }, key);
  const two = await a.owner.post('/v1/customers', { name: `K ${MARK}` }, key);
  assert.deepEqual([one.status, two.status], [201, 201]);
  assert.notEqual(one.json.id, two.json.id);
  assert.equal(two.headers['idempotency-replayed'], undefined);
  await a.owner.want(204, 'DELETE', `/v1/customers/${two.json.id}`);
});

test('signing in to B with A\'s password, and naming B at sign-in', async () => {
  assert.equal((await request(it.base, 'POST', '/v1/login', { body: { email: b.email, password: a.password } })).status, 401);
  assert.equal((await request(it.base, 'POST', '/v1/login', { body: { email: a.email, password: a.password, tenant_id: b.id } })).status, 401);
});

test('what the server owns is refused from a client in every noun', async () => {
  for (const [key, plural] of Object.entries(PLURAL_OF)) {
    if (['tenant', 'import', 'membership'].includes(key)) continue;
    for (const field of ['tenant_id', 'tenant', 'id', 'created_by', 'updated_by', 'seq', 'fv', 'subject_id', 'deleted_at', 'version']) {
      const answer = await a.owner.patch(`/v1/${plural}/${A[key].id}`, { [field]: b.number }, 1);
      assert.equal(answer.status, 422, `${plural}.${field}: ${answer.text}`);
    }
  }
});

test('no route answers without a session but those that are meant to', async () => {
  const open = [];
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods).filter((m) => /^(get|post|patch|delete)$/.test(m))) {
      const answer = await request(it.base, method.toUpperCase(), path.replace('{id}', A.job.id), { body: method === 'get' ? undefined : {} });
      if (answer.status !== 401) open.push(`${method} ${path}`);
    }
  // The customer's page begins with a link, the enquiry form is for everybody, and so is the page that verifies a document.
  assert.deepEqual(open.sort(), ['get /.well-known/jwks.json', 'get /f/{id}', 'get /v/{id}', 'get /v1/openapi.json', 'post /f/{id}', 'post /v1/email/confirm', 'post /v1/forgot', 'post /v1/invitation',
    'post /v1/invitation/accept', 'post /v1/login', 'post /v1/login/oidc', 'post /v1/login/oidc/finish', 'post /v1/login/passkey', 'post /v1/portal/open', 'post /v1/refresh', 'post /v1/reset', 'post /v1/staff/login']);
});
