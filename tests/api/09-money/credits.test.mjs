// Credit notes never take back more than there is, by rate of VAT and to the cent; void and credit bring work back to be billed; limits of approval.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

let company;
let owner;
let customer;
let zero;
const draftOf = async (lines, more = {}, fields = {}) => {
  const draft = await owner.make('invoices', { customer_id: customer.id, ...fields });
  return owner.act(`/v1/invoices/${draft.id}/lines`, { lines, ...more });
};
const approved = async (...args) => owner.act(`/v1/invoices/${(await draftOf(...args)).id}/approve`);
const linesOf = async (invoice) => (await owner.read(`/v1/invoice_lines?filter[invoice_id]=${invoice.id}&sort=position`)).items;
const line = (cents, more = {}) => ({ description: 'Work', qty3: 1000, price4: cents * 100, ...more });
const credit = async (invoice, lines) => {
  const draft = await owner.act(`/v1/invoices/${invoice.id}/credit`, { reason: 'Wrong', ...(lines ? { lines } : {}) }, 201);
  return owner.act(`/v1/credit_notes/${draft.id}/approve`);
};

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  await owner.change('tenants', owner.tenantId, { line1: '1 Kerk Street', full_invoice_from: 100000000 });
  customer = await owner.make('customers', { name: 'Naledi Dlamini' });
  zero = (await owner.read('/v1/tax_codes')).items.find((c) => c.code === 'ZERO').id;
});
after(doneWithShared);

test('credited line by line, seven lines of ten cents come back as exactly what they were', async () => {
  const invoice = await approved(Array.from({ length: 7 }, () => line(10)));
  assert.deepEqual([invoice.net, invoice.vat, invoice.total], [70, 11, 81]); // by the line it would be 7 x 0.02
  let sum = { net: 0, vat: 0, total: 0 };
  for (const { id } of await linesOf(invoice)) {
    const note = await credit(invoice, [{ line_id: id }]);
    sum = { net: sum.net + note.net, vat: sum.vat + note.vat, total: sum.total + note.total };
    assert.ok(-sum.vat <= invoice.vat, 'never more VAT than there was');
  }
  assert.deepEqual(sum, { net: -70, vat: -11, total: -81 });
  assert.equal((await owner.read(`/v1/invoices/${invoice.id}`)).status, 'credited');
  assert.equal((await owner.send('POST', `/v1/invoices/${invoice.id}/credit`, { reason: 'Again' })).status, 409);
});

test('a discount on the whole, as an amount, is taken off what is credited, and the last credit is the rest', async () => {
  const invoice = await approved([line(250_00), line(80_00, { tax_code_id: zero })], { discount: 50_00 });
  assert.equal(invoice.total, 311_82);
  const [first, second] = await linesOf(invoice);
  const a = await credit(invoice, [{ line_id: first.id }]);
  assert.deepEqual([a.net, a.vat, a.discount_taken], [-212_12, -31_82, -37_88]);
  const b = await credit(invoice, [{ line_id: second.id }]);
  assert.deepEqual([b.net, b.vat], [-67_88, 0]);
  assert.equal(a.total + b.total, -invoice.total);
});

test('with inclusive prices and a percentage the full credit is minus the invoice', async () => {
  await owner.change('tenants', owner.tenantId, { price_mode: 'incl' });
  const invoice = await approved([line(99_99), line(33_33), line(7)], { discount_bp: 1250 });
  const [first] = await linesOf(invoice);
  const part = await credit(invoice, [{ line_id: first.id }]);
  const rest = await credit(invoice);
  for (const name of ['net', 'vat', 'total']) assert.equal(part[name] + rest[name], -invoice[name], name);
  await owner.change('tenants', owner.tenantId, { price_mode: 'excl' });
});

test('a draft can be thrown away, an approved one stays; two drafts do not credit the same thing', async () => {
  const invoice = await approved([line(100_00)]);
  const draft = await owner.act(`/v1/invoices/${invoice.id}/credit`, { reason: 'Wrong' }, 201);
  assert.equal((await owner.send('POST', `/v1/invoices/${invoice.id}/credit`, { reason: 'Wrong' })).status, 409);
  assert.equal((await owner.send('DELETE', `/v1/credit_notes/${draft.id}`, undefined, { 'if-match': `"${draft.version}"` })).status, 204);
  const note = await credit(invoice);
  assert.equal((await owner.send('DELETE', `/v1/credit_notes/${note.id}`, undefined, { 'if-match': `"${note.version}"` })).status, 409);
});

