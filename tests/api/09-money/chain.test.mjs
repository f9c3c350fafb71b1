// From an enquiry to the last payment, with the exact amounts of the acceptance scenario: a geyser, four hours instead of three and a half, a
// valve more, one line credited, and money on account. (S-001, S-004, S-168)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { pdfWords } from '../../harness/pdf.mjs';

let company;
let owner;
let office;
let tech;
let enquiry;
let quote;
let job;
let invoice;
let customer;
const geyser = { description: 'Geyser 150 l', qty3: 1000, unit: 'ea', price4: 5499_0000 };
const hours = (qty3) => ({ description: 'Labour', qty3, unit: 'h', price4: 650_0000 });

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher', { name: 'Ayesha Patel' });
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  const tenant = await owner.read(`/v1/tenants/${owner.tenantId}`);
  await owner.change('tenants', tenant.id, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001' });
});
after(doneWithShared);

test('the caller becomes an enquiry, and the enquiry a quote, without typing anything again', async () => {
  enquiry = await office.make('enquiries', { name: 'Naledi Dlamini', phone: '082 555 0201', address: '14 Jacaranda Street', subject: 'Geyser is leaking', source: 'phone' });
  assert.equal(enquiry.no, 'E-00001');
  quote = await office.act(`/v1/enquiries/${enquiry.id}/quote`, {}, 201);
  assert.deepEqual([quote.no, quote.title, quote.status, quote.enquiry_id], ['Q-00001', 'Geyser is leaking', 'draft', enquiry.id]);
  assert.equal((await office.read(`/v1/enquiries/${enquiry.id}`)).status, 'converted');
  const again = await office.act(`/v1/enquiries/${enquiry.id}/quote`, {}, 201);
  assert.equal(again.id, quote.id, 'asked again, it is the same quote');
  customer = await office.read(`/v1/customers/${quote.customer_id}`);
  assert.deepEqual([customer.name, customer.phone], ['Naledi Dlamini', '+27825550201']);
});

test('the quote comes to 8,940.10', async () => {
  const version = await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [geyser, hours(3500)] });
  assert.deepEqual([version.net, version.vat, version.total], [777400, 116610, 894010]);
  assert.equal((await office.read(`/v1/quotes/${quote.id}`)).total, 894010);
});

test('faults of a line name the line and the field, and nothing is changed', async () => {
  const answer = await office.send('POST', `/v1/quotes/${quote.id}/lines`, { lines: [geyser, { description: 'Nothing', qty3: 0, price4: -1 }, { qty3: 1000, price4: 100 }, { description: 'Too much', qty3: 9_999_999_999, price4: 99_999_999_999 }] });
  assert.equal(answer.status, 422, answer.text);
  const pointers = answer.json.errors.map((e) => e.pointer);
  for (const wanted of ['/lines/1/price4', '/lines/2/description', '/lines/3/price4']) assert.ok(pointers.includes(wanted), `${wanted} in ${pointers}`);
  assert.equal((await office.read(`/v1/quotes/${quote.id}`)).total, 894010);
});

test('it is sent, frozen, and accepted by telephone; a second yes is the first', async () => {
  quote = await office.act(`/v1/quotes/${quote.id}/send`, {});
  assert.equal(quote.status, 'sent');
  const version = (await office.read(`/v1/quote_versions?filter[quote_id]=${quote.id}`)).items[0];
  assert.match(version.document_hash, /^[0-9a-f]{64}$/);
  assert.equal((await office.send('POST', `/v1/quotes/${quote.id}/lines`, { lines: [geyser] })).status, 409, 'what was sent never changes');
  quote = await office.act(`/v1/quotes/${quote.id}/accept`, { name: 'Naledi Dlamini' });
  assert.equal(quote.status, 'accepted');
  await office.act(`/v1/quotes/${quote.id}/accept`, { name: 'Somebody Else' });
  const answers = (await office.read(`/v1/acceptances?filter[quote_id]=${quote.id}`)).items;
  assert.deepEqual(answers.map((a) => [a.name, a.total, a.document_hash]), [['Naledi Dlamini', 894010, version.document_hash]]);
});

