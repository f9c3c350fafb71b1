// The company says things in its own words, in the language of whoever reads them, and sees beforehand what he will read.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';
import { invoiceFor, newest, quoteFor } from './office.mjs';

let company;
let owner;
let customer;

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  customer = await owner.make('customers', { name: 'Lerato "<script>" & Co', billing_email: 'lerato@customer.example' });
});
after(doneWithShared);

test('a new company can speak: every kind in English and Afrikaans', async () => {
  const list = await owner.all('templates');
  for (const kind of ['quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code'])
    for (const language of ['en', 'af']) assert.ok(list.some((x) => x.kind === kind && x.language === language && x.channel === 'email' && x.class === 'transactional'), `${kind} ${language}`);
});

test('a place that there is not is refused, with where it stands and which there are', async () => {
  for (const [body, code, says] of [
    ['Dear {customer.nam}', 'choice', /position 6\..*\{customer\.name\}/],
    ['{customer.reg_no}', 'choice', /position 1/],
    ['{payment.amount}', 'choice', /position 1/],
    ['open {customer.name', 'format', /position 6 is not closed/],
  ]) {
    const answer = await owner.send('POST', '/v1/templates', { kind: 'quote_sent', subject: 'x', body });
    assert.equal(answer.status, 422, body);
    const [fault] = answer.json.errors;
    assert.deepEqual([fault.pointer, fault.code], ['/body', code]);
    assert.match(fault.detail, says);
  }
  const subject = await owner.send('POST', '/v1/templates', { kind: 'quote_sent', subject: 'See {link}', body: 'x' });
  assert.deepEqual([subject.status, subject.json.errors[0].pointer], [422, '/subject'], 'a link is no subject');
  const none = await owner.send('POST', '/v1/templates', { kind: 'quote_sent', body: 'x' });
  assert.deepEqual([none.status, none.json.errors[0].pointer], [422, '/subject']);
});

test('the preview shows what a real customer would read, and sends nothing', async () => {
  const template = await owner.make('templates', { kind: 'quote_sent', subject: 'For {customer.name}', body: 'Dear {customer.name}: {document.number}, {document.total}, {link} {{braces}' });
  const quote = await quoteFor(owner, customer);
  const seen = await owner.act(`/v1/templates/${template.id}/preview`, { quote_id: quote.id });
  assert.equal(seen.subject, 'For Lerato "<script>" & Co');
  assert.match(seen.body, new RegExp(`^Dear Lerato "<script>" & Co: ${quote.no}, R\\s5\\s499,00, https://\\S+ \\{braces\\}$`));
  assert.match(seen.html, /Lerato &quot;&lt;script&gt;&quot; &amp; Co/);
  assert.doesNotMatch(seen.html, /<script/);
  assert.equal((await owner.read('/v1/messages')).items.length, 0);
  const empty = await owner.act(`/v1/templates/${template.id}/preview`, {});
  assert.match(empty.body, /^Dear : /, 'without a record the places are empty');
  const wrong = await owner.send('POST', `/v1/templates/${template.id}/preview`, { quote_id: customer.id });
  assert.deepEqual([wrong.status, wrong.json.errors[0].pointer], [422, '/quote_id']);
  await owner.change('templates', template.id, { active: false });
});

test('the language is the person\'s, else the customer\'s, else the company\'s; else English', async () => {
  const language = async (who, fields = {}) => {
    const quote = await quoteFor(owner, who);
    await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'email', ...fields });
    return (await newest(owner, `&filter[quote_id]=${quote.id}`)).language;
  };
  assert.equal(await language(customer), 'en');
  const boer = await owner.make('customers', { name: 'Boer', billing_email: 'b@customer.example', language: 'af' });
  assert.equal(await language(boer), 'af');
  const contact = await owner.make('contacts', { customer_id: boer.id, name: 'John', email: 'j@customer.example', language: 'en' });
  assert.equal(await language(boer, { to_contact_id: contact.id }), 'en');
  const zulu = await owner.make('customers', { name: 'Zulu', billing_email: 'z@customer.example', language: 'zu' });
  assert.equal(await language(zulu), 'en', 'where there is no text in it');
  await owner.make('templates', { kind: 'quote_sent', language: 'zu', subject: 'Ikhotheshini {document.number}', body: 'Sawubona {contact.name} {link}' });
  assert.equal(await language(zulu), 'zu');
  const message = await newest(owner, `&filter[customer_id]=${zulu.id}`);
  assert.match(message.body, /^Sawubona Zulu \{link\}$/, 'the link is put in when it is sent');
  assert.equal((await owner.send('PATCH', `/v1/customers/${zulu.id}`, { language: 'xx' }, { 'if-match': '"1"' })).status, 422);
});

