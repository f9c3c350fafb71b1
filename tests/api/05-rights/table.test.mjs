// The matrix of product.md 4.9, walked: role x noun x verb x field, and every act, file and page, for each preset and for a role that a company made
// itself. What is expected comes from table.mjs, which was written from the text and not from the program (S-096, S-134).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { ROLES, TABLE } from './table.mjs';

// A dispatcher who sees his own work and costs, sees no quotes, and approves invoices.
const CLONE = { name: 'Own desk', base: 'dispatcher', lines: { 'job.read': 'own', 'cost.read': 'all', 'quote.read': 'none', 'invoice.approve': 'all', 'customer.special': 'none', 'customer.delete': 'all' } };
const NAMES = [...ROLES, 'clone'];
let company;
let owner;
let paths;
let schemas;
const people = {};
const rows = {}; // plural: one row that the technician's own work has, where he can have any
const wanted = (who, right) => (who === 'clone' ? CLONE.lines[right] ?? TABLE.get(right)?.[CLONE.base] : TABLE.get(right)?.[who]) ?? 'none';
const has = (who, right) => wanted(who, right) !== 'none';
const nounOf = (plural) => paths[`/v1/${plural}`]?.post?.operationId?.replace('create_', '');

before(async () => {
  company = await Company.create(await shared());
  ({ owner } = company);
  const spec = (await owner.get('/v1/openapi.json')).json;
  paths = spec.paths;
  schemas = spec.components.schemas;
  for (const role of ROLES) people[role] = role === 'owner' ? owner : await company.person(role, { employee: role === 'technician' });
  people.clone = await company.person('dispatcher', { employee: true });
  const made = await owner.make('roles', { name: CLONE.name, base: CLONE.base, grants: Object.entries(CLONE.lines).map(([r, g]) => `${r}=${g}`).join('\n') });
  const member = (await owner.all('memberships')).find((m) => m.email === people.clone.email);
  await owner.change('memberships', member.id, { role_id: made.id });
  await fill();
  for (const path of Object.keys(paths)) {
    const plural = /^\/v1\/([a-z_]+)$/.exec(path)?.[1];
    if (!plural || !nounOf(plural) || rows[plural]) continue;
    const list = await owner.get(`/v1/${plural}?limit=1`);
    if (list.status === 200 && list.json.items.length) rows[plural] = list.json.items[0];
  }
});
after(doneWithShared);

