// The eight reports, the statement and the accounting file over one small company's month, with every total exact.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { pdfWords } from '../../harness/pdf.mjs';

let company;
let owner;
let office;
let accountant;
let tech;
let naledi;
let firm;
let zero;
const today = () => new Date(Date.now() + 2 * 3600_000).toISOString().slice(0, 10);
const daysAgo = (n) => new Date(Date.now() + 2 * 3600_000 - n * 86400_000).toISOString().slice(0, 10);
const bill = async (customer, lines, { approve = true, ...fields } = {}) => {
  const draft = await owner.make('invoices', { customer_id: customer.id, ...fields });
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines });
  return approve ? owner.act(`/v1/invoices/${draft.id}/approve`) : draft;
};
const line = (cents, more = {}) => ({ description: 'Work', qty3: 1000, price4: cents * 100, ...more });
const report = (name, query = '', who = accountant) => who.read(`/v1/reports/${name}${query}`);
const csv = (text) => text.trim().split('\r\n').map((row) => row.split(','));

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher', {});
  accountant = await company.person('accountant', {});
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  await owner.change('tenants', owner.tenantId, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001', full_invoice_from: 100000000 });
  naledi = await owner.make('customers', { name: 'Naledi, "N." Dlamini', code: 'NAL', billing_line1: '14 Jacaranda Street' });
  firm = await owner.make('customers', { kind: 'company', name: '=Mokoena Holdings', code: 'MOK', vat_no: '4987654321', billing_line1: '1 Long Street' });
  zero = (await owner.read('/v1/tax_codes')).items.find((c) => c.code === 'ZERO').id;
  const first = await bill(naledi, [line(100_00), line(50_00, { tax_code_id: zero })]); // 150.00 + 15.00
  await bill(firm, [line(1000_01)]); // 1,000.01 + 150.00
  await bill(firm, [line(200_00)], { date: daysAgo(70), due_date: daysAgo(40) }); // 30 days late and more: 31 to 60
  const wrong = await bill(naledi, [line(999_00)]);
  await owner.act(`/v1/invoices/${wrong.id}/void`, { reason: 'Wrong customer' });
  await bill(naledi, [line(777_00)], { approve: false });
  const note = await owner.act(`/v1/invoices/${first.id}/credit`, { reason: 'Not done', lines: [{ line_id: (await owner.read(`/v1/invoice_lines?filter[invoice_id]=${first.id}`)).items.find((l) => l.rate_bp === 1500).id }] }, 201);
  await owner.act(`/v1/credit_notes/${note.id}/approve`);
  const paid = await owner.make('payments', { customer_id: naledi.id, date: today(), amount: 60_00, reference: 'EFT 1' });
  await owner.act(`/v1/payments/${paid.id}/allocate`, { invoice_id: first.id, amount: 50_00 });
});
after(doneWithShared);

test('VAT of a period by rate: invoices, less credit notes, void ones at nothing', async () => {
  const vat = await report('vat', `?from=${daysAgo(30)}`);
  const rows = Object.fromEntries(vat.items.map((r) => [`${r.kind} ${r.tax_code}`, [r.rate, r.documents, r.net, r.vat, r.total, r.void]]));
  assert.deepEqual(rows, {
    'invoice STD': [1500, 2, 1100_01, 165_00, 1265_01, 1],
    'invoice ZERO': [0, 1, 50_00, 0, 50_00, 0],
    'credit_note STD': [1500, 1, -100_00, -15_00, -115_00, 0],
  });
  assert.deepEqual(vat.totals, { net: 1050_01, vat: 150_00, total: 1200_01 });
  const all = await report('vat', `?from=${daysAgo(100)}`);
  assert.deepEqual(all.totals, { net: 1250_01, vat: 180_00, total: 1430_01 });
});