test('what a value says is never taken for a place', async () => {
  const sly = await owner.make('customers', { name: '{link} {code} {customer.phone}', billing_email: 's@customer.example', phone: '0825550398' });
  const invoice = await invoiceFor(owner, sly);
  await owner.act(`/v1/invoices/${invoice.id}/send`, {});
  const message = await newest(owner, `&filter[invoice_id]=${invoice.id}`);
  assert.ok(message.body.includes('(link) (code) (customer.phone)'), message.body);
  assert.ok(!message.body.includes('0825550398') && !message.body.includes('+27825550398'));
});

test('thanks, visits and statements are sent by hand; documents by their own act', async () => {
  const payment = await owner.make('payments', { customer_id: customer.id, date: '2026-11-22', amount: 12345 });
  const thanks = await owner.act('/v1/messages/send', { kind: 'payment_thanks', payment_id: payment.id }, 201);
  assert.match(thanks.body, /R\s123,45 on 22 November 2026 \(PAY-00001\)/u);
  const job = await company.job({ customer_id: customer.id, site_id: (await owner.make('sites', { customer_id: customer.id, line1: '1 Road' })).id });
  const visit = await owner.make('appointments', { job_id: job.id, start_at: '2026-12-01T07:30:00Z', end_at: '2026-12-01T09:00:00Z' });
  const coming = await owner.act('/v1/messages/send', { kind: 'appointment_set', appointment_id: visit.id }, 201);
  assert.match(coming.body, /1 December 2026 at about 09:30/);
  assert.equal(coming.job_id, job.id);
  const history = (await owner.read(`/v1/jobs/${job.id}/history?limit=50`)).items;
  assert.ok(history.some((e) => e.noun === 'message' && e.object_id === coming.id), 'told in the diary of the work');
  for (const [body, pointer] of [[{ kind: 'quote_sent' }, '/kind'], [{ kind: 'statement' }, '/customer_id'], [{ kind: 'payment_thanks', payment_id: customer.id }, '/payment_id'], [{}, '/kind']]) {
    const answer = await owner.send('POST', '/v1/messages/send', body);
    assert.deepEqual([answer.status, answer.json.errors[0].pointer], [422, pointer], answer.text);
  }
});

test('a technician reads and sends nothing of it, and nobody writes rows of the outbox himself', async () => {
  const tech = await company.person('technician', { employee: true });
  for (const path of ['/v1/messages', '/v1/templates', '/v1/channel_settings']) assert.equal((await tech.get(path)).status, 403, path);
  assert.equal((await tech.send('POST', '/v1/messages/send', { kind: 'statement', customer_id: customer.id })).status, 403);
  const dispatcher = await company.person('dispatcher');
  assert.equal((await dispatcher.get('/v1/channel_settings')).status, 403);
  assert.equal((await dispatcher.post('/v1/templates', { kind: 'statement', subject: 'x', body: 'x' })).status, 403);
  assert.equal((await owner.post('/v1/messages', { kind: 'statement', channel: 'email' })).status, 403);
  const [message] = (await owner.read('/v1/messages?limit=1')).items;
  assert.equal((await owner.patch(`/v1/messages/${message.id}`, { template_id: null }, message.version)).status, 403);
  assert.equal((await owner.post('/v1/channel_settings', {})).status, 403);
  const foreign = await Company.create(await shared());
  assert.equal((await foreign.owner.get(`/v1/messages/${message.id}`)).status, 404);
});