test('what has effect is not deleted: an approved invoice, a rate that has begun, a line that was billed, approved hours', async () => {
  const invoice = await approved([line(100_00)]);
  const gone = async (place, row) => (await owner.send('DELETE', `/v1/${place}/${row.id}`, undefined, { 'if-match': `"${row.version}"` })).status;
  assert.equal(await gone('invoices', invoice), 409);
  const [rate] = (await owner.read('/v1/tax_rates')).items.filter((r) => r.rate_bp === 1500);
  assert.equal(await gone('tax_rates', rate), 409);
  const later = await owner.make('tax_rates', { tax_code_id: rate.tax_code_id, rate_bp: 1550, valid_from: '2099-01-01' });
  assert.equal(await gone('tax_rates', later), 204, 'what has not begun can be withdrawn');
  const job = await company.job();
  const used = await owner.make('job_lines', { job_id: job.id, ...line(100_00) });
  await owner.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  assert.equal(await gone('job_lines', used), 409);
  const employee = await owner.make('employees', { name: 'P', code: 'P9' });
  const entry = await owner.make('time_entries', { employee_id: employee.id, start_at: '2026-11-02T06:00:00Z', end_at: '2026-11-02T07:00:00Z' });
  const hours = await owner.act(`/v1/time_entries/${entry.id}/approve`, {});
  assert.equal(await gone('time_entries', hours), 409);
});

test('void work and work that is credited to be billed again can be billed again', async () => {
  const job = await company.job();
  await owner.make('job_lines', { job_id: job.id, ...line(500_00) });
  for (const stage of ['in_progress', 'work_done']) await owner.act(`/v1/jobs/${job.id}/move`, { status_id: (await company.status(stage)).id });
  const stage = async () => (await owner.read(`/v1/jobs/${job.id}`)).stage;
  const bill = async () => owner.act(`/v1/invoices/${(await owner.act(`/v1/jobs/${job.id}/invoice`, {}, 201)).id}/approve`);
  const first = await bill();
  assert.equal(await stage(), 'closed');
  await owner.act(`/v1/invoices/${first.id}/void`, { reason: 'Wrong customer' });
  assert.equal(await stage(), 'to_invoice');
  const second = await bill();
  const [billed] = await linesOf(second);
  await credit(second, [{ line_id: billed.id, bill_again: true }]);
  assert.equal(await stage(), 'to_invoice');
  assert.equal((await bill()).total, 575_00);
  assert.equal(await stage(), 'closed');
});

test('a company goes on with the numbers of the system that it had; none comes twice', async () => {
  const fresh = (await Company.create(await shared())).owner;
  const set = (body) => fresh.send('POST', '/v1/numbering', body);
  assert.deepEqual((await fresh.read('/v1/numbering')).items.find((s) => s.series === 'invoice'), { series: 'invoice', prefix: 'INV-', next: 1 });
  assert.equal((await set({ series: 'invoice', prefix: 'F2026/', next: 4711 })).status, 200);
  const buyer = await fresh.make('customers', { name: 'N' });
  const draft = await fresh.make('invoices', { customer_id: buyer.id });
  await fresh.act(`/v1/invoices/${draft.id}/lines`, { lines: [line(100)] });
  assert.equal((await fresh.act(`/v1/invoices/${draft.id}/approve`)).no, 'F2026/04711');
  assert.equal((await set({ series: 'invoice', next: 4711 })).json.errors[0].pointer, '/next');
  assert.equal((await set({ series: 'invoice', prefix: 'X9', next: 5000 })).json.errors[0].pointer, '/prefix');
  assert.equal((await set({ series: 'nothing', next: 5000 })).json.errors[0].pointer, '/series');
  assert.ok((await fresh.read('/v1/audit_events?filter[action]=number')).items.length, 'it stands in the log');
});