test('the accounting file has each document by rate and each payment, and agrees with the VAT report to the cent', async () => {
  const answer = await accountant.get(`/v1/reports/accounting.csv?from=${daysAgo(100)}`);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['content-disposition'], /accounting\.csv/);
  const [head, ...rows] = csv(answer.text.replaceAll('"Naledi, ""N."" Dlamini"', 'Naledi'));
  const at = (name) => head.indexOf(name);
  const cents = (text) => Math.round(Number(text) * 100);
  const documents = rows.filter((r) => ['invoice', 'credit_note'].includes(r[0]));
  const vat = await report('vat', `?from=${daysAgo(100)}`);
  for (const name of ['net', 'vat', 'total']) assert.equal(documents.reduce((sum, r) => sum + cents(r[at(name)]), 0), vat.totals[name], name);
  assert.deepEqual(rows.filter((r) => r[0] === 'payment').map((r) => [r[at('number')], r[at('total')], r[at('reference')], r[at('customer')]]), [['PAY-00001', '-60.00', 'EFT 1', 'Naledi']]);
  assert.deepEqual(documents.filter((r) => r[0] === 'credit_note').map((r) => [r[at('number')], r[at('corrects')], r[at('vat')]]), [['CN-00001', 'INV-00001', '-15.00']]);
  assert.ok(documents.some((r) => r[at('status')] === 'void' && r[at('total')] === '0.00'));
  assert.ok(answer.text.includes("'=Mokoena Holdings"), 'no formula of a customer runs in a spreadsheet');
  assert.equal(rows.at(-1)[0], 'Total');
  assert.ok((await owner.read('/v1/audit_events?filter[action]=export')).items.length >= 1, 'the export stands in the log');
});

test('ageing says who owes what for how long, and what is on account', async () => {
  const ageing = await report('ageing');
  assert.deepEqual(ageing.items.map((r) => [r.customer, r.current, r.days_30, r.days_60, r.days_90, r.days_120, r.on_account, r.total]), [
    ['=Mokoena Holdings', 1150_01, 0, 230_00, 0, 0, 0, 1380_01],
    ['Naledi, "N." Dlamini', 0, 0, 0, 0, 0, -10_00, -10_00],
  ]);
  assert.equal(ageing.totals.total, 1370_01);
});

test("a customer's statement runs from what was owed before to what is owed now, as data and as a page", async () => {
  const statement = await accountant.read(`/v1/customers/${firm.id}/statement?from=${daysAgo(60)}`);
  assert.deepEqual([statement.opening, statement.items.map((e) => [e.kind, e.debit, e.credit, e.balance]), statement.closing], [230_00, [['invoice', 1150_01, 0, 1380_01]], 1380_01]);
  assert.deepEqual(statement.ageing, { current: 1150_01, days_30: 0, days_60: 230_00, days_90: 0, days_120: 0, on_account: 0, total: 1380_01 });
  const hers = await accountant.read(`/v1/customers/${naledi.id}/statement`);
  assert.deepEqual(hers.items.map((e) => [e.kind, e.no, e.debit, e.credit]), [['invoice', 'INV-00001', 165_00, 0], ['credit_note', 'CN-00001', 0, 115_00], ['payment', 'PAY-00001', 0, 60_00]]);
  assert.equal(hers.closing, -10_00);
  const page = await accountant.get(`/v1/customers/${firm.id}/statement.pdf?from=${daysAgo(60)}`);
  const words = pdfWords(page.bytes);
  for (const word of ['Statement', 'Mokoena Holdings', 'INV-00002', '1 380,01', '230,00']) assert.ok(words.includes(word), `${word} in ${words}`);
});

test('work that is done and not invoiced, what it brought, and open work by age', async () => {
  const job = await company.job();
  await owner.make('job_lines', { job_id: job.id, description: 'Geyser', qty3: 1000, price4: 5499_0000, cost4: 4000_0000 });
  await owner.make('job_lines', { job_id: job.id, description: 'Labour', unit: 'h', qty3: 4000, price4: 650_0000 });
  await company.job();
  for (const stage of ['in_progress', 'work_done']) await owner.act(`/v1/jobs/${job.id}/move`, { status_id: (await company.status(stage)).id });
  const unbilled = await report('unbilled', '', office);
  assert.deepEqual([unbilled.items.map((r) => [r.job_no, r.stage, r.unbilled]), unbilled.totals], [[[job.no, 'to_invoice', 8099_00]], { unbilled: 8099_00 }]);
  const draft = await owner.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  await owner.act(`/v1/invoices/${draft.id}/approve`);
  assert.deepEqual((await report('unbilled', '', office)).items, []);
  const profit = await report('profit');
  assert.deepEqual(profit.items.map((r) => [r.job_no, r.quoted, r.used, r.invoiced, r.cost, r.margin]), [[job.no, 0, 8099_00, 8099_00, 4000_00, 4099_00]]);
  const stages = await report('jobs_by_stage', '', office);
  assert.deepEqual([stages.items.find((r) => r.stage === 'new').days_0_7, stages.totals.count], [1, 1]);
});

