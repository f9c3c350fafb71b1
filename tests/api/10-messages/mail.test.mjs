// A document that is sent arrives as a mail with its link, and with its PDF where the line is encrypted; what cannot be delivered is told.
// (S-072, S-105, S-168)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { simpleParser } from 'mailparser';
import { adminSql, idLiteral, unique, until, VAULT } from '../../harness/server.mjs';
import { installation, invoiceFor, newest, office, quoteFor, set, settings, settled, smtp } from './office.mjs';

let it;
const ends = [];
const t = { after: (f) => ends.push(f) };
let company;
let owner;
let double;
let customer;

before(async () => {
  it = await installation();
  ({ company, owner, double } = await office(it, t));
  customer = await owner.make('customers', { name: 'Naledi <b>Dlamini</b>', billing_email: 'naledi@customer.example', billing_line1: '14 Jacaranda Street' });
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

test('a quote is sent: the mail has the link to the customer\'s page and no document (S-168)', async () => {
  const quote = await quoteFor(owner, customer);
  const answer = await owner.act(`/v1/quotes/${quote.id}/send`, {});
  assert.equal(answer.status, 'sent');
  const message = await newest(owner, `&filter[quote_id]=${quote.id}`);
  assert.deepEqual([message.channel, message.class, message.recipient, message.kind], ['email', 'transactional', 'naledi@customer.example', 'quote_sent']);
  const sent = await settled(owner, message.id);
  assert.deepEqual([sent.status, sent.tls, sent.with_pdf, sent.attempts, sent.error], ['sent', true, false, 1, null]);
  const [letter] = double.letters.splice(0);
  assert.equal(letter.secure, true);
  assert.deepEqual([letter.from, letter.to], ['office@plumb.example', ['naledi@customer.example']]);
  const mail = await simpleParser(letter.bytes);
  assert.equal(mail.subject, `Quote ${quote.no} from ${company.name}`);
  assert.equal(mail.from.value[0].name, 'Plumb & Sons');
  assert.match(mail.text, /Naledi <b>Dlamini<\/b>/);
  assert.match(mail.html, /Naledi &lt;b&gt;Dlamini&lt;\/b&gt;/, 'what people typed is no page');
  assert.equal(mail.attachments.length, 0);
  const [link] = /https:\/\/localhost:\d+\/\S+#\S+/.exec(mail.text);
  assert.ok(mail.html.includes(`href="${link}"`));
  assert.match(mail.text, /R\s5\s499,00/u, 'with its amount');
  assert.ok(!JSON.stringify(await owner.read(`/v1/messages/${message.id}`)).includes(link.split('#')[1]), 'the token of the link is not stored with the message');
});

test('with the setting mail_pdf the very document goes along over TLS, and the link alone where there is none (S-168, rulings G8)', async () => {
  await set(owner, { mail_pdf: true });
  const invoice = await invoiceFor(owner, customer);
  await owner.act(`/v1/invoices/${invoice.id}/send`, {});
  const sent = await settled(owner, (await newest(owner, `&filter[invoice_id]=${invoice.id}`)).id);
  assert.deepEqual([sent.status, sent.with_pdf, sent.tls], ['sent', true, true]);
  const mail = await simpleParser(double.letters.splice(0)[0].bytes);
  assert.equal(mail.attachments[0].filename, `Invoice ${invoice.no}.pdf`);
  const stored = await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`);
  assert.ok(mail.attachments[0].content.equals(stored.bytes), 'the bytes that were frozen');
  const open = await office(it, t, { server: { disabledCommands: ['STARTTLS'] }, mail: { smtp_tls: 'plain', mail_pdf: true, smtp_host: '127.0.0.1' } });
  const other = await open.owner.make('customers', { name: 'Pieter', billing_email: 'pieter@customer.example' });
  const second = await invoiceFor(open.owner, other);
  await open.owner.act(`/v1/invoices/${second.id}/send`, {});
  const plain = await settled(open.owner, (await newest(open.owner)).id);
  assert.deepEqual([plain.status, plain.with_pdf, plain.tls], ['sent', false, false]);
  const bare = await simpleParser(open.double.letters[0].bytes);
  assert.equal(bare.attachments.length, 0);
  assert.match(bare.text, /https:\/\//);
  await set(owner, { mail_pdf: false });
});

test('asked again it is sent again; a double click sends once', async () => {
  const quote = await quoteFor(owner, customer);
  await Promise.all([1, 2, 3].map(() => owner.send('POST', `/v1/quotes/${quote.id}/send`, { channel: 'email' })));
  const list = (await owner.read(`/v1/messages?filter[quote_id]=${quote.id}`)).items;
  assert.equal(list.length, 1);
  await settled(owner, list[0].id);
  await owner.act(`/v1/quotes/${quote.id}/send`, {});
  assert.equal((await owner.read(`/v1/messages?filter[quote_id]=${quote.id}`)).items.length, 1, 'marking it sent again sends nothing');
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'email' });
  const again = (await owner.read(`/v1/messages?filter[quote_id]=${quote.id}`)).items;
  assert.equal(again.length, 2);
  await settled(owner, again[0].id);
  double.letters.splice(0);
});

test('the diary of the quote tells of its messages', async () => {
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, {});
  const message = await newest(owner, `&filter[quote_id]=${quote.id}`);
  await settled(owner, message.id);
  const { items } = await owner.read(`/v1/quotes/${quote.id}/history?limit=100`);
  const told = items.filter((e) => e.noun === 'message' && e.object_id === message.id);
  const states = told.flatMap((e) => e.changes.filter((c) => c.field === 'status').map((c) => c.to));
  assert.deepEqual(states, ['sent', 'sending', 'queued'], 'newest first');
  assert.ok(items.some((e) => e.noun === 'quote'), 'beside its own events');
  double.letters.splice(0);
});

test('without a mail server the quote is sent all the same, the message waits and says why, and goes once there is one', async () => {
  const fresh = await office(it, t);
  await set(fresh.owner, { smtp_host: null });
  const who = await fresh.owner.make('customers', { name: 'Sipho', billing_email: 'sipho@customer.example' });
  const quote = await quoteFor(fresh.owner, who);
  assert.equal((await fresh.owner.act(`/v1/quotes/${quote.id}/send`, {})).status, 'sent');
  const message = await newest(fresh.owner);
  assert.deepEqual([message.status, message.error], ['queued', 'no_mail_server']);
  await set(fresh.owner, { smtp_host: 'localhost' });
  assert.equal((await settled(fresh.owner, message.id)).status, 'sent');
  assert.equal(fresh.double.letters.length, 1);
});

test('a customer without an address: marked as sent and nothing queued; asked for a mail, a fault', async () => {
  const who = await owner.make('customers', { name: 'No address' });
  const quote = await quoteFor(owner, who);
  assert.equal((await owner.act(`/v1/quotes/${quote.id}/send`, {})).status, 'sent');
  assert.equal(await newest(owner, `&filter[quote_id]=${quote.id}`), undefined);
  const answer = await owner.send('POST', `/v1/quotes/${quote.id}/send`, { channel: 'email' });
  assert.equal(answer.status, 422);
  assert.equal(answer.json.errors[0].pointer, '/to_contact_id');
  const contact = await owner.make('contacts', { customer_id: customer.id, name: 'Of another', email: 'x@y.example' });
  const foreign = await owner.send('POST', `/v1/quotes/${quote.id}/send`, { to_contact_id: contact.id });
  assert.equal(foreign.status, 422, foreign.text);
  const silent = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${silent.id}/send`, { channel: 'none' });
  assert.equal(await newest(owner, `&filter[quote_id]=${silent.id}`), undefined, 'none: only marked');
});

test('a mail with an identity number or another sealed value does not leave (S-072, S-168)', async () => {
  const who = await owner.make('customers', { name: 'Somebody', billing_email: 'somebody@customer.example', reg_no: '2011/123456/07' });
  for (const title of ['For ID 800101 5009 087', 'Company 2011/123456/07']) {
    const quote = await quoteFor(owner, who, { title });
    const answer = await owner.send('POST', `/v1/quotes/${quote.id}/send`, {});
    assert.equal(answer.status, 422, `${title}: ${answer.text}`);
    assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code])[0], ['/message', 'sealed']);
    assert.doesNotMatch(answer.text, /5009 087|2011\/123456/, 'and the refusal does not repeat it');
    assert.equal((await owner.read(`/v1/quotes/${quote.id}`)).status, 'draft', 'nothing was done');
    assert.equal((await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'none' })).status, 'sent');
  }
  const template = await owner.send('POST', '/v1/templates', { kind: 'statement', subject: 'x', body: 'ID 8001015009087' });
  assert.equal(template.status, 422, 'nor is it written into a template');
  assert.equal(double.letters.length, 0);
});

