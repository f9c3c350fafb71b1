// The customer's page beside the quote: his work in words meant for him, his invoices and what he owes, and his own details, which open with a code
// that goes to the address we had. (S-010: the person corrects his own details; S-170: what a link alone does not open needs a one-time code)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { execFileSync } from 'node:child_process';
import { adminSql, idLiteral, request, until, VAULT } from '../../harness/server.mjs';
import { installation, newest, office as withMail, settled } from '../10-messages/office.mjs';
import { Page } from './page.mjs';

let it;
const ends = [];
let company;
let owner;
let office;
let double;
let customer;
let job;
let invoice;
const url = async (path, body) => (await office.act(`/v1/${path}/link`, body)).url;
const open = async (path, body) => Page.open(it.base, await url(path, body));
/** The next mail with this subject that an address gets, parsed. */
async function mailTo(address, subject = /./) {
  return until(async () => {
    for (const letter of double.letters.filter((l) => l.to.includes(address))) {
      const mail = await simpleParser(letter.bytes);
      if (!subject.test(mail.subject)) continue;
      double.letters.splice(double.letters.indexOf(letter), 1);
      return mail;
    }
    return null;
  }, `a mail to ${address}`);
}
const codeTo = async (address) => /\b\d{6}\b/.exec((await mailTo(address, /code/)).text)[0];