test('offers by what became of them, and why they were lost', async () => {
  const offer = async (cents, then) => {
    const quote = await office.make('quotes', { customer_id: naledi.id, title: 'Offer' });
    await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [line(cents)] });
    await office.act(`/v1/quotes/${quote.id}/send`, {});
    if (then) await office.act(`/v1/quotes/${quote.id}/${then}`, then === 'accept' ? { name: 'N' } : { reason: 'Too dear' });
  };
  await offer(100_00, 'accept');
  await offer(200_00, 'decline');
  await offer(300_00, 'decline');
  await offer(400_00);
  const quotes = await report('quotes', '', office);
  assert.deepEqual(Object.fromEntries(quotes.items.map((r) => [r.status, [r.count, r.value, r.share_bp]])), { accepted: [1, 115_00, 2500], declined: [2, 575_00, 5000], sent: [1, 460_00, 2500] });
  assert.deepEqual((await report('quote_reasons', '', office)).items, [{ reason: 'Too dear', count: 2, value: 575_00 }]);
});

test('hours by person and work, and how visits went', async () => {
  const job = await company.job();
  const visit = await company.schedule(job, [tech.employeeId]);
  await tech.act(`/v1/appointments/${visit.id}/travel`, {});
  await tech.act(`/v1/appointments/${visit.id}/arrive`, {});
  await tech.act(`/v1/appointments/${visit.id}/incomplete`, { reason: 'No water' });
  const start = Date.parse(`${daysAgo(1)}T06:00:00Z`);
  await owner.make('time_entries', { employee_id: tech.employeeId, job_id: job.id, start_at: new Date(start).toISOString(), end_at: new Date(start + 80 * 60_000).toISOString() });
  const time = await report('time', `?from=${daysAgo(2)}`, office);
  const work = time.items.find((r) => r.kind === 'work');
  assert.deepEqual([work.employee, work.job_no, work.hours], ['Thabo Nkosi', job.no, 1333]);
  const visits = await report('visits', `?from=${daysAgo(1)}&until=${daysAgo(-3)}`, office);
  assert.deepEqual(visits.items.map((r) => [r.employee, r.visits, r.on_time, r.late, r.incomplete, r.no_access]), [['Thabo Nkosi', 1, 1, 0, 1, 0]]);
});

test('a report that one may not see is refused with who may; a period that is none names the field; nobody else sees anything', async () => {
  assert.equal((await tech.send('GET', '/v1/reports/vat')).status, 403);
  assert.equal((await office.send('GET', '/v1/reports/vat')).status, 403);
  assert.equal((await tech.send('GET', `/v1/customers/${firm.id}/statement`)).status, 403);
  assert.deepEqual((await tech.read('/v1/reports')).items, []);
  assert.equal((await accountant.send('GET', '/v1/reports/vat?from=2026-13-01')).json.errors[0].pointer, '/from');
  assert.equal((await accountant.send('GET', '/v1/reports/vat?from=2026-12-01&until=2026-11-01')).json.errors[0].pointer, '/until');
  assert.equal((await accountant.send('GET', '/v1/reports/nothing')).status, 404);
  const other = await Company.create(await shared());
  assert.deepEqual((await other.owner.read(`/v1/reports/ageing`)).items, []);
  assert.equal((await other.owner.send('GET', `/v1/customers/${firm.id}/statement`)).status, 404);
});
