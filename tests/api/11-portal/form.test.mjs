// Anybody may fill in the company's enquiry form, without JavaScript and without being known; only the office learns whether he is. He is told what
// is done with his details, and which words he was shown is kept.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, request, unique } from '../../harness/server.mjs';

let it;
let company;
let owner;
let office;
let slug;
let last = 1;
const somewhere = () => `127.0.1.${last++}`;

before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it, 'Loodgieters & <Seuns>');
  owner = company.owner;
  office = await company.person('dispatcher');
  slug = `loodgieters-${unique()}`;
  const tenant = await owner.read(`/v1/tenants/${company.id}`);
  await owner.change('tenants', tenant.id, { slug, line1: '1 Kerk Street', city: 'Johannesburg', phone: '011 555 0100', email: 'office@example.test' });
});
after(() => it?.end());

const show = (path = `/f/${slug}`, headers = {}) => request(it.base, 'GET', path, { headers });
const hidden = (html, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const post = (fields, { path = `/f/${slug}`, from = somewhere() } = {}) => request(it.base, 'POST', path, { body: new URLSearchParams(fields).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' }, from });
const person = { name: 'Naledi Dlamini', phone: '082 555 0201', email: 'Naledi@Example.test', address: '14 Jacaranda Street, Melville', subject: 'Geyser is leaking', details: 'Since this morning.\r\nThe ceiling is wet.' };
/** The newest first; by number, since the clock is moved in between. */
const enquiries = async () => (await office.read('/v1/enquiries?limit=200')).items.sort((a, b) => (a.no < b.no ? 1 : -1));
/** The hidden fields of a form that was fetched long enough ago. */
async function fetched(path) {
  const { text } = await show(path);
  return { stamp: hidden(text, 'stamp'), notice: hidden(text, 'notice') };
}

test('the form is plain HTML: a label for every input, the notice of section 18, nothing of ours to run', async () => {
  const answer = await show();
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/html/);
  assert.match(answer.headers['content-security-policy'], /form-action 'self'/);
  assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  assert.doesNotMatch(answer.text, /<script|onload|style=/);
  assert.match(answer.text, /Loodgieters &amp; &lt;Seuns&gt;/, 'what the company is called is text');
  assert.doesNotMatch(answer.text, /<Seuns>/);
  for (const [, id] of answer.text.matchAll(/ id="([^"]+)"/g)) assert.match(answer.text, new RegExp(`<label for="${id}"`), id);
  for (const head of [/Who we are: .*1 Kerk Street, Johannesburg/, /What we collect/, /Why:/, /Do you have to\? No/, /The law/, /Who sees it/, /another country/, /object at any time/, /Information Regulator.*POPIAComplaints@inforegulator\.org\.za/])
    assert.match(answer.text.replaceAll('\n', ' '), head);
  assert.match((await show(`/f/${slug}?lang=af`)).text, /Wat het jy nodig\?/);
  assert.match((await show(`/f/${slug}`, { 'accept-language': 'af-ZA,af;q=0.9' })).text, /Wat het jy nodig\?/);
});

test('what is typed becomes an enquiry with its person, and which notice was shown', async () => {
  const given = await fetched();
  it.setClock(10_000);
  const answer = await post({ ...person, ...given });
  it.setClock(0);
  assert.equal(answer.status, 202, answer.text);
  assert.match(answer.text, /Thank you/);
  const [made] = await enquiries();
  assert.deepEqual([made.source, made.status, made.name, made.phone, made.email, made.subject, made.details, made.notice_version], ['web', 'new', 'Naledi Dlamini', '+27825550201', 'naledi@example.test', 'Geyser is leaking', 'Since this morning.\nThe ceiling is wet.', 'web_form-en-0']);
  assert.ok(made.notice_shown_at < made.created_at);
  const entry = (await owner.read(`/v1/enquiries/${made.id}/history`)).items.find((e) => e.action === 'create');
  assert.equal(entry.actor.kind, 'portal');
  const [receipt] = (await office.read(`/v1/messages?filter[enquiry_id]=${made.id}`)).items;
  assert.deepEqual([receipt.kind, receipt.recipient, receipt.automatic], ['enquiry_received', 'naledi@example.test', true]);
  const quote = await office.act(`/v1/enquiries/${made.id}/quote`, {}, 201);
  assert.equal(quote.title, 'Geyser is leaking');
});

test('the form on the company\'s own page needs no stamp and is taken in one step', async () => {
  const told = await owner.read('/v1/enquiry_form');
  assert.match(told.url, new RegExp(`^https://[^/]+/f/${slug}$`));
  assert.match(told.snippet, new RegExp(`action="https://[^"]+/f/${slug}\\?lang=en"`));
  assert.match(told.snippet, /What we do with your details/);
  assert.doesNotMatch(told.snippet, /<script|name="stamp"/);
  assert.equal((await request(it.base, 'GET', '/v1/enquiry_form')).status, 401);
  const answer = await post({ name: 'From the site', phone: '083 555 0001', subject: 'A tap drips', notice: hidden(told.snippet, 'notice') });
  assert.equal(answer.status, 202);
  const [made] = await enquiries();
  assert.deepEqual([made.name, made.status, made.notice_version], ['From the site', 'new', 'web_form-en-0']);
});

test('what is missing is named beside its input, and what was typed is kept', async () => {
  const count = (await enquiries()).length;
  for (const [fields, says] of [
    [{ ...person, name: '' }, /say who you are/], [{ ...person, subject: ' ' }, /say what you need/], [{ ...person, phone: '', email: '' }, /telephone or an e-mail/],
    [{ ...person, email: 'nonsense' }, /name@example\.org/], [{ ...person, phone: '12' }, /082 123 4567/], [{ ...person, name: 'x'.repeat(201) }, /fault/],
  ]) {
    const answer = await post(fields);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.text, says);
    assert.match(answer.text, /value="14 Jacaranda Street, Melville"/);
  }
  const nasty = await post({ ...person, phone: '12', name: '"><script>alert(1)</script>', details: '</textarea><b>' });
  assert.doesNotMatch(nasty.text, /<script>|<b>/);
  assert.match(nasty.text, /&lt;script&gt;/);
  const broken = await request(it.base, 'POST', `/f/${slug}`, { body: 'name=%FF%FE&subject=x&phone=0825550201', headers: { 'content-type': 'application/x-www-form-urlencoded' }, from: somewhere() });
  assert.equal(broken.status, 422);
  assert.equal((await request(it.base, 'POST', `/f/${slug}`, { body: '{}', headers: { 'content-type': 'application/json' } })).status, 415);
  assert.equal((await post({ ...person, details: 'x'.repeat(70_000) })).status, 413);
  assert.equal((await enquiries()).length, count);
});

test('programs: the field that nobody sees is thanked and forgotten; a form that comes back at once is kept as spam', async () => {
  const count = (await enquiries()).length;
  const bot = await post({ ...person, ...(await fetched()), website: 'http://spam.example' });
  assert.equal(bot.status, 202);
  assert.equal((await enquiries()).length, count);
  const quick = await post({ ...person, name: 'Too quick', ...(await fetched()) });
  assert.equal(quick.status, 202);
  assert.deepEqual((await enquiries()).slice(0, 1).map((e) => [e.name, e.status]), [['Too quick', 'spam']]);
  const forged = await post({ ...person, name: 'Forged', stamp: 'A'.repeat(32) });
  assert.equal(forged.status, 202);
  assert.equal((await enquiries())[0].status, 'spam');
  assert.equal(bot.text, quick.text, 'all are answered alike');
});

test('who is known and who is not is answered in the same bytes; the office sees whom it may be', async () => {
  const { customer, site } = await company.customerAndSite({ name: 'Known Customer', phone: '083 555 0777' }, { line1: '77 Known Street', suburb: 'Melville' });
  const contact = await owner.make('contacts', { customer_id: customer.id, name: 'Known Contact', email: 'known@example.test' });
  const known = await post({ name: 'Somebody', phone: '083 555 0777', email: 'known@example.test', address: '77 Known Street, Melville', subject: 'x' });
  const [made] = await enquiries();
  const unknown = await post({ name: 'Somebody', phone: '083 555 0778', email: 'unknown@example.test', address: '78 Known Street, Melville', subject: 'x' });
  assert.equal(known.text, unknown.text);
  const [other] = await enquiries();
  assert.equal(made.customer_id, null, 'nobody is put to a customer by what he typed');
  const { items } = await office.read(`/v1/enquiries/${made.id}/duplicates`);
  assert.deepEqual(items.map((i) => [i.noun, i.id, i.customer_id, i.by]), [['customer', customer.id, customer.id, 'phone'], ['contact', contact.id, customer.id, 'email'], ['site', site.id, customer.id, 'address']]);
  assert.deepEqual((await office.read(`/v1/enquiries/${other.id}/duplicates`)).items, []);
  const tech = await company.person('technician', { employee: true });
  assert.equal((await tech.get(`/v1/enquiries/${made.id}/duplicates`)).status, 404);
});

test('sent twice, by a second press, it is one enquiry', async () => {
  const count = (await enquiries()).length;
  const fields = { name: 'Twice', phone: '083 555 0888', subject: 'The same' };
  for (const more of [{}, {}, { details: 'Something else.' }]) assert.equal((await post({ ...fields, ...more })).status, 202);
  assert.equal((await enquiries()).length, count + 2);
});

test('one address cannot flood the office, and neither can many', async () => {
  const from = somewhere();
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await post({ name: 'Flood', phone: '083 555 0001', subject: 'x' }, { from })).status);
  assert.deepEqual([statuses.filter((s) => s === 202).length, statuses.at(-1)], [10, 429]);
  assert.equal((await post({ name: 'Not me', phone: '083 555 0001', subject: 'x' })).status, 202, 'others are let through');
});