before(async () => {
  it = await installation();
  ({ company, owner, double } = await withMail(it, { after: (f) => ends.push(f) }));
  office = await company.person('dispatcher');
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  const tenant = await owner.read(`/v1/tenants/${company.id}`);
  await owner.change('tenants', tenant.id, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001', bank_details: 'Example Bank\nAccount 62000000001', phone: '011 555 0100' });
  const own = await company.customerAndSite({ name: 'Naledi Dlamini', billing_email: 'naledi@example.test', phone: '082 555 0201', billing_line1: '14 Jacaranda Street', billing_city: 'Johannesburg', reg_no: '8001015009087', alert: 'ALERT-WORD' }, { access_notes: 'GATE-1234', alert: 'DOG-WORD' });
  customer = own.customer;
  const lead = await owner.make('employees', { name: 'Thabo Nkosi' });
  job = await company.job({ customer_id: customer.id, site_id: own.site.id, title: 'Geyser is leaking', description: 'DESCRIPTION-WORD', internal_notes: 'INTERNAL-WORD', work_summary: 'Put in a new geyser.' });
  await company.schedule(job, [lead.id], { by: office });
  await office.make('notes', { job_id: job.id, body: 'We come in the morning.', visibility: 'customer' });
  await office.make('notes', { job_id: job.id, body: 'SECRET-NOTE' });
  await owner.make('job_lines', { job_id: job.id, description: 'Geyser', qty3: 1000, price4: 5499_0000, cost4: 4000_0000 });
  invoice = await owner.make('invoices', { customer_id: customer.id });
  await owner.act(`/v1/invoices/${invoice.id}/lines`, { lines: [{ description: 'Geyser 150 l', qty3: 1000, price4: 8488_0000, cost4: 777_0000 }] });
  invoice = await owner.act(`/v1/invoices/${invoice.id}/approve`);
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

const FORBIDDEN = /cost4|7770000|INTERNAL-WORD|SECRET-NOTE|DESCRIPTION-WORD|ALERT-WORD|DOG-WORD|GATE-1234|8001015009087|Thabo|internal_notes|access_notes|created_by|owner_id|token_hash|code_hash|employee|"seller"|"buyer"/;

test('a piece of work is told in words for the customer: where it stands, when somebody comes, what was written for him', async () => {
  const page = await open(`jobs/${job.id}`);
  const answer = await page.send('GET', '/page');
  const { job: shown } = answer.json;
  assert.deepEqual([shown.no, shown.title, shown.stage], [job.no, 'Geyser is leaking', 'scheduled']);
  const status = await company.status('scheduled');
  assert.equal(shown.label, status.customer_label);
  assert.deepEqual(shown.visits.map((v) => v.status), ['planned']);
  assert.deepEqual(shown.notes.map((n) => n.body), ['We come in the morning.']);
  assert.equal(shown.work_summary, '', 'what was done is told when it is done');
  assert.doesNotMatch(answer.text, FORBIDDEN);
  assert.doesNotMatch((await page.send('GET', `/jobs/${job.id}`)).text, FORBIDDEN);
  assert.equal((await page.post('/questions', { text: 'Which morning?' })).status, 201);
  assert.ok((await page.read()).job.notes.some((n) => n.body === 'Which morning?'), 'he reads his own question');
});

test('an invoice is shown once it was sent: what is owed, to which account, with which reference', async () => {
  assert.equal((await office.post(`/v1/invoices/${invoice.id}/link`)).status, 409, 'not before');
  await owner.act(`/v1/invoices/${invoice.id}/send`, { channel: 'none' });
  const page = await open(`invoices/${invoice.id}`);
  const answer = await page.send('GET', '/page');
  const shown = answer.json.invoice;
  assert.deepEqual([shown.no, shown.state, shown.total, shown.balance, shown.reference], [invoice.no, 'due', 976120, 976120, invoice.no]);
  assert.equal(shown.bank_details, 'Example Bank\nAccount 62000000001');
  assert.doesNotMatch(answer.text, FORBIDDEN);
  const pdf = await page.send('GET', `/invoices/${invoice.id}/invoice.pdf`);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  const office_pdf = await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`);
  assert.ok(pdf.bytes.equals(office_pdf.bytes), 'the same bytes as the office has');
  const paid = await owner.make('payments', { customer_id: customer.id, date: '2026-11-22', amount: 500000 });
  await owner.act(`/v1/payments/${paid.id}/allocate`, { invoice_id: invoice.id });
  assert.deepEqual([(await page.read()).invoice.paid, (await page.read()).invoice.balance], [500000, 476120]);
});

test('an invoice that was not sent, and one that was taken back, are not there', async () => {
  const page = await open(`customers/${customer.id}`);
  const draft = await owner.make('invoices', { customer_id: customer.id });
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Not yet', qty3: 1000, price4: 100_0000 }] });
  await owner.act(`/v1/invoices/${draft.id}/approve`);
  page.session = (await verified(page)).session;
  assert.equal((await page.send('GET', `/invoices/${draft.id}`)).status, 404);
  assert.equal((await page.send('GET', `/invoices/${draft.id}/invoice.pdf`)).status, 404);
  assert.ok(!(await page.read()).customer.invoices.some((i) => i.id === draft.id));
});

async function verified(page, address = 'naledi@example.test') {
  const sent = await page.post('/code');
  assert.equal(sent.status, 202, sent.text);
  return page.want(200, 'POST', '/code/confirm', { code: await codeTo(address) });
}

test('all of a customer\'s needs a code: six digits to the address we had, masked to who asks', async () => {
  const page = await open(`customers/${customer.id}`);
  assert.deepEqual([page.scope, page.needs_code], ['customer', true]);
  for (const path of ['/page', `/quotes/${job.id}`, '/details']) {
    const answer = await page.send('GET', path);
    assert.ok([401, 404].includes(answer.status), path);
    assert.doesNotMatch(answer.text, /Naledi|naledi/);
  }
  const sent = await page.want(202, 'POST', '/code', {});
  assert.deepEqual([sent.channel, sent.to, sent.expires_in], ['email', 'n•••@e•••', 600]);
  const code = await codeTo('naledi@example.test');
  const message = await newest(owner, `&filter[customer_id]=${customer.id}`);
  assert.equal(message.kind, 'portal_code');
  assert.ok(!JSON.stringify(message).includes(code), 'the office does not read it');
  const fresh = await page.want(200, 'POST', '/code/confirm', { code });
  assert.equal(fresh.needs_code, false);
  assert.equal((await page.post('/code/confirm', { code })).json.reason, 'code_over', 'a code is spent once it was right');
  assert.equal((await page.send('GET', '/page')).status, 401, 'the session before stays what it was');
  page.session = fresh.session;
  const { customer: shown } = await page.read();
  assert.deepEqual([shown.name, shown.owed, shown.on_account, shown.balance], ['Naledi Dlamini', 476120, 0, 476120]);
  assert.deepEqual(shown.invoices.map((i) => i.no), [invoice.no]);
  assert.deepEqual(shown.jobs.map((j) => j.no), [job.no]);
  assert.doesNotMatch((await page.send('GET', '/page')).text, FORBIDDEN);
  assert.equal((await page.send('GET', `/jobs/${job.id}`)).status, 200);
  assert.equal((await page.send('GET', `/invoices/${invoice.id}`)).status, 200);
});

test('a payment beyond what is owed stands on account', async () => {
  const page = await open(`customers/${customer.id}`);
  page.session = (await verified(page)).session;
  await owner.make('payments', { customer_id: customer.id, date: '2026-11-23', amount: 500000 });
  const { customer: shown } = await page.read();
  assert.deepEqual([shown.owed, shown.on_account, shown.balance], [476120, 500000, -23880]);
});

test('five wrong digits end a code; ten minutes do too; codes are not sent without end', async () => {
  const person = await owner.make('customers', { name: 'Somebody', billing_email: 'somebody@example.test' });
  const page = await Page.open(it.base, await url(`customers/${person.id}`));
  await page.want(202, 'POST', '/code', {});
  let code = await codeTo('somebody@example.test');
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  for (let i = 0; i < 5; i++) {
    const answer = await page.post('/code/confirm', { code: wrong });
    assert.deepEqual([answer.status, answer.json.errors[0].pointer], [422, '/code']);
  }
  assert.equal((await page.post('/code/confirm', { code })).json.reason, 'code_over', 'even the right one does not count any more');
  assert.equal((await page.post('/code/confirm', { code: '12' })).status, 422);
  await page.want(202, 'POST', '/code', {});
  code = await codeTo('somebody@example.test');
  it.setClock(11 * 60_000);
  assert.equal((await page.post('/code/confirm', { code })).json.reason, 'code_over');
  it.setClock(0);
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await page.post('/code')).status);
  assert.ok(statuses.includes(429), `${statuses}`);
});

test('who has no address here, or none that anything can be sent to, is told to ring', async () => {
  for (const fields of [{}, { phone: '083 555 0300' }]) {
    const nobody = await owner.make('customers', { name: 'Nobody', ...fields });
    const page = await Page.open(it.base, await url(`customers/${nobody.id}`));
    const answer = await page.post('/code');
    assert.deepEqual([answer.status, answer.json.reason], [409, 'no_address'], answer.text);
    assert.match(answer.json.detail, /ring/);
    assert.equal((await owner.read(`/v1/messages?filter[customer_id]=${nobody.id}`)).items.length, 0);
  }
});

test('own details are corrected after a code; the old address and the new one are told; what it was stays in the diary (S-010)', async () => {
  const contact = await owner.make('contacts', { customer_id: customer.id, name: 'Naledi', email: 'old@example.test', phone: '082 555 0201' });
  const page = await open(`jobs/${job.id}`, { contact_id: contact.id });
  assert.equal((await page.post('/details', { email: 'new@example.test' })).status, 401, 'a link alone is not enough');
  page.session = (await verified(page, 'old@example.test')).session;
  assert.deepEqual(await page.read('/details'), { name: 'Naledi', email: 'old@example.test', phone: '+27825550201' });
  for (const [body, pointer] of [[{ email: 'nonsense' }, '/email'], [{ phone: '12' }, '/phone'], [{ line1: '1 Street' }, '/line1'], [{ role: 'accounts' }, '/role'], [{ customer_id: customer.id }, '/customer_id']]) {
    const answer = await page.post('/details', body);
    assert.equal(answer.status, 422, `${JSON.stringify(body)}: ${answer.text}`);
    assert.equal(answer.json.errors[0].pointer, pointer);
  }
  const told = async () => (await owner.read(`/v1/messages?filter[contact_id]=${contact.id}`)).items.filter((m) => m.kind === 'details_changed');
  assert.equal((await page.post('/details', { email: 'old@example.test' })).status, 200);
  assert.equal((await told()).length, 0, 'nothing changed, nobody is told');
  const changed = await page.want(200, 'POST', '/details', { email: 'New@Example.test', phone: '083 555 0999' });
  assert.deepEqual([changed.email, changed.phone], ['new@example.test', '+27835550999']);
  assert.deepEqual((await told()).map((m) => m.recipient).sort(), ['new@example.test', 'old@example.test']);
  for (const address of ['old@example.test', 'new@example.test']) assert.match((await mailTo(address, /details/)).subject, /details were changed/);
  assert.equal((await owner.read(`/v1/contacts/${contact.id}`)).email, 'new@example.test');
  const entry = (await owner.read(`/v1/contacts/${contact.id}/history`)).items.find((e) => e.action === 'update');
  assert.equal(entry.actor.kind, 'portal');
  assert.deepEqual(entry.changes.find((c) => c.field === 'email'), { field: 'email', from: 'old@example.test', to: 'new@example.test' });
});

test('a customer without a contact corrects his billing address; his name is for the office to change', async () => {
  const page = await open(`customers/${customer.id}`);
  page.session = (await verified(page)).session;
  const changed = await page.want(200, 'POST', '/details', { line1: '15 Jacaranda Street', suburb: 'Melville' });
  assert.deepEqual([changed.line1, changed.suburb, changed.email], ['15 Jacaranda Street', 'Melville', 'naledi@example.test']);
  assert.equal((await page.post('/details', { name: 'Somebody Else' })).json.errors[0].pointer, '/name');
});

test('the mail that brought the link is part of what shows who accepted; a question reaches the office by mail too (S-001)', async () => {
  const quote = await office.make('quotes', { customer_id: customer.id, title: 'A new geyser' });
  await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'Geyser', qty3: 1000, price4: 5499_0000 }] });
  await office.act(`/v1/quotes/${quote.id}/send`, {});
  const mail = await mailTo('naledi@example.test', /^Quote/);
  const [link] = /https:\/\/\S+\/z\/#\S+/.exec(mail.text);
  const page = await Page.open(it.base, link);
  const { quote: shown } = await page.read();
  assert.equal((await page.post('/questions', { text: 'Does it fit? My number is 8001015009087.' })).status, 201, 'what must not leave by mail is a note all the same');
  assert.equal((await page.post('/questions', { text: 'Can you come on a Saturday?' })).status, 201);
  const question = await mailTo('info@plumb.example');
  assert.match(question.text, /Can you come on a Saturday\?/);
  assert.equal((await owner.read(`/v1/notes?filter[quote_id]=${quote.id}`)).items.length, 2);
  assert.equal((await page.accept(shown)).status, 200);
  const [evidence] = (await owner.read(`/v1/acceptances?filter[quote_id]=${quote.id}`)).items;
  const brought = (await owner.read(`/v1/messages?filter[quote_id]=${quote.id}`)).items.find((m) => m.kind === 'quote_sent');
  assert.equal(evidence.message_id, brought.id);
  assert.equal((await settled(owner, brought.id)).status, 'sent');
});

test('a session that was bent, cut or made up opens nothing', async () => {
  const page = await open(`jobs/${job.id}`);
  const bytes = Buffer.from(page.session, 'base64url');
  const bent = Array.from({ length: bytes.length }, (_, at) => { const copy = Buffer.from(bytes); copy[at] ^= 1 << (at % 8); return copy.toString('base64url'); });
  for (const session of [...bent, page.session.slice(0, -4), `${page.session}AAAA`, page.token, 'x', '']) {
    const answer = await request(it.base, 'GET', '/v1/portal/page', { headers: { authorization: `Bearer ${session}` } });
    assert.equal(answer.status, 401, session);
  }
  assert.equal((await page.send('GET', '/page')).status, 200);
});

test('of a person who was forgotten the page shows nothing', async () => {
  const person = await owner.make('customers', { name: 'Forget Me', billing_email: 'forget@example.test' });
  const quote = await office.make('quotes', { customer_id: person.id, title: 'TITLE-WORD' });
  await office.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'LINE-WORD', qty3: 1000, price4: 100_0000 }] });
  await office.act(`/v1/quotes/${quote.id}/send`, { channel: 'none' });
  const page = await open(`quotes/${quote.id}`);
  assert.match((await page.send('GET', '/page')).text, /TITLE-WORD/);
  const [{ live_key: key }] = adminSql(it, `SELECT s.live_key FROM subject s JOIN customer c ON c.tenant_id = s.tenant_id AND c.subject_id = s.id WHERE c.tenant_id = ${company.number} AND c.id = ${idLiteral(it, person.id)}`);
  const id = String(key).includes('-') ? key : String(key).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  await it.stop(); // a running process may hold a key for a minute
  execFileSync(VAULT, ['destroy', it.data, String(company.number), id]);
  await it.start();
  for (const [method, path, body] of [['GET', '/page'], ['GET', `/quotes/${quote.id}`], ['GET', `/quotes/${quote.id}/quote.pdf`], ['POST', '/questions', { text: 'x' }]]) {
    const answer = await page.send(method, path, body);
    assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
    assert.doesNotMatch(answer.text, /WORD|Forget/);
  }
});