test('nobody approves above his limit, nor sends an offer above it', async () => {
  const admin = await company.person('admin', {});
  const [member] = (await owner.read('/v1/memberships?limit=200')).items.filter((m) => m.email === admin.email);
  await owner.change('memberships', member.id, { approve_limit: 1000_00 });
  const small = await draftOf([line(869_56)]); // 999.99
  const large = await draftOf([line(869_57)]); // 1,000.01
  assert.equal((await admin.act(`/v1/invoices/${small.id}/approve`)).total, 999_99);
  const refused = await admin.send('POST', `/v1/invoices/${large.id}/approve`);
  assert.deepEqual([refused.status, refused.json.detail], [403, 'The total is above what you may approve; ask somebody who may.']);
  assert.match((await admin.read(`/v1/invoices/${large.id}/approval`)).stops[0].detail, /above what you may approve/);
  assert.equal((await owner.act(`/v1/invoices/${large.id}/approve`)).no, 'INV-' + String(Number((await owner.read(`/v1/invoices/${small.id}`)).no.slice(4)) + 1).padStart(5, '0'));
  const quote = await admin.make('quotes', { customer_id: customer.id, title: 'Large' });
  await admin.act(`/v1/quotes/${quote.id}/lines`, { lines: [line(2000_00)] });
  assert.equal((await admin.send('POST', `/v1/quotes/${quote.id}/send`, {})).status, 403);
  assert.equal((await admin.act(`/v1/quotes/${quote.id}/review`, {})).status, 'internal_review');
  assert.equal((await owner.act(`/v1/quotes/${quote.id}/send`, {})).status, 'sent');
});

test('a draft made before the company registered for VAT is stopped, and taxed when its lines are saved again; so is work', async () => {
  const young = await Company.create(await shared());
  const who = young.owner;
  await who.change('tenants', who.tenantId, { line1: '2 Long Street' });
  const buyer = await who.make('customers', { name: 'Sipho Dube' });
  const codes = Object.fromEntries((await who.read('/v1/tax_codes')).items.map((c) => [c.code, c.id]));
  const free = await who.make('items', { code: 'BREAD', name: 'Brown bread', kind: 'product', sell4: 20_0000, tax_code_id: codes.ZERO });
  const lines = [{ description: 'Work', qty3: 1000, price4: 100_0000 }, { item_id: free.id, qty3: 1000 }];
  const draft = await who.make('invoices', { customer_id: buyer.id });
  await who.act(`/v1/invoices/${draft.id}/lines`, { lines });
  const made = (await who.read(`/v1/invoice_lines?filter[invoice_id]=${draft.id}&sort=position`)).items;
  assert.deepEqual(made.map((l) => [l.tax_code_id, l.unregistered]), [[codes.OUT, true], [codes.OUT, true]]);
  const site = await who.make('sites', { customer_id: buyer.id, line1: '14 Jacaranda Street' });
  const job = await who.make('jobs', { customer_id: buyer.id, site_id: site.id, title: 'Geyser', job_type_id: (await young.jobType()).id });
  await who.make('job_lines', { job_id: job.id, ...lines[0] });

  await who.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  const stopped = await who.send('POST', `/v1/invoices/${draft.id}/approve`);
  assert.equal(stopped.status, 409);
  assert.match(stopped.json.detail, /120\.00 .*135\.00/);
  // Such a code is nobody's choice: it is not sent back, and asked anew.
  const back = made.map(({ item_id, description, qty3, unit, price4 }) => ({ item_id, description, qty3, unit, price4 }));
  const saved = await who.act(`/v1/invoices/${draft.id}/lines`, { lines: back });
  assert.deepEqual([saved.net, saved.vat, saved.total], [12000, 1500, 13500]);
  const again = (await who.read(`/v1/invoice_lines?filter[invoice_id]=${draft.id}&sort=position`)).items;
  assert.deepEqual(again.map((l) => [l.tax_code_id, l.unregistered]), [[codes.STD, null], [codes.ZERO, null]]);
  assert.equal((await who.act(`/v1/invoices/${draft.id}/approve`)).vat, 1500);
  assert.equal((await who.act(`/v1/jobs/${job.id}/invoice`, {}, 201)).vat, 1500);
});
