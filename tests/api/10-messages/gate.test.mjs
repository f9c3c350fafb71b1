// Advertising goes to nobody who may not get it: each rule of the law has its refusal, asked again at the moment of sending. (S-004)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { signIn, until } from '../../harness/server.mjs';
import { installation, office, set, settled } from './office.mjs';

const DAY = 86_400_000;
let it;
const ends = [];
const t = { after: (f) => ends.push(f) };
let company;
let owner;
let double;
let people = 0;
const iso = (ms) => new Date(ms).toISOString().slice(0, 10);
// Now, as the installation's clock has it: a Tuesday noon in Johannesburg, in weeks without holidays.
let shift = 0;
const fake = () => Date.now() + shift;

before(async () => {
  it = await installation();
  let noon = Date.UTC(2027, 0, 19, 10);
  shift = noon - Date.now();
  it.setClock(shift);
  ({ company, owner, double } = await office(it, t));
  await owner.make('templates', { kind: 'marketing', subject: 'Winter special from {company.name}', body: 'Dear {contact.name}, service your geyser now.\n{company.name}, {company.address}, {company.phone}\n{stop}' });
});
after(async () => {
  await it?.end();
  for (const f of ends) await f();
});

const person = (fields = {}) => owner.make('customers', { name: `Person ${++people}`, billing_email: `p${people}@customer.example`, phone: `08255502${String(people).padStart(2, '0')}`, ...fields });
const consent = (customer, fields = {}) => owner.make('consent_events', { customer_id: customer.id, kind: 'given', how: 'in_person', ...fields });
const advertise = (customer, fields = {}) => owner.act('/v1/messages/send', { kind: 'marketing', customer_id: customer.id, ...fields }, 201);
const register = () => owner.make('ncc_registrations', { no: 'DM-4711', valid_from: iso(fake() - 100 * DAY), valid_to: iso(fake() + 200 * DAY) });
const hash = createHash('sha256').update('answer').digest('hex');
const cleanse = (blocked = '', scope = 'all') => owner.act('/v1/ncc_cleanse_runs/record', { file_sha256: hash, checked: 100, scope, ...(blocked ? { blocked } : {}) }, 201);
const denied = async (message) => {
  const done = await settled(owner, message.id);
  assert.equal(done.status, 'cancelled');
  return done.error;
};

test('a template that promotes is of that kind and says how to stop it', async () => {
  for (const [body, pointer] of [[{ kind: 'marketing', subject: 'x', body: 'no way out' }, '/body'], [{ kind: 'statement', subject: 'x', class: 'marketing', body: 'x' }, '/class'], [{ kind: 'marketing', subject: 'x', class: 'transactional', body: '{stop}' }, '/class']]) {
    const answer = await owner.send('POST', '/v1/templates', body);
    assert.equal(answer.status, 422);
    assert.ok(answer.json.errors.some((e) => e.pointer === pointer), answer.text);
  }
});

test('MARKETER_NOT_REGISTERED: not before the company is registered', async () => {
  const who = await person();
  await consent(who);
  assert.equal(await denied(await advertise(who)), 'MARKETER_NOT_REGISTERED');
  await owner.make('ncc_registrations', { no: 'OLD', valid_from: iso(fake() - 500 * DAY), valid_to: iso(fake() - DAY) });
  assert.equal(await denied(await advertise(who)), 'MARKETER_NOT_REGISTERED', 'nor when that ran out');
});

test('CLEANSE_STALE: not before the addresses were held against the registry, within 31 days', async () => {
  await register();
  const who = await person();
  await consent(who);
  assert.equal(await denied(await advertise(who)), 'CLEANSE_STALE');
});