test('the accepted quote becomes work with its lines, and what was agreed to is written down', async () => {
  job = await office.act(`/v1/quotes/${quote.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  assert.deepEqual([job.title, job.stage], ['Geyser is leaking', 'new']);
  assert.equal((await office.read(`/v1/quotes/${quote.id}`)).job_id, job.id);
  const lines = (await office.read(`/v1/job_lines?filter[job_id]=${job.id}&sort=position`)).items;
  assert.deepEqual(lines.map((l) => [l.description, l.qty3, l.line_net]), [['Geyser 150 l', 1000, 549900], ['Labour', 3500, 227500]]);
  const [agreed] = (await office.read(`/v1/authorisations?filter[job_id]=${job.id}`)).items;
  assert.deepEqual([agreed.kind, agreed.amount], ['estimate_accepted', 777400]);
});

test('the technician enters what it took: four hours and a valve, and sees no price', async () => {
  const start = Date.now() + 3600_000;
  const visit = await office.act(`/v1/jobs/${job.id}/schedule`, { start_at: new Date(start).toISOString(), end_at: new Date(start + 3600_000).toISOString(), employee_ids: [tech.employeeId] }, 201);
  const lines = (await tech.read(`/v1/job_lines?filter[job_id]=${job.id}&sort=position`)).items;
  for (const line of lines) for (const hidden of ['price4', 'cost4', 'line_net', 'line_after', 'discount_bp']) assert.ok(!(hidden in line), `${hidden} is not for him`);
  await tech.change('job_lines', lines[1].id, { qty3: 4000 });
  const valve = await owner.make('items', { code: 'VALVE', name: 'Pressure valve', sell4: 389_0000, cost4: 210_0000 });
  await tech.make('job_lines', { job_id: job.id, item_id: valve.id, qty3: 1000 });
  await tech.act(`/v1/appointments/${visit.id}/arrive`);
  await tech.act(`/v1/appointments/${visit.id}/finish`);
  const money = await office.read(`/v1/jobs/${job.id}/money`);
  assert.deepEqual([money.quoted, money.used, money.billed, money.unbilled], [777400, 848800, 0, 848800]);
});

test('done work with lines to bill goes on to be invoiced', async () => {
  const steps = (await office.read(`/v1/jobs/${job.id}/steps`)).items;
  const moved = await office.act(`/v1/jobs/${job.id}/move`, { status_id: steps.find((s) => s.stage === 'work_done').status_id });
  assert.equal(moved.stage, 'to_invoice');
});

test('an invoice above what was authorised is refused, and let through once the variation is accepted', async () => {
  invoice = await office.act(`/v1/jobs/${job.id}/invoice`, {}, 201);
  assert.deepEqual([invoice.status, invoice.no, invoice.net, invoice.vat, invoice.total], ['draft', null, 848800, 127320, 976120]);
  assert.equal((await office.send('POST', `/v1/invoices/${invoice.id}/approve`, {})).status, 403, 'a dispatcher does not approve');
  let answer = await owner.send('POST', `/v1/invoices/${invoice.id}/approve`, {});
  assert.equal(answer.status, 422, answer.text);
  assert.ok(answer.json.errors.some((e) => e.pointer === '/buyer/address'), answer.text);
  await owner.change('customers', customer.id, { billing_line1: '14 Jacaranda Street', billing_city: 'Johannesburg' });
  answer = await owner.send('POST', `/v1/invoices/${invoice.id}/approve`, {});
  assert.equal(answer.status, 409, answer.text);
  assert.match(answer.text, /R7,774\.00.*R8,488\.00.*section 15/);
  const variation = await office.make('quotes', { kind: 'variation', customer_id: customer.id, job_id: job.id, title: 'Half an hour and a valve' });
  const version = await office.act(`/v1/quotes/${variation.id}/lines`, { lines: [hours(500), { description: 'Pressure valve', qty3: 1000, price4: 389_0000 }] });
  assert.deepEqual([version.net, version.vat, version.total], [71400, 10710, 82110]);
  await office.act(`/v1/quotes/${variation.id}/send`, {});
  await office.act(`/v1/quotes/${variation.id}/accept`, { name: 'Naledi Dlamini', how: 'glass' });
  invoice = await owner.act(`/v1/invoices/${invoice.id}/approve`, {});
  assert.deepEqual([invoice.no, invoice.status, invoice.balance], ['INV-00001', 'approved', 976120]);
  assert.match(invoice.document_hash, /^[0-9a-f]{64}$/);
  assert.equal(invoice.seller.vat_no, '4123456789');
  assert.equal((await office.read(`/v1/jobs/${job.id}`)).stage, 'closed', 'everything is billed');
  assert.equal((await office.send('POST', `/v1/jobs/${job.id}/invoice`, {})).status, 409, 'nothing is left to bill');
});

test('two payments settle it: part paid, then paid', async () => {
  const first = await owner.make('payments', { customer_id: customer.id, date: '2026-11-22', amount: 500000, reference: 'INV-00001' });
  assert.equal(first.no, 'PAY-00001');
  await owner.act(`/v1/payments/${first.id}/allocate`, { invoice_id: invoice.id });
  assert.deepEqual(await standing(), ['part_paid', 476120]);
  const second = await owner.make('payments', { customer_id: customer.id, date: '2026-11-23', amount: 476120 });
  await owner.act(`/v1/payments/${second.id}/allocate`, { invoice_id: invoice.id });
  assert.deepEqual(await standing(), ['paid', 0]);
});

test('one line is credited: minus 447.35, and the money stays on account', async () => {
  const lines = (await owner.read(`/v1/invoice_lines?filter[invoice_id]=${invoice.id}`)).items;
  const valve = lines.find((l) => l.description === 'Pressure valve');
  let note = await owner.act(`/v1/invoices/${invoice.id}/credit`, { reason: 'Valve was faulty', lines: [{ line_id: valve.id }] }, 201);
  assert.deepEqual([note.status, note.net, note.vat, note.total], ['draft', -38900, -5835, -44735]);
  note = await owner.act(`/v1/credit_notes/${note.id}/approve`, {});
  assert.deepEqual([note.no, note.status, note.allocated], ['CN-00001', 'approved', 0]);
  assert.deepEqual(await standing(), ['paid', 0]);
  const more = await owner.send('POST', `/v1/invoices/${invoice.id}/credit`, { reason: 'Again', lines: [{ line_id: valve.id }] });
  assert.equal(more.status, 409, 'a line is credited once');
});

test('paying too much leaves 238.80 on account; a reversed payment makes the invoice owed again', async () => {
  const lump = await owner.make('payments', { customer_id: customer.id, date: '2026-11-24', amount: 1000000 });
  const other = await draftOf([geyser, hours(4000), { description: 'Pressure valve', qty3: 1000, price4: 389_0000 }]);
  const approved = await owner.act(`/v1/invoices/${other.id}/approve`, {});
  assert.equal(approved.total, 976120);
  const used = await owner.act(`/v1/payments/${lump.id}/allocate`, { invoice_id: other.id });
  assert.deepEqual([used.allocated, used.amount - used.allocated], [976120, 23880]);
  assert.equal((await owner.read(`/v1/invoices/${other.id}`)).status, 'paid');
  await owner.act(`/v1/payments/${lump.id}/reverse`, { reason: 'Cheque bounced' });
  const again = await owner.read(`/v1/invoices/${other.id}`);
  assert.deepEqual([again.status, again.balance], ['approved', 976120]);
});

test('an approved invoice does not change; a void one keeps its number', async () => {
  const draft = await draftOf([hours(1000)]);
  const approved = await owner.act(`/v1/invoices/${draft.id}/approve`, {});
  assert.equal((await owner.send('POST', `/v1/invoices/${draft.id}/lines`, { lines: [hours(2000)] })).status, 409);
  assert.equal((await owner.send('PATCH', `/v1/invoices/${draft.id}`, { due_date: '2030-01-01' }, { 'if-match': `"${approved.version}"` })).status, 409);
  const gone = await owner.act(`/v1/invoices/${draft.id}/void`, { reason: 'Typed for the wrong customer' });
  assert.deepEqual([gone.status, gone.no], ['void', approved.no]);
  const next = await owner.act(`/v1/invoices/${(await draftOf([hours(1000)])).id}/approve`, {});
  assert.equal(Number(next.no.slice(4)), Number(approved.no.slice(4)) + 1);
});

test('a draft that is deleted gives its lines back; an invoice bills the lines of its own work, and none twice', async () => {
  const other = await company.job();
  const line = await office.make('job_lines', { job_id: other.id, ...hours(2000) });
  const draft = await office.act(`/v1/jobs/${other.id}/invoice`, {}, 201);
  assert.equal((await office.read(`/v1/jobs/${other.id}/money`)).unbilled, 0);
  const twice = await office.send('POST', `/v1/invoices/${draft.id}/lines`, { lines: [{ ...hours(3000), source_line_id: line.id }] });
  assert.equal(twice.status, 409, twice.text);
  const [foreign] = (await office.read(`/v1/job_lines?filter[job_id]=${job.id}`)).items;
  const strange = await office.send('POST', `/v1/invoices/${draft.id}/lines`, { lines: [hours(1000), { ...hours(1000), source_line_id: foreign.id }] });
  assert.deepEqual([strange.status, strange.json.errors[0].pointer], [422, '/lines/1/source_line_id']);
  assert.equal((await owner.send('DELETE', `/v1/invoices/${draft.id}`)).status, 204);
  assert.equal((await office.read(`/v1/jobs/${other.id}/money`)).unbilled, 130000);
  assert.equal((await office.act(`/v1/jobs/${other.id}/invoice`, {}, 201)).net, 130000);
});

test('what was credited to be billed again is billed again, once the credit is approved', async () => {
  const work = await company.job();
  await office.make('job_lines', { job_id: work.id, ...hours(2000) });
  const first = await office.act(`/v1/jobs/${work.id}/invoice`, {}, 201);
  await owner.act(`/v1/invoices/${first.id}/approve`, {});
  const [line] = (await owner.read(`/v1/invoice_lines?filter[invoice_id]=${first.id}`)).items;
  const note = await owner.act(`/v1/invoices/${first.id}/credit`, { reason: 'Wrong rate', lines: [{ line_id: line.id, qty3: 500, bill_again: true }] }, 201);
  assert.equal((await office.read(`/v1/jobs/${work.id}/money`)).unbilled, 0);
  await owner.act(`/v1/credit_notes/${note.id}/approve`, {});
  assert.equal((await office.read(`/v1/jobs/${work.id}/money`)).unbilled, 32500);
});

test('numbers have no gaps though sixteen approve at once, and some are refused', async () => {
  const drafts = [];
  for (let i = 0; i < 16; i++) drafts.push(await draftOf([hours(1000)]));
  const from = Number((await owner.act(`/v1/invoices/${(await draftOf([hours(1000)])).id}/approve`, {})).no.slice(4));
  const empty = await owner.make('invoices', { customer_id: customer.id });
  const answers = await Promise.all([...drafts, empty].map((d) => owner.send('POST', `/v1/invoices/${d.id}/approve`, {})));
  assert.equal(answers.filter((a) => a.status === 409).length, 1);
  const numbers = answers.filter((a) => a.status === 200).map((a) => Number(a.json.no.slice(4))).sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: 16 }, (_, i) => from + 1 + i));
});

test('a technician finds no money document anywhere', async () => {
  for (const place of ['quotes', 'quote_versions', 'quote_lines', 'invoices', 'invoice_lines', 'credit_notes', 'payments', 'allocations', 'enquiries', 'acceptances', 'authorisations'])
    assert.equal((await tech.send('GET', `/v1/${place}`)).status, 403, place);
  assert.equal((await tech.send('GET', `/v1/invoices/${invoice.id}`)).status, 404);
  assert.ok(!('sell4' in (await tech.read('/v1/items')).items[0]));
});

test('quote, invoice and credit note are printed, with their figures and the hash of what was frozen', async () => {
  const [note] = (await owner.read(`/v1/credit_notes?filter[invoice_id]=${invoice.id}`)).items;
  for (const [path, ...words] of [
    [`quotes/${quote.id}/quote.pdf`, 'Quote', 'Q-00001', '8 940,10', 'Geyser 150 l'],
    [`invoices/${invoice.id}/invoice.pdf`, 'Tax Invoice', 'INV-00001', '9 761,20', '1 273,20', 'VAT', '4123456789', 'Naledi Dlamini', invoice.document_hash],
    [`credit_notes/${note.id}/credit_note.pdf`, 'Credit Note', 'CN-00001', 'INV-00001', '447,35', 'Valve was faulty'],
  ]) {
    const answer = await owner.get(`/v1/${path}`);
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    const text = pdfWords(answer.bytes);
    if (process.env.FIELDWARD_KEEP_PAGES) writeFileSync(`${process.env.FIELDWARD_KEEP_PAGES}/${path.split('/').pop()}`, answer.bytes);
    for (const word of words) assert.ok(text.includes(word), `${path}: ${word} in ${text}`);
  }
});

test('what was approved is kept byte for byte, whatever changes afterwards; a copy says so, a correction is the next revision (S-051)', async () => {
  const place = `/v1/invoices/${invoice.id}/invoice.pdf`;
  const pdf = (await owner.get(place)).bytes;
  const [kept] = (await owner.read(`/v1/documents?filter[invoice_id]=${invoice.id}`)).items;
  assert.deepEqual([kept.no, kept.revision, kept.state, kept.document_hash, kept.pdf_hash], ['INV-00001', 1, 'rendered', invoice.document_hash, sha256(pdf)]);
  assert.ok(!('data' in kept));
  await owner.change('tenants', owner.tenantId, { legal_name: 'Another Name Altogether (Pty) Ltd' });
  await owner.change('customers', customer.id, { name: 'Naledi Mokoena' });
  assert.ok((await owner.get(place)).bytes.equals(pdf), 'the same bytes');
  assert.match(pdfWords((await owner.get(`/v1/invoices/${invoice.id}/copy.pdf`)).bytes), /COPY/);
  assert.ok((await owner.get(place)).bytes.equals(pdf), 'a copy is no new original');

  const refused = await owner.send('POST', `/v1/invoices/${invoice.id}/correct`, { lines: [{ line_id: invoice.id, description: 'x' }] });
  assert.equal(refused.json.errors[0].pointer, '/lines/0/line_id');
  const before = await owner.read(`/v1/invoices/${invoice.id}`);
  const corrected = await owner.act(`/v1/invoices/${invoice.id}/correct`, { name: 'N. Mokoena', customer_order_no: 'PO 77' });
  assert.deepEqual([corrected.no, corrected.revision, corrected.total, corrected.tax_point, corrected.balance], ['INV-00001', 2, before.total, before.tax_point, before.balance]);
  assert.notEqual(corrected.document_hash, before.document_hash);
  const text = pdfWords((await owner.get(place)).bytes);
  for (const word of ['Corrected', 'INV-00001', 'N. Mokoena', 'PO 77', corrected.document_hash]) assert.ok(text.includes(word), `${word} in ${text}`);
  assert.ok(!text.includes('Another Name'), 'the seller is who it was');
  assert.equal((await owner.read(`/v1/documents?filter[invoice_id]=${invoice.id}`)).items.length, 2);
  await owner.change('customers', customer.id, { name: 'Naledi Dlamini' });
});

test('what was frozen is rendered without anybody asking for it', async () => {
  const draft = await draftOf([{ description: 'Call-out', qty3: 1000, price4: 100_0000 }]);
  await owner.act(`/v1/invoices/${draft.id}/approve`);
  for (let tries = 0; ; tries += 1) {
    const [kept] = (await owner.read(`/v1/documents?filter[invoice_id]=${draft.id}`)).items;
    if (kept.state === 'rendered') break;
    assert.ok(tries < 100, 'rendered within ten seconds');
    await new Promise((done) => setTimeout(done, 100));
  }
});

test('a draft says what stands in the way of its approval, and what to look at', async () => {
  const firm = await owner.make('customers', { kind: 'company', name: 'Mokoena Holdings' });
  const draft = await owner.make('invoices', { customer_id: firm.id });
  assert.deepEqual((await owner.read(`/v1/invoices/${draft.id}/approval`)).stops.map((s) => s.detail), ['There is nothing on it yet.']);
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Work', qty3: 1000, price4: 6000_0000 }] });
  let asked = await owner.read(`/v1/invoices/${draft.id}/approval`);
  assert.deepEqual([asked.ready, asked.stops.map((s) => s.pointer), asked.warnings.map((s) => s.pointer)], [false, ['/buyer/address'], ['/buyer/vat_no']]);
  await owner.change('tenants', owner.tenantId, { full_invoice_from: 1000000 });
  asked = await owner.read(`/v1/invoices/${draft.id}/approval`);
  assert.deepEqual([asked.ready, asked.stops], [true, []], 'the threshold is a setting');
  await owner.change('tenants', owner.tenantId, { full_invoice_from: 500000 });
});

test('every step stands in the log, and the log verifies', async () => {
  const verdict = await owner.act('/v1/audit/verify');
  assert.deepEqual([verdict.ok, verdict.why], [true, '']);
  const { items } = await owner.read(`/v1/invoices/${invoice.id}/history?limit=100`);
  const done = items.map((e) => e.action);
  for (const action of ['create', 'approve']) assert.ok(done.includes(action), `${action} in ${done}`);
});

test('lines that were typed on an older version are refused, and nothing is overwritten', async () => {
  const offer = await office.make('quotes', { customer_id: customer.id, title: 'Two at once' });
  const seen = await office.act(`/v1/quotes/${offer.id}/lines`, { lines: [hours(1000)] });
  const theirs = await owner.act(`/v1/quotes/${offer.id}/lines`, { lines: [hours(2000)], base_version: seen.version });
  const mine = await office.send('POST', `/v1/quotes/${offer.id}/lines`, { lines: [hours(3000)], base_version: seen.version });
  assert.equal(mine.status, 409, mine.text);
  assert.equal((await office.read(`/v1/quotes/${offer.id}`)).total, theirs.total);
  const words = await owner.act(`/v1/quotes/${offer.id}/lines`, { lines: [{ ...hours(2000), description: 'Another word' }], base_version: theirs.version });
  assert.ok(words.version > theirs.version, 'a change of words alone is a change');
  assert.equal((await office.send('POST', `/v1/quotes/${offer.id}/lines`, { lines: [hours(2000)], base_version: theirs.version })).status, 409);
  const draft = await office.make('invoices', { customer_id: customer.id });
  assert.equal((await office.send('POST', `/v1/invoices/${draft.id}/lines`, { lines: [hours(1000)], base_version: draft.version + 1 })).status, 409);
  assert.equal((await office.act(`/v1/invoices/${draft.id}/lines`, { lines: [hours(1000)], base_version: draft.version })).net, 65000);
});

test('a quote is priced with VAT if the office says so, a variation in the way of its work, and documents are in the company\'s currency', async () => {
  const abroad = await Company.create(await shared());
  const tenant = await abroad.owner.read(`/v1/tenants/${abroad.owner.tenantId}`);
  await abroad.owner.change('tenants', tenant.id, { currency: 'NAD' });
  await abroad.owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  const who = await abroad.owner.make('customers', { name: 'Etosha Lodge' });
  const place = await abroad.owner.make('sites', { customer_id: who.id, line1: '3 Main Road' });
  const offer = await abroad.owner.make('quotes', { customer_id: who.id, site_id: place.id, title: 'Pump' });
  let version = await abroad.owner.act(`/v1/quotes/${offer.id}/lines`, { lines: [{ description: 'Pump', qty3: 1000, price4: 1150_0000 }], price_mode: 'incl' });
  assert.deepEqual([version.price_mode, version.currency, version.net, version.vat, version.total], ['incl', 'NAD', 100000, 15000, 115000]);
  version = await abroad.owner.act(`/v1/quotes/${offer.id}/lines`, { lines: [{ description: 'Pump', qty3: 1000, price4: 1150_0000 }] });
  assert.equal(version.price_mode, 'incl', 'as before');
  await abroad.owner.act(`/v1/quotes/${offer.id}/send`, {});
  await abroad.owner.act(`/v1/quotes/${offer.id}/accept`, { name: 'Tjipa' });
  const work = await abroad.owner.act(`/v1/quotes/${offer.id}/job`, { job_type_id: (await abroad.jobType()).id }, 201);
  const more = await abroad.owner.make('quotes', { kind: 'variation', customer_id: who.id, job_id: work.id, title: 'A longer pipe' });
  const refused = await abroad.owner.send('POST', `/v1/quotes/${more.id}/lines`, { lines: [{ description: 'Pipe', qty3: 1000, price4: 100_0000 }], price_mode: 'excl' });
  assert.deepEqual([refused.status, refused.json.errors[0].pointer], [422, '/price_mode']);
  const bill = await abroad.owner.act(`/v1/jobs/${work.id}/invoice`, {}, 201);
  assert.deepEqual([bill.currency, bill.price_mode, bill.total], ['NAD', 'incl', 115000]);
  const other = await abroad.owner.send('POST', `/v1/invoices/${bill.id}/lines`, { lines: [], price_mode: 'excl' });
  assert.deepEqual([other.status, other.json.errors[0].pointer], [422, '/price_mode']);
  const free = await abroad.owner.make('invoices', { customer_id: who.id });
  assert.equal((await abroad.owner.act(`/v1/invoices/${free.id}/lines`, { lines: [{ description: 'Pump', qty3: 1000, price4: 115_0000 }], price_mode: 'incl' })).total, 11500);
});

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const standing = async () => {
  const row = await owner.read(`/v1/invoices/${invoice.id}`);
  return [row.status, row.balance];
};

const draftOf = async (lines) => {
  const draft = await owner.make('invoices', { customer_id: customer.id });
  return owner.act(`/v1/invoices/${draft.id}/lines`, { lines });
};
