// An SMS goes through the company's own gateway, in the recipient's language; what the gateway says becomes the message's state. (S-073, S-105)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, request } from '../../harness/server.mjs';
import { gateway } from '../../mail/doubles.mjs';
import { good, installation, invoiceFor, newest, office, quoteFor, set, settled } from './office.mjs';

let it;
const ends = [];
const t = { after: (f) => ends.push(f) };
let owner;
let company;
let answer;
let double;
let customer;
const taken = { cost: 0.25, remainingBalance: 1500, eventId: 4711, messages: 1, parts: 1, errorReport: { noNetwork: 0, duplicates: 0, optedOuts: 0, faults: [] } };

before(async () => {
  it = await installation();
  ({ company, owner } = await office(it, t));
  double = await gateway(t, (rq) => answer(rq), good);
  await set(owner, { sms_kind: 'smsportal', sms_url: `https://localhost:${double.port}/v1`, sms_user: 'client', sms_password: 'secret' });
  customer = await owner.make('customers', { name: 'Pieter Botha', phone: '082 555 0301', language: 'af' });
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

async function send(channel = 'sms') {
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel });
  const m = await newest(owner, `&filter[quote_id]=${quote.id}`);
  return { quote, m, done: await settled(owner, m.id) };
}

test('in the customer\'s language, with the link, and no signs that would double its price', async () => {
  answer = () => ({ status: 200, body: taken });
  const { quote, m, done } = await send();
  assert.deepEqual([done.status, done.channel, done.language, done.provider_id, done.tls, done.recipient], ['sent', 'sms', 'af', '4711', true, '+27825550301']);
  const [request] = double.requests;
  assert.equal(request.headers.authorization, `Basic ${Buffer.from('client:secret').toString('base64')}`);
  const [sms] = JSON.parse(request.body).messages;
  assert.equal(sms.destination, '27825550301');
  assert.equal(sms.customerId, m.id);
  assert.match(sms.content, new RegExp(`^${company.name}: kwotasie ${quote.no}, R 5 499,00\\. .*https://localhost:\\d+/\\S+#\\S+$`));
  assert.match(sms.content, /^[\x20-\x7e]*$/);
});

test('who opted out at the gateway is not written to again, and the office learns of it (S-073)', async () => {
  answer = () => ({ status: 200, body: { ...taken, errorReport: { ...taken.errorReport, optedOuts: 1 } } });
  const { done } = await send();
  assert.deepEqual([done.status, done.error], ['failed', 'opted_out']);
  assert.match((await owner.read(`/v1/notes?filter[customer_id]=${customer.id}`)).items[0].body, /opted out/);
});

test('a gateway without credit is asked again later', async () => {
  answer = () => ({ status: 402, body: '' });
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'sms' });
  const m = await newest(owner, `&filter[quote_id]=${quote.id}`);
  const waiting = await settled(owner, m.id, ['queued', 'sent', 'failed']);
  assert.ok(['queued', 'sending'].includes(waiting.status));
  await owner.act(`/v1/messages/${m.id}/cancel`).catch(() => {});
});

test('a gateway of one\'s own', async () => {
  answer = () => ({ status: 200, body: { ok: true } });
  await set(owner, { sms_kind: 'http', sms_url: `https://localhost:${double.port}/send`, sms_password: null, sms_user: null, sms_authorization: 'Bearer topsecret', sms_body: '{"to":"{to}","text":"{text}","ref":"{id}"}', sms_success: '"ok":true' });
  const invoice = await invoiceFor(owner, customer);
  await owner.act(`/v1/invoices/${invoice.id}/send`, { channel: 'sms' });
  const m = await newest(owner, `&filter[invoice_id]=${invoice.id}`);
  assert.equal((await settled(owner, m.id)).status, 'sent');
  const request = double.requests.at(-1);
  assert.equal(request.headers.authorization, 'Bearer topsecret');
  assert.deepEqual([JSON.parse(request.body).to, JSON.parse(request.body).ref], ['+27825550301', m.id]);
});

test('no gateway: the message waits and says so', async () => {
  await set(owner, { sms_kind: 'none' });
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'sms' });
  const m = await newest(owner, `&filter[quote_id]=${quote.id}`);
  assert.deepEqual([m.status, m.error], ['queued', 'no_sms_gateway']);
});