test('REGISTRY_BLOCK: not to who is on the registry, though he agreed', async () => {
  const who = await person();
  await consent(who);
  const run = await cleanse(`${who.billing_email.toUpperCase()}\n082 555 9999\n`);
  assert.equal(run.blocked_count, 2);
  assert.equal(await denied(await advertise(who)), 'REGISTRY_BLOCK');
  const bad = await owner.send('POST', '/v1/ncc_cleanse_runs/record', { file_sha256: hash, checked: 1, blocked: 'x@y.example\nnonsense' });
  assert.deepEqual([bad.status, bad.json.errors[0].pointer], [422, '/blocked']);
});

test('with consent it goes, with who sends it, how to stop, and why it was allowed', async () => {
  const who = await person();
  const yes = await consent(who, { evidence: 'Form of 3 November' });
  const sent = await settled(owner, (await advertise(who)).id);
  assert.deepEqual([sent.status, sent.class], ['sent', 'marketing']);
  assert.equal(sent.gate.consent_event_id, yes.id);
  assert.equal(sent.gate.ncc_no, 'DM-4711');
  const mail = await simpleParser(double.letters.splice(0)[0].bytes);
  for (const part of [company.name, '1 Kerk Street', '+27115550100', 'info@plumb.example', 'STOP']) assert.ok(mail.text.includes(part), part);
});

test('S69_1: not without consent, nor against it, nor on another channel', async () => {
  const who = await person();
  assert.equal(await denied(await advertise(who)), 'S69_1');
  await consent(who, { kind: 'withheld' });
  assert.equal(await denied(await advertise(who)), 'S69_1');
  const other = await person();
  await consent(other, { channel: 'sms' });
  assert.equal(await denied(await advertise(other)), 'S69_1');
  const gone = await person();
  await consent(gone);
  await consent(gone, { kind: 'withdrawn' });
  assert.equal(await denied(await advertise(gone)), 'S69_1');
  const buyer = await person();
  await consent(buyer, { kind: 'sale', goods: 'Geysers' });
  assert.equal((await settled(owner, (await advertise(buyer)).id)).status, 'sent', 'a customer whose details came with a sale');
  double.letters.splice(0);
});

test('S69_2_ONCE: consent is asked for once, and not of who withheld it', async () => {
  await owner.make('templates', { kind: 'consent_request', subject: 'May we write to you?', body: 'May {company.name}, {company.address}, tell you of its services by mail? {stop}' });
  const ask = (customer) => owner.act('/v1/messages/send', { kind: 'consent_request', customer_id: customer.id }, 201);
  const who = await person();
  assert.equal((await settled(owner, (await ask(who)).id)).status, 'sent');
  assert.deepEqual((await owner.read(`/v1/consent_events?filter[customer_id]=${who.id}`)).items.map((e) => [e.kind, e.how]), [['requested', 'email']]);
  assert.equal(await denied(await ask(who)), 'S69_2_ONCE');
  const no = await person();
  await consent(no, { kind: 'withheld' });
  assert.equal(await denied(await ask(no)), 'S69_2_ONCE');
  double.letters.splice(0);
});

test('CPA_S11_DEMAND: who said stop, on any channel, to anybody; his address too, under whatever name', async () => {
  const tech = await company.person('technician', { employee: true });
  const { customer, site } = await company.customerAndSite({ name: 'Says it to the technician', billing_email: 'stop@customer.example', phone: '0825550399' });
  await company.job({ customer_id: customer.id, site_id: site.id, lead_id: tech.employeeId });
  await consent(customer);
  const event = await tech.act(`/v1/customers/${customer.id}/stop_marketing`, { how: 'in_person', words: 'No more mails, please', device_at: new Date(fake()).toISOString() }, 201);
  assert.equal(event.kind, 'stop');
  assert.equal(await denied(await advertise(customer)), 'CPA_S11_DEMAND');
  const twin = await person({ billing_email: 'stop@customer.example' });
  await consent(twin);
  assert.equal(await denied(await advertise(twin)), 'CPA_S11_DEMAND');
  const foreign = await person();
  assert.equal((await tech.send('POST', `/v1/customers/${foreign.id}/stop_marketing`, { how: 'phone' })).status, 404, 'a customer that is not his is not there');
});