test('secrets of the settings go in and never come out (S-105)', async () => {
  const secret = `pw-${unique()}`;
  const row = await set(owner, { smtp_user: 'office', smtp_password: secret, sms_password: secret, sms_authorization: `Bearer ${secret}` });
  assert.equal(row.smtp_password_set, true);
  assert.deepEqual([row.smtp_password, row.sms_password, row.sms_authorization], [undefined, undefined, undefined]);
  for (const path of ['/v1/channel_settings', `/v1/channel_settings/${row.id}`, `/v1/channel_settings/${row.id}?fields=smtp_password,smtp_user`, `/v1/channel_settings/${row.id}/history`, '/v1/audit_events?limit=100', '/v1/channel_settings/export.csv'])
    assert.ok(!(await owner.get(path)).text.includes(secret), path);
  const moved = await owner.patch(`/v1/channel_settings/${row.id}`, { smtp_host: 'evil.example' }, row.version);
  assert.equal(moved.status, 422, 'a password does not follow to another server');
  assert.equal(moved.json.errors[0].pointer, '/smtp_password');
  const cleared = await set(owner, { smtp_user: null, smtp_password: null, sms_password: null, sms_authorization: null });
  assert.equal(cleared.smtp_password_set, false);
});

test('the test of the settings sends a mail to the company itself', async () => {
  const row = await settings(owner);
  const message = await owner.act(`/v1/channel_settings/${row.id}/test`, {}, 201);
  assert.equal((await settled(owner, message.id)).recipient, 'info@plumb.example');
  const mail = await simpleParser(double.letters.splice(0)[0].bytes);
  assert.match(mail.text, /your mail server takes messages/);
});

