// The day that a company of ten must be able to run (product.md 3.2), from the form on its site to the last cent: steps 1 to 6, 7 to 12 online over
// the API (rulings G12), 13 to 19, 21 and 22. Every amount is exact. (S-001, S-010, S-051, S-072, S-168)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Company, request, unique, until } from '../../harness/server.mjs';
import { pdfWords } from '../../harness/pdf.mjs';
import { installation, newest, office as companyWithMail, set, settled } from '../10-messages/office.mjs';
import { Page } from '../11-portal/page.mjs';

let it;
const ends = [];
let company;
let owner;
let office;
let lead;
let thabo;
let lerato;
let other;
let accountant;
let double;
let slug;
let geyser;
let labour;
let valve;
let enquiry;
let quote;
let job;
let visit;
let invoice;
let note;
let customer;
let page;
const today = () => new Date(Date.now() + 2 * 3600_000).toISOString().slice(0, 10);

before(async () => {
  it = await installation();
  ({ company, owner, double } = await companyWithMail(it, { after: (f) => ends.push(f) }));
  slug = `plumb-${unique()}`;
  await owner.change('tenants', owner.tenantId, { slug, bank_details: 'Example Bank, account 62 1234 5678, branch 250655' });
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  await set(owner, { mail_pdf: true });
  office = await company.person('dispatcher', { name: 'Ayesha Patel' });
  lead = await company.person('admin', { name: 'Office Lead' });
  thabo = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  lerato = await owner.make('employees', { name: 'Lerato Moloi', code: 'LM' });
  other = await company.person('technician', { name: 'Sipho Dube', employee: true });
  accountant = await company.person('accountant', { name: 'Books' });
  geyser = await owner.make('items', { code: 'GEY150', name: 'Geyser 150 l', sell4: 5499_0000, cost4: 4100_0000 });
  labour = await owner.make('items', { code: 'LAB', name: 'Labour', kind: 'labour', unit: 'h', sell4: 650_0000 });
  valve = await owner.make('items', { code: 'VALVE', name: 'Pressure valve', sell4: 389_0000, cost4: 210_0000 });
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

test('1: a customer fills in the form on the web: E-00001, and the office sees that the number is known', async () => {
  const known = await office.make('customers', { name: 'Naledi Dlamini', phone: '082 555 0201', billing_email: 'naledi@customer.example', billing_line1: '14 Jacaranda Street', billing_city: 'Johannesburg' });
  const site = await office.make('sites', { customer_id: known.id, line1: '14 Jacaranda Street', suburb: 'Melville' });
  customer = known;
  const form = { name: 'N Dlamini', phone: '0825550201', email: 'naledi@customer.example', address: '14 Jacaranda Street, Melville', subject: 'Geyser leaking', details: 'Since this morning.' };
  const answer = await request(it.base, 'POST', `/f/${slug}`, { body: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.equal(answer.status, 202, answer.text);
  [enquiry] = (await office.read('/v1/enquiries')).items;
  assert.deepEqual([enquiry.no, enquiry.subject, enquiry.source], ['E-00001', 'Geyser leaking', 'web']);
  const found = await office.read(`/v1/enquiries/${enquiry.id}/duplicates`);
  assert.ok(JSON.stringify(found).includes(known.id), 'the office is told who it may be');
  await office.change('enquiries', enquiry.id, { customer_id: known.id, site_id: site.id });
});

test('2: in two actions it is quote Q-00001 of 8,940.10', async () => {
  quote = await office.act(`/v1/enquiries/${enquiry.id}/quote`, {}, 201);
  const version = await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ item_id: geyser.id, qty3: 1000 }, { item_id: labour.id, qty3: 3500 }] });
  assert.deepEqual([quote.no, quote.customer_id, version.net, version.vat, version.total], ['Q-00001', customer.id, 7774_00, 1166_10, 8940_10]);
});

test('3: it leaves by mail with its link and its frozen page, and stands in the diary with how it went', async () => {
  await office.act(`/v1/quotes/${quote.id}/send`, {});
  const message = await settled(office, (await newest(office, `&filter[quote_id]=${quote.id}`)).id);
  assert.deepEqual([message.status, message.with_pdf, message.recipient], ['sent', true, 'naledi@customer.example']);
  // The receipt for his enquiry went out before.
  const mails = await Promise.all(double.letters.splice(0).map((letter) => simpleParser(letter.bytes)));
  const mail = mails.find((one) => one.subject.startsWith('Quote '));
  const pdf = pdfWords(mail.attachments[0].content);
  for (const word of ['Q-00001', '8 940,10', '7 774,00', '1 166,10']) assert.ok(pdf.includes(word), word);
  const url = /https:\/\/\S+#\S+/.exec(mail.text)[0];
  page = await Page.open(it.base, url);
  assert.ok((await office.read(`/v1/quotes/${quote.id}/history?limit=100`)).items.some((e) => e.noun === 'message'), 'on the diary');
});