/** From an enquiry to an invoice, so that most nouns have a row. */
async function fill() {
  const { customer, site } = await company.customerAndSite({ reg_no: '8001015009087' });
  await owner.make('contacts', { customer_id: customer.id, name: 'Contact' });
  await owner.make('enquiries', { name: 'Somebody', phone: '0825550101', description: 'A pump' }).catch(() => undefined);
  const item = await owner.make('items', { code: 'PUMP', name: 'Pump', sell4: 712_3400, cost4: 634_5600 });
  const quote = await owner.make('quotes', { customer_id: customer.id, site_id: site.id, title: 'Pump' });
  await owner.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ item_id: item.id, qty3: 1000 }] });
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'none' });
  await owner.act(`/v1/quotes/${quote.id}/accept`, { name: 'N' });
  const job = await owner.act(`/v1/quotes/${quote.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  const both = [people.technician.employeeId, people.clone.employeeId];
  await company.schedule(job, both);
  await owner.make('tasks', { job_id: job.id, text: 'Do it' });
  await owner.make('notes', { job_id: job.id, body: 'Seen' });
  const draft = await owner.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  await owner.act(`/v1/invoices/${draft.id}/approve`);
  Object.assign(rows, { jobs: job, customers: customer, sites: site, quotes: quote, invoices: draft, items: item });
}

test('the table of the program is the table of the text, right by right', async () => {
  const { items } = await owner.read('/v1/rights');
  const have = new Map(items.map((r) => [r.name, r.presets]));
  assert.deepEqual([...have.keys()].filter((name) => !TABLE.has(name)), [], 'rights that the table does not decide');
  assert.deepEqual([...TABLE.keys()].filter((name) => !have.has(name)), [], 'rights that the program does not have');
  for (const [name, presets] of TABLE) assert.deepEqual(have.get(name), presets, name);
});

for (const who of NAMES)
  test(`${who}: rights as told are rights as decided`, async () => {
    const told = new Set((await people[who].read('/v1/me')).rights);
    for (const name of TABLE.keys()) assert.equal(told.has(name), has(who, name), name);
  });

for (const who of NAMES)
  test(`${who}: every noun: list, count, search, export, detail, history`, async () => {
    let walked = 0;
    for (const path of Object.keys(paths)) {
      const plural = /^\/v1\/([a-z_]+)$/.exec(path)?.[1];
      const noun = plural && nounOf(plural);
      if (!noun || !TABLE.has(`${noun}.read`)) continue;
      const may = has(who, `${noun}.read`);
      for (const address of [`/v1/${plural}`, `/v1/${plural}?count=1&limit=1`]) assert.equal((await people[who].get(address)).status, may ? 200 : 403, address);
      assert.equal((await people[who].post(`/v1/${plural}/search`)).status, may ? 200 : 403, `search ${plural}`);
      assert.equal((await people[who].get(`/v1/${plural}/export.csv`)).status, may && has(who, 'export.run') ? 200 : 403, `export ${plural}`);
      const row = rows[plural];
      if (!row) continue;
      walked += 1;
      const all = wanted(who, `${noun}.read`) === 'all';
      for (const tail of ['', '/history']) {
        const { status } = await people[who].get(`/v1/${plural}/${row.id}${tail}`);
        if (all || !may) assert.equal(status, all ? 200 : 404, `${plural}${tail}`);
        else assert.ok([200, 404].includes(status), `${plural}${tail}: ${status}`);
      }
      assert.equal((await people[who].get(`/v1/${plural}/${row.id}/seen`)).status, has(who, 'audit.read') ? 200 : 403, `who has seen ${plural}`);
    }
    assert.ok(walked > 15, `${walked} nouns with a row`);
  });

for (const who of NAMES)
  test(`${who}: every field that takes a right of its own, in list, detail, search and export, and when it is set`, async () => {
    let looked = 0;
    for (const [plural, row] of Object.entries(rows)) {
      const noun = nounOf(plural);
      if (!noun || wanted(who, `${noun}.read`) === 'none') continue;
      for (const [field, f] of Object.entries(schemas[noun].properties)) {
        const see = f['x-right-to-read'], set = f['x-right-to-set'];
        if (!see && !set) continue;
        assert.ok(TABLE.has(see ?? set), `${see ?? set} of ${noun}.${field}`);
        looked += 1;
        if (see) {
          const list = await people[who].read(`/v1/${plural}?fields=${field}&limit=5`);
          const found = (await people[who].act(`/v1/${plural}/search`, { fields: [field], limit: 5 })).items;
          const header = (await people[who].get(`/v1/${plural}/export.csv?fields=${field}`)).text.split('\r\n')[0].split(',');
          for (const one of [...list.items, ...found]) assert.equal(field in one, has(who, see), `${plural}.${field}`);
          if (has(who, 'export.run')) assert.equal(header.includes(field), has(who, see), `${plural}.${field} in a file`);
          const detail = await people[who].get(`/v1/${plural}/${row.id}`);
          if (detail.status === 200) assert.equal(field in detail.json, has(who, see), `${plural}.${field} in detail`);
        }
        const blind = (see && !has(who, see)) || (set && !has(who, set));
        if (!blind || f.readOnly) continue;
        const answer = await people[who].patch(`/v1/${plural}/${row.id}`, { [field]: null }, row.version);
        assert.ok([403, 404, 422].includes(answer.status), `setting ${plural}.${field}: ${answer.status}`);
      }
    }
    assert.ok(looked > 10 || who === 'technician', `${looked} fields`);
  });

for (const who of NAMES)
  test(`${who}: every act and every file of every row`, async () => {
    let tried = 0;
    for (const [path, ways] of Object.entries(paths)) {
      const [, plural, act] = /^\/v1\/([a-z_]+)\/\{id\}\/([a-z_.]+)$/.exec(path) ?? [];
      const way = ways.get ?? ways.post;
      const right = way?.['x-right'];
      if (!right || !rows[plural]) continue;
      const noun = nounOf(plural);
      assert.ok(TABLE.has(right), `${right} of ${path}`);
      const may = has(who, right) && has(who, `${noun}.read`);
      const answer = await people[who].send(ways.get ? 'GET' : 'POST', `/v1/${plural}/${rows[plural].id}/${act}`, ways.get ? undefined : { nonsense_of_the_walk: 1 });
      tried += 1;
      if (!may) assert.ok([403, 404].includes(answer.status) || (ways.post && answer.status === 422), `${path}: ${answer.status} without ${right}`);
      else if (wanted(who, right) === 'all' && wanted(who, `${noun}.read`) === 'all') assert.ok(![401, 403, 404].includes(answer.status), `${path}: ${answer.status} with ${right}: ${answer.text.slice(0, 200)}`);
    }
    assert.ok(tried > 20, `${tried} acts`);
  });

test('reports, the calendar, the log: pages that no noun has', async () => {
  for (const who of NAMES) {
    const list = (await people[who].read('/v1/reports')).items.map((r) => r.name);
    assert.equal(list.includes('ageing'), has(who, 'report.finance'), who);
    assert.equal(list.includes('jobs_by_stage'), has(who, 'report.operations'), who);
    assert.equal((await people[who].get('/v1/reports/ageing')).status, has(who, 'report.finance') ? 200 : 403, who);
    assert.equal((await people[who].get('/v1/reports/jobs_by_stage.csv')).status, has(who, 'report.operations') && has(who, 'export.run') ? 200 : 403, who);
    assert.equal((await people[who].get('/v1/audit_events.csv')).status, has(who, 'audit.read') && has(who, 'export.run') ? 200 : 403, who);
    assert.equal((await people[who].get('/v1/numbering')).status, has(who, 'numbering.read') ? 200 : 403, who);
    const tenant = await people[who].read(`/v1/tenants/${company.id}`);
    assert.equal('bank_details' in tenant, has(who, 'tenant.bank_read'), who);
    const from = encodeURIComponent(new Date(Date.now() - 1e8).toISOString()), until = encodeURIComponent(new Date(Date.now() + 1e9).toISOString());
    assert.equal((await people[who].get(`/v1/appointments?filter[start_at]=${from}..${until}`)).status, has(who, 'appointment.read') ? 200 : 403, who);
  }
});

test('costs are never for technicians, not even by a role that the company makes', async () => {
  const answer = await owner.post('/v1/roles', { name: 'Knows costs', base: 'technician', grants: 'price.read=all\ncost.read=all' });
  assert.equal(answer.status, 422);
  assert.match(answer.json.errors[0].detail, /Line 2, "cost.read=all": This right is never given to this base/);
  assert.equal(answer.json.errors.length, 1, 'sell prices can be granted');
});