test('POPIA_11_3: who objected', async () => {
  const who = await person();
  const contact = await owner.make('contacts', { customer_id: who.id, name: 'Thandi', email: 'thandi@customer.example' });
  await consent(who);
  await owner.make('objection_events', { customer_id: who.id, contact_id: contact.id, kind: 'objection', how: 'letter' });
  // The address is blocked as well, which is asked before; a new address of the same person tells the two apart.
  await owner.change('contacts', contact.id, { email: 'new@customer.example' });
  assert.equal(await denied(await advertise(who, { to_contact_id: contact.id })), 'POPIA_11_3');
});

test('S69_4: not from a company that does not say who and where it is', async () => {
  const who = await person();
  await consent(who);
  const tenant = await owner.read(`/v1/tenants/${owner.tenantId}`);
  await owner.change('tenants', tenant.id, { line1: null });
  assert.equal(await denied(await advertise(who)), 'S69_4');
  await owner.change('tenants', tenant.id, { line1: '1 Kerk Street' });
});

test('opted out after it was queued and before it was released: it is not sent', async () => {
  const who = await person();
  await consent(who);
  await set(owner, { smtp_host: null });
  const message = await advertise(who);
  assert.equal(message.error, 'no_mail_server');
  await owner.act(`/v1/customers/${who.id}/stop_marketing`, { how: 'phone' }, 201);
  await set(owner, { smtp_host: 'localhost' });
  assert.equal(await denied(message), 'CPA_S11_DEMAND');
  assert.equal(double.letters.length, 0);
});

test('what people said is written once: nobody changes or deletes it, and its customer stays', async () => {
  const who = await person();
  const event = await consent(who);
  assert.equal((await owner.patch(`/v1/consent_events/${event.id}`, { kind: 'withdrawn' }, 1)).status, 403);
  assert.ok([403, 409].includes((await owner.delete(`/v1/consent_events/${event.id}`)).status));
  const answer = await owner.delete(`/v1/customers/${who.id}`);
  assert.equal(answer.status, 409, 'who said something about advertising is made inactive');
});

test('outside the hours of the law it waits for the next moment that is allowed', async () => {
  const saturday = Date.UTC(2027, 0, 23, 12); // 14:00 in Johannesburg
  shift = saturday - Date.now();
  it.setClock(shift);
  owner = await signIn(it.base, company.email, company.password);
  await cleanse();
  const who = await person();
  await consent(who);
  const message = await advertise(who);
  const waiting = await until(async () => { const m = await owner.read(`/v1/messages/${message.id}`); return m.error && m; }, 'it waits');
  assert.deepEqual([waiting.status, waiting.error, waiting.next_try_at], ['queued', 'contact_window', '2027-01-25T06:00:00.000Z'], 'Monday, 08:00');
  const anytime = await person();
  await consent(anytime, { any_time: true, evidence: 'Signed form' });
  assert.equal((await settled(owner, (await advertise(anytime)).id)).status, 'sent');
  // The President declares the Monday a holiday after it was queued.
  await owner.make('working_calendars', { day: '2027-01-25', name: 'Declared', public_holiday: true });
  shift = Date.UTC(2027, 0, 25, 6, 0, 5) - Date.now();
  it.setClock(shift);
  owner = await signIn(it.base, company.email, company.password);
  await until(async () => (await owner.read(`/v1/messages/${message.id}`)).next_try_at === '2027-01-26T06:00:00.000Z', 'it waits another day');
  shift += DAY;
  it.setClock(shift);
  owner = await signIn(it.base, company.email, company.password);
  assert.equal((await settled(owner, message.id)).status, 'sent');
});

test('what belongs to the work is not stopped by any of this', async () => {
  const who = await person();
  await owner.act(`/v1/customers/${who.id}/stop_marketing`, { how: 'email' }, 201);
  const statement = await owner.act('/v1/messages/send', { kind: 'statement', customer_id: who.id }, 201);
  assert.equal((await settled(owner, statement.id)).status, 'sent');
});