test('a notice of one\'s own is a new version; what was shown before stays', async () => {
  const body = 'Who we are: {company}, {address}. We use what you type to answer you. You may object: {phone}.';
  const first = await owner.make('privacy_notices', { body });
  assert.deepEqual([first.n, first.language, first.point], [1, 'en', 'web_form']);
  assert.equal((await owner.make('privacy_notices', { body: `${body} Newer.` })).n, 2);
  const { text } = await show();
  assert.match(text, /We use what you type to answer you\. You may object: \+27115550100\. Newer\./);
  assert.equal(hidden(text, 'notice'), 'web_form-en-2');
  assert.ok([409, 422].includes((await owner.patch(`/v1/privacy_notices/${first.id}`, { body: `${body} Changed.` }, first.version)).status));
  assert.equal((await office.post('/v1/privacy_notices', { body })).status, 403);
  assert.match((await show(`/f/${slug}?lang=af`)).text, /Wie ons is/, 'the other language has its own');
});

test('an address without a company, and a company without a form, are told the same', async () => {
  const other = await Company.create(it);
  const missing = await show('/f/nobody-at-all');
  assert.equal(missing.status, 404);
  assert.match(missing.text, /There is no form/);
  for (const path of [`/f/${other.id}`, '/f/', '/f/a', `/f/${'x'.repeat(300)}`, '/f/../v1/me']) assert.ok([404, 401].includes((await show(path)).status), path);
  assert.equal((await post(person, { path: '/f/nobody-at-all' })).status, 404);
  assert.deepEqual(await other.owner.read('/v1/enquiry_form').then((t) => [t.slug, t.url, t.snippet]), ['', '', '']);
  const tenant = await other.owner.read(`/v1/tenants/${other.id}`);
  for (const bad of ['Ab', 'a b', '-abc', 'abc-', 'a--b', 'ü-ber']) assert.equal((await other.owner.patch(`/v1/tenants/${other.id}`, { slug: bad }, tenant.version)).status, 422, bad);
  const taken = await other.owner.patch(`/v1/tenants/${other.id}`, { slug }, tenant.version);
  assert.ok([409, 422].includes(taken.status), taken.text);
  assert.ok(taken.json.errors.some((e) => e.pointer === '/slug'));
});