test('4: the customer opens it without a password, signs and accepts; the version is frozen with its hash', async () => {
  const { quote: offered } = await page.read();
  assert.equal(offered.total, 8940_10);
  const accepted = await page.accept(offered);
  assert.equal(accepted.status, 200, accepted.text);
  const again = await page.accept(offered);
  assert.equal(again.status, 200, 'a second time it is the first answer');
  quote = await office.read(`/v1/quotes/${quote.id}`);
  const answers = (await office.read(`/v1/acceptances?filter[quote_id]=${quote.id}`)).items;
  assert.deepEqual([quote.status, answers.length, answers[0].total, answers[0].how, answers[0].name], ['accepted', 1, 8940_10, 'page', 'Naledi Dlamini']);
  const [frozen] = (await office.read(`/v1/documents?filter[quote_version_id]=${answers[0].version_id}`)).items;
  assert.equal(answers[0].document_hash, frozen.document_hash);
  assert.equal((await office.send('POST', `/v1/quotes/${quote.id}/lines`, { lines: [] })).status, 409);
});

test('5: approved and scheduled: job J-00001 with all its lines, status New', async () => {
  job = await office.act(`/v1/quotes/${quote.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  assert.deepEqual([job.no, job.stage, job.customer_id], ['J-00001', 'new', customer.id]);
  const lines = (await office.read(`/v1/job_lines?filter[job_id]=${job.id}&sort=position`)).items;
  assert.deepEqual(lines.map((l) => [l.description, l.qty3, l.line_net]), [['Geyser 150 l', 1000, 5499_00], ['Labour', 3500, 2275_00]]);
  for (const text of ['Switch off the power', 'Fit the new geyser', 'Test the pressure']) await office.make('tasks', { job_id: job.id, text, required: true });
});

test("6: planned for Thabo with Lerato: her leave is shown before, not after", async () => {
  const at = (h, m = 0) => new Date(Date.parse(`${new Date(Date.now() + 86400_000).toISOString().slice(0, 10)}T00:00:00Z`) + (h * 60 + m) * 60_000).toISOString();
  const when = { start_at: at(7), end_at: at(10, 30), employee_ids: [thabo.employeeId, lerato.id] };
  await office.make('leaves', { employee_id: lerato.id, start_at: at(0), end_at: at(12) });
  const clashes = (await office.act('/v1/appointments/check', when)).items.filter((c) => c.kind === 'leave');
  assert.deepEqual(clashes.map((c) => c.text), ['Lerato Moloi is on leave then.']);
  visit = await office.act(`/v1/jobs/${job.id}/schedule`, { ...when, employee_ids: [thabo.employeeId] }, 201);
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'scheduled');
});

test('7 to 10: Thabo goes, a valve more and four hours are needed, and nobody signs', async () => {
  await thabo.act(`/v1/appointments/${visit.id}/travel`, {});
  await thabo.act(`/v1/appointments/${visit.id}/arrive`, {});
  for (const task of (await thabo.read(`/v1/tasks?filter[job_id]=${job.id}`)).items) await thabo.change('tasks', task.id, { state: 'done' });
});

test('8a: the variation of 821.10 is accepted by the customer on his page before the extra work (CPA s15, rulings G1)', async () => {
  const variation = await office.make('quotes', { customer_id: customer.id, job_id: job.id, kind: 'variation', title: 'Pressure valve and half an hour' });
  const version = await office.act(`/v1/quotes/${variation.id}/lines`, { lines: [{ item_id: labour.id, qty3: 500 }, { item_id: valve.id, qty3: 1000 }] });
  assert.deepEqual([version.net, version.vat, version.total], [714_00, 107_10, 821_10]);
  await office.act(`/v1/quotes/${variation.id}/send`, { channel: 'none' });
  const { url } = await office.act(`/v1/quotes/${variation.id}/link`);
  const its = await Page.open(it.base, url);
  assert.equal((await its.accept((await its.read()).quote)).status, 200);
  const kinds = (await office.read(`/v1/authorisations?filter[job_id]=${job.id}`)).items.map((a) => [a.kind, a.amount]).sort();
  assert.deepEqual(kinds, [['estimate_accepted', 7774_00], ['variation_authorised', 714_00]]);
});

test('9 to 12: he enters what it took, sees no price, and is done', async () => {
  const lines = (await thabo.read(`/v1/job_lines?filter[job_id]=${job.id}`)).items;
  const hours = lines.find((l) => l.description === 'Labour');
  assert.ok(lines.every((l) => !('price4' in l) && !('line_net' in l) && !('cost4' in l)));
  await thabo.change('job_lines', hours.id, { qty3: 4000 });
  await thabo.make('job_lines', { job_id: job.id, item_id: valve.id, qty3: 1000 });
  await thabo.make('removed_parts', { job_id: job.id, description: 'Old geyser', outcome: 'declined', name: 'Naledi Dlamini' });
  await thabo.make('signatures', { job_id: job.id, not_signed_reason: 'The customer had left' });
  await thabo.act(`/v1/appointments/${visit.id}/finish`, {});
  await thabo.act(`/v1/jobs/${job.id}/move`, { status_id: (await company.status('work_done')).id });
});

test('13: it is to be invoiced: quoted 7,774.00, used 8,488.00', async () => {
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'to_invoice');
  const money = await office.read(`/v1/jobs/${job.id}/money`);
  assert.deepEqual([money.quoted, money.used, money.billed, money.unbilled, money.authorised], [7774_00, 8488_00, 0, 8488_00, 8488_00]);
});

test('14: a draft from what is unbilled; approval gives INV-00001 over 9,761.20 and freezes a full tax invoice', async () => {
  const draft = await office.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  assert.deepEqual([draft.no, draft.net, draft.vat, draft.total], [null, 8488_00, 1273_20, 9761_20]);
  assert.equal((await office.send('POST', `/v1/invoices/${draft.id}/approve`)).status, 403, 'the office does not approve');
  assert.equal((await lead.read(`/v1/invoices/${draft.id}/approval`)).ready, true);
  invoice = await lead.act(`/v1/invoices/${draft.id}/approve`);
  assert.deepEqual([invoice.no, invoice.status, invoice.balance], ['INV-00001', 'approved', 9761_20]);
  const text = pdfWords((await lead.get(`/v1/invoices/${invoice.id}/invoice.pdf`)).bytes);
  for (const word of ['Tax Invoice', 'INV-00001', '4123456789', 'Naledi Dlamini', '14 Jacaranda Street', 'Pressure valve', '8 488,00', '1 273,20', '9 761,20', invoice.document_hash])
    assert.ok(text.includes(word), `${word} in ${text}`);
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'closed');
});

test('15: it is sent, and the customer sees it with bank details and the reference INV-00001', async () => {
  await lead.act(`/v1/invoices/${invoice.id}/send`, {});
  const message = await settled(office, (await newest(office, `&filter[invoice_id]=${invoice.id}`)).id);
  assert.deepEqual([message.status, message.with_pdf], ['sent', true]);
  const mail = await simpleParser(double.letters.splice(-1)[0].bytes);
  const its = await Page.open(it.base, /https:\/\/\S+#\S+/.exec(mail.text)[0]);
  const shown = JSON.stringify(await its.read());
  for (const word of ['INV-00001', '976120', '62 1234 5678']) assert.ok(shown.includes(word), `${word} in ${shown}`);
  assert.doesNotMatch(shown, /cost|margin|4100_?0000|210_?0000/);
});

test('16: 5,000.00 and 4,761.20 are paid; 10,000.00 instead would leave 238.80 on account', async () => {
  const pay = async (amount, of) => {
    const payment = await owner.make('payments', { customer_id: customer.id, date: today(), amount, method: 'eft', reference: 'INV-00001' });
    const set_ = await owner.act(`/v1/payments/${payment.id}/allocate`, { invoice_id: of });
    return [payment, set_];
  };
  const [whole, allocated] = await pay(10000_00, invoice.id);
  assert.deepEqual([allocated.amount - allocated.allocated, (await owner.read(`/v1/invoices/${invoice.id}`)).status], [238_80, 'paid']);
  await owner.act(`/v1/payments/${whole.id}/reverse`, { reason: 'The variant' });
  const states = [];
  for (const amount of [5000_00, 4761_20]) {
    await pay(amount, invoice.id);
    const now = await owner.read(`/v1/invoices/${invoice.id}`);
    states.push([now.status, now.balance]);
  }
  assert.deepEqual(states, [['part_paid', 4761_20], ['paid', 0]]);
});

test('17: the valve is credited: CN-00001 over -447.35, the invoice stays paid, the money is on account', async () => {
  const line = (await owner.read(`/v1/invoice_lines?filter[invoice_id]=${invoice.id}`)).items.find((l) => l.description === 'Pressure valve');
  const draft = await office.act(`/v1/invoices/${invoice.id}/credit`, { reason: 'The valve was faulty', lines: [{ line_id: line.id }] }, 201);
  note = await lead.act(`/v1/credit_notes/${draft.id}/approve`);
  assert.deepEqual([note.no, note.net, note.vat, note.total, note.invoice_id], ['CN-00001', -389_00, -58_35, -447_35, invoice.id]);
  assert.equal((await owner.read(`/v1/invoices/${invoice.id}`)).status, 'paid');
  assert.equal((await accountant.read(`/v1/customers/${customer.id}/statement`)).closing, -447_35);
});

test('18: the yearly service is planned from the day on which it was done', async () => {
  const plan = await office.make('recurring_plans', { name: 'Annual geyser service', customer_id: customer.id, site_id: job.site_id, job_type_id: job.job_type_id, every_months: 12, last_done: today() });
  assert.equal(Number(plan.next_due.slice(0, 4)), Number(today().slice(0, 4)) + 1);
});

test('19: another technician finds J-00001 nowhere: address, search, calendar, export', async () => {
  assert.equal((await other.send('GET', `/v1/jobs/${job.id}`)).status, 404);
  assert.deepEqual((await other.act('/v1/jobs/search', { q: 'J-00001' })).items, []);
  assert.deepEqual((await other.read('/v1/appointments')).items, []);
  assert.doesNotMatch((await other.get('/v1/jobs/export.csv')).text, /J-00001/);
});

test("21: the accountant's file and the VAT report agree to the cent", async () => {
  const vat = await accountant.read('/v1/reports/vat');
  assert.deepEqual(vat.totals, { net: 8488_00 - 389_00, vat: 1273_20 - 58_35, total: 9761_20 - 447_35 });
  const rows = (await accountant.get('/v1/reports/accounting.csv')).text.trim().split('\r\n').map((row) => row.split(','));
  const [head] = rows;
  const sum = (type, name) => rows.filter((r) => type.includes(r[0])).reduce((all, r) => all + Math.round(Number(r[head.indexOf(name)]) * 100), 0);
  for (const name of ['net', 'vat', 'total']) assert.equal(sum(['invoice', 'credit_note'], name), vat.totals[name], name);
  assert.equal(sum(['payment'], 'total'), -9761_20);
});

test('22: another company with the same numbers sees nothing of this through any route', async () => {
  const stranger = await Company.create(it);
  const theirs = await stranger.job();
  assert.equal(theirs.no, 'J-00001');
  const rows = { jobs: job, quotes: quote, invoices: invoice, credit_notes: note, customers: customer, enquiries: enquiry, appointments: visit };
  for (const [place, row] of Object.entries(rows)) {
    assert.equal((await stranger.owner.send('GET', `/v1/${place}/${row.id}`)).status, 404, place);
    assert.equal((await stranger.owner.send('GET', `/v1/${place}/${row.id}/history`)).status, 404, place);
    assert.ok((await stranger.owner.read(`/v1/${place}`)).items.every((r) => r.id !== row.id), place);
  }
  for (const path of [`invoices/${invoice.id}/invoice.pdf`, `quotes/${quote.id}/quote.pdf`, `customers/${customer.id}/statement`]) assert.equal((await stranger.owner.send('GET', `/v1/${path}`)).status, 404, path);
  assert.deepEqual((await stranger.owner.act('/v1/customers/search', { q: 'Dlamini' })).items, []);
  assert.deepEqual((await stranger.owner.read('/v1/reports/vat')).items, []);
});

test('and the log of it all verifies', async () => {
  await until(async () => (await owner.read('/v1/audit_events?limit=1')).items.length, 'there is a log');
  assert.deepEqual((({ ok, why }) => [ok, why])(await owner.act('/v1/audit/verify')), [true, '']);
});