test('WhatsApp is opened by hand: the address with the words, and a line in the outbox', async () => {
  const quote = await quoteFor(owner, customer);
  assert.equal((await owner.send('POST', `/v1/quotes/${quote.id}/whatsapp`, {})).status, 409, 'not of a draft');
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'none' });
  const { url, text, message_id: id } = await owner.act(`/v1/quotes/${quote.id}/whatsapp`, {});
  const opened = new URL(url);
  assert.deepEqual([opened.origin, opened.pathname], ['https://wa.me', '/27825550301']);
  assert.equal(opened.searchParams.get('text'), text);
  assert.match(text, /https:\/\/localhost:\d+\/\S+#\S+/);
  const m = await owner.read(`/v1/messages/${id}`);
  assert.deepEqual([m.channel, m.status, m.note], ['whatsapp', 'sent', 'opened by hand']);
});

test('the gateway reports what became of it: with its secret only, and for messages of this company only', async () => {
  answer = () => ({ status: 200, body: taken });
  const secret = 'a-secret-of-the-gateway-4711';
  await set(owner, { sms_kind: 'smsportal', sms_url: `https://localhost:${double.port}/v1`, sms_authorization: null, sms_user: 'client', sms_password: 'secret', report_secret: secret });
  const { m } = await send();
  const report = (body, auth = `Bearer ${secret}`, id = owner.tenantId) => request(it.base, 'POST', `/v1/delivery_reports/${id}`, { body, headers: auth ? { authorization: auth } : {} });
  const delivered = { Status: 'DELIVRD', EventId: 4711, UserReference: m.id };
  const refusals = [];
  for (const [auth, id] of [[''], ['Bearer wrong'], [`Basic ${Buffer.from('x:wrong').toString('base64')}`], [`Bearer ${secret}`, '01a20000-0000-7000-8000-000000000000'], [`Bearer ${owner.token}`], [`Bearer ${secret}`, 'nonsense']])
    refusals.push(await report(delivered, auth, id));
  assert.deepEqual([...new Set(refusals.map((r) => `${r.status} ${r.json.type}`))], ['401 /problems/unauthenticated'], 'all alike');
  assert.equal((await owner.read(`/v1/messages/${m.id}`)).status, 'sent');
  assert.equal((await report({ Status: 'ENROUTE', UserReference: m.id })).status, 200);
  assert.equal((await owner.read(`/v1/messages/${m.id}`)).status, 'sent', 'on its way is no news');
  assert.equal((await report(delivered, `Basic ${Buffer.from(`gateway:${secret}`).toString('base64')}`)).status, 200);
  assert.equal((await owner.read(`/v1/messages/${m.id}`)).status, 'delivered');
  assert.equal((await report([{ id: m.id, status: 'failed' }, { id: m.id }, 'nonsense', { id: 'x', status: 'failed' }])).status, 200);
  const bounced = await owner.read(`/v1/messages/${m.id}`);
  assert.deepEqual([bounced.status, bounced.error, bounced.answer], ['bounced', 'undelivered', 'failed']);
  assert.match((await owner.read(`/v1/notes?filter[customer_id]=${customer.id}`)).items[0].body, /did not arrive/);
  assert.equal((await report(delivered)).status, 200);
  assert.equal((await owner.read(`/v1/messages/${m.id}`)).status, 'bounced', 'what bounced is not delivered any more');
  assert.equal((await report('{')).status, 400);
  const other = await Company.create(it);
  await set(other.owner, { report_secret: 'another-secret-of-a-gateway' });
  assert.equal((await report({ id: m.id, reply: 'stop' }, 'Bearer another-secret-of-a-gateway', other.id)).status, 200);
  assert.deepEqual((await owner.read('/v1/objection_events')).items, [], 'another company has no say here');
});

test('who answers STOP wants no advertising, and any other answer is a note', async () => {
  const secret = 'a-secret-of-the-gateway-4711';
  const { m } = await send();
  const report = (body) => request(it.base, 'POST', `/v1/delivery_reports/${owner.tenantId}`, { body, headers: { authorization: `Bearer ${secret}` } });
  await report({ UserReference: m.id, IncomingData: 'Please come at nine' });
  assert.match((await owner.read(`/v1/notes?filter[customer_id]=${customer.id}`)).items[0].body, /Answer by SMS from \+27825550301: Please come at nine/);
  for (let i = 0; i < 2; i++) assert.equal((await report({ UserReference: m.id, IncomingData: ' Stop! no more' })).status, 200);
  const { items } = await owner.read('/v1/objection_events');
  assert.deepEqual(items.map((e) => [e.kind, e.how, e.customer_id, e.words]), [['stop', 'sms', customer.id, 'Stop! no more']], 'once, though the gateway repeats itself');
});