test('a refusal for good fails the message, the office finds a note, and can try again', async () => {
  const fail = { rcpt: { code: 550, words: 'No such person naledi@customer.example here' } };
  const strict = await office(it, t, { server: { fail } });
  const who = await strict.owner.make('customers', { name: 'Naledi', billing_email: 'naledi@customer.example' });
  const quote = await quoteFor(strict.owner, who);
  await strict.owner.act(`/v1/quotes/${quote.id}/send`, {});
  const message = await newest(strict.owner);
  const failed = await settled(strict.owner, message.id);
  assert.deepEqual([failed.status, failed.error, failed.attempts], ['failed', 'refused', 1]);
  assert.match(failed.answer, /No such person/);
  const [note] = (await strict.owner.read(`/v1/notes?filter[customer_id]=${who.id}`)).items;
  assert.match(note.body, /did not go out/);
  assert.equal(note.pinned, true);
  assert.ok(!it.log().includes('naledi@'), 'what the server said is not in the log');
  delete fail.rcpt;
  assert.equal((await strict.owner.act(`/v1/messages/${message.id}/retry`)).status, 'queued');
  assert.equal((await settled(strict.owner, message.id)).status, 'sent');
});

test('what waits can be cancelled, what is sent cannot', async () => {
  const { owner: o } = await office(it, t, { mail: { smtp_port: 1 } });
  const who = await o.make('customers', { name: 'A', billing_email: 'a@customer.example' });
  const quote = await quoteFor(o, who);
  await o.act(`/v1/quotes/${quote.id}/send`, {});
  const message = await newest(o);
  await until(async () => (await o.read(`/v1/messages/${message.id}`)).error === 'connect', 'the first attempt finds nobody');
  assert.equal((await o.act(`/v1/messages/${message.id}/cancel`)).status, 'cancelled');
  const done = (await owner.read('/v1/messages?filter[status]=sent&limit=1')).items[0];
  assert.equal((await owner.send('POST', `/v1/messages/${done.id}/cancel`)).status, 409);
});

