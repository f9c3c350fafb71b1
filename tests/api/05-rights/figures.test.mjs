// Costs, prices, margins and balances are in no answer of whoever may not see them. Generated: which field takes which right is asked of the product's
// own description, and every address that a person may read is walked. (product.md 4.9, S-096)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

let company;
let owner;
let tech;
let office;
let spec;
let job;
// Amounts that nothing else has: as cents, as ten-thousandths, and as they are printed.
const MARKS = ['71234', '7123400', '712,34', '712.34', '63456', '6345600', '634,56', '634.56', '10684500', '1068,45'];

before(async () => {
  company = await Company.create(await shared());
  ({ owner } = company);
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  office = await company.person('dispatcher');
  spec = (await owner.get('/v1/openapi.json')).json;
  const { customer, site } = await company.customerAndSite();
  const item = await owner.make('items', { code: 'PUMP', name: 'Pump', sell4: 712_3400, cost4: 634_5600 });
  const quote = await owner.make('quotes', { customer_id: customer.id, site_id: site.id, title: 'Pump' });
  await owner.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ item_id: item.id, qty3: 1000 }, { description: 'Own', qty3: 1500, price4: 712_3400, cost4: 634_5600 }] });
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'none' });
  await owner.act(`/v1/quotes/${quote.id}/accept`, { name: 'N' });
  job = await owner.act(`/v1/quotes/${quote.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  await company.schedule(job, [tech.employeeId]);
  const draft = await owner.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  await owner.act(`/v1/invoices/${draft.id}/approve`);
});
after(doneWithShared);

/** Nouns with their fields that take a right of their own, from the description. */
function guarded() {
  const out = [];
  for (const path of Object.keys(spec.paths)) {
    const plural = /^\/v1\/([a-z_]+)$/.exec(path)?.[1];
    const name = spec.paths[path].get?.operationId?.startsWith('list_') && spec.paths[path].post?.operationId?.replace('create_', '');
    const schema = name && Object.values(spec.components.schemas).find((s) => s.title === name) || (name && spec.components.schemas[name]);
    if (!plural || !schema) continue;
    const fields = Object.entries(schema.properties).filter(([, f]) => f['x-right-to-read']).map(([field, f]) => [field, f['x-right-to-read']]);
    out.push({ plural, name, fields });
  }
  return out;
}

test('the description says which fields take a right of their own', () => {
  const all = guarded().flatMap((n) => n.fields.map(([f]) => `${n.name}.${f}`));
  for (const wanted of ['job_line.price4', 'job_line.cost4', 'job_line.line_net', 'item.sell4', 'item.cost4', 'quote_line.cost4', 'job.internal_notes']) assert.ok(all.includes(wanted), `${wanted} among ${all}`);
});

for (const role of ['technician', 'dispatcher'])
  test(`${role}: no field that he may not read is in any answer, under any address`, async () => {
    const me = role === 'technician' ? tech : office;
    const rights = new Set((await me.read('/v1/me')).rights);
    let walked = 0;
    for (const { plural, fields } of guarded()) {
      const hidden = fields.filter(([, right]) => !rights.has(right)).map(([field]) => field);
      const list = await me.get(`/v1/${plural}?limit=200`);
      if (list.status !== 200) continue;
      const rows = list.json.items.slice(0, 3);
      const addresses = [`/v1/${plural}?limit=200`, `/v1/${plural}/export.csv`];
      for (const row of rows) {
        addresses.push(`/v1/${plural}/${row.id}`, `/v1/${plural}/${row.id}/history`);
        for (const [path, ways] of Object.entries(spec.paths)) {
          const act = new RegExp(`^/v1/${plural}/\\{id\\}/([a-z_.]+)$`).exec(path)?.[1];
          if (act && ways.get) addresses.push(`/v1/${plural}/${row.id}/${act}`);
        }
      }
      for (const address of addresses) {
        const answer = await me.get(address);
        walked += 1;
        const text = answer.bytes.subarray(0, 5).toString() === '%PDF-' ? '' : answer.text;
        for (const field of hidden) assert.ok(!new RegExp(`["\\n,]${field}[",\\r]`).test(text), `${field} in ${address}: ${text.slice(0, 400)}`);
        if (role === 'technician') for (const mark of MARKS) assert.ok(!new RegExp(`(?<![0-9a-f-])${mark.replace('.', '\\.')}(?![0-9a-f-])`).test(text), `${mark} in ${address}: ${text.slice(0, 400)}`);
      }
      const searched = await me.post(`/v1/${plural}/search`, { q: 'pump' });
      for (const field of hidden) assert.ok(!searched.text.includes(`"${field}"`), `${field} in a search of ${plural}`);
      for (const field of hidden) assert.ok([400, 403, 422].includes((await me.get(`/v1/${plural}?fields=${field}`)).status) || !(await me.get(`/v1/${plural}?fields=${field}`)).text.includes(`"${field}"`), `asked for by name: ${plural}.${field}`);
    }
    assert.ok(walked > 60, `${walked} addresses were walked`);
    for (const address of ['/v1/reports/ageing', '/v1/reports/profit', '/v1/reports/unbilled', `/v1/jobs/${job.id}/money`, '/v1/invoices', '/v1/payments', '/v1/credit_notes', '/v1/documents'])
      if (role === 'technician') assert.equal((await me.get(address)).status, 403, address);
  });

test('the same marks are there for the owner: the walk looks for something', async () => {
  const text = (await owner.get('/v1/job_lines?limit=200')).text + (await owner.get('/v1/items')).text;
  for (const mark of ['7123400', '6345600']) assert.ok(text.includes(mark));
});