test('a server that the operator did not allow is not spoken to', async () => {
  const { owner: o } = await office(it, t, { mail: { smtp_host: 'relay.elsewhere.example' } });
  const who = await o.make('customers', { name: 'A', billing_email: 'a@customer.example' });
  const quote = await quoteFor(o, who);
  await o.act(`/v1/quotes/${quote.id}/send`, {});
  const message = await newest(o);
  await until(async () => (await o.read(`/v1/messages/${message.id}`)).error === 'settings', 'it waits for other settings');
});

test('a message to somebody who was erased leaves the outbox, and those of others go on', async () => {
  const { company: c, owner: o, double: d } = await office(it, t);
  await set(o, { smtp_host: null });
  const gone = await o.make('customers', { name: 'Erase Me', billing_email: 'gone@customer.example' });
  const stays = await o.make('customers', { name: 'Keep Me', billing_email: 'stays@customer.example' });
  for (const who of [gone, stays]) await o.act(`/v1/quotes/${(await quoteFor(o, who)).id}/send`, {});
  const [{ live_key: key }] = adminSql(it, `SELECT s.live_key FROM subject s JOIN customer c ON c.tenant_id = s.tenant_id AND c.subject_id = s.id WHERE c.tenant_id = ${c.number} AND c.id = ${idLiteral(it, gone.id)}`);
  const id = String(key).includes('-') ? key : String(key).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  await it.stop(); // a running process may hold a key for a minute
  execFileSync(VAULT, ['destroy', it.data, String(c.number), id]);
  await it.start();
  const left = (await o.read('/v1/messages')).items;
  assert.equal(left.length, 2);
  assert.equal(left.find((x) => x.customer_id === gone.id).body, null);
  await set(o, { smtp_host: 'localhost' });
  await settled(o, left.find((x) => x.customer_id === stays.id).id);
  assert.deepEqual(d.letters.map((l) => l.to[0]), ['stays@customer.example']);
});

test('a credit note is sent with a link to its invoice, and a draft is not', async () => {
  const invoice = await invoiceFor(owner, customer);
  const note = await owner.act(`/v1/invoices/${invoice.id}/credit`, { reason: 'Overcharged' }, 201);
  assert.equal((await owner.send('POST', `/v1/credit_notes/${note.id}/send`, {})).status, 409);
  const { no } = await owner.act(`/v1/credit_notes/${note.id}/approve`, {});
  await owner.act(`/v1/credit_notes/${note.id}/send`, {});
  const m = await newest(owner, `&filter[credit_note_id]=${note.id}`);
  assert.equal((await settled(owner, m.id)).status, 'sent');
  const mail = await simpleParser(double.letters.splice(0)[0].bytes);
  assert.match(mail.subject, new RegExp(no));
  assert.match(mail.text, /https:\/\/localhost/);
});

test('a quote that is being written anew is not told of any more; who asked for something was contacted', async () => {
  await set(owner, { smtp_host: null });
  const quote = await quoteFor(owner, customer);
  await owner.act(`/v1/quotes/${quote.id}/send`, {});
  const m = await newest(owner, `&filter[quote_id]=${quote.id}`);
  await owner.act(`/v1/quotes/${quote.id}/revise`, {});
  const enquiry = await owner.make('enquiries', { name: 'Asks', email: 'asks@customer.example', subject: 'A tap\u00a0drips' });
  const receipt = await owner.act('/v1/messages/send', { kind: 'enquiry_received', enquiry_id: enquiry.id }, 201);
  assert.equal(receipt.recipient, 'asks@customer.example');
  await set(owner, { smtp_host: 'localhost' });
  const done = await settled(owner, m.id);
  assert.deepEqual([done.status, done.error], ['cancelled', 'outdated']);
  assert.equal((await settled(owner, receipt.id)).status, 'sent');
  assert.equal((await owner.read(`/v1/enquiries/${enquiry.id}`)).status, 'contacted');
  assert.deepEqual(double.letters.splice(0).map((l) => l.to[0]), ['asks@customer.example']);
});
