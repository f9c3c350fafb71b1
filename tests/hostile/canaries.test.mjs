// Every personal field is filled with a word that exists nowhere else, through the API as people do; then database, keys, data folder, logs and dumps
// are searched for those words. Proves S-024, S-025 (nothing readable at rest), S-111 (nothing personal in logs), S-104 (passwords).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { adminSql, blob, Client, Company, idLiteral, Installation, request, ROOT, until } from '../harness/server.mjs';
import { mailServer } from '../mail/doubles.mjs';
import { png } from '../harness/png.mjs';
import { totp } from '../harness/totp.mjs';
import { run as runImport } from '../api/06-import/import.mjs';

let it;
let company;
let owner;
const canaries = new Map(); // "noun.field" → word
let rows;
const ends = [];
const word = () => `zq${randomBytes(6).toString('hex')}`;
const digits = (n) => Array.from({ length: n }, (_, i) => randomInt(i ? 0 : 1, 10)).join('');

function canary(name) {
  const make = /phone$/.test(name) ? `08${digits(8)}` : /email$/.test(name) ? `${word()}@example.test` : /\.(lat|lon)$/.test(name) ? `-26.${digits(9)}` : /_no$/.test(name) ? digits(13) : word();
  canaries.set(name, make);
  return make;
}

before(async () => {
  process.env.FIELDWARD_STAFF_ADDRESSES = '127.0.0.0/8';
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  owner = company.owner;
  const of = (noun, fields) => Object.fromEntries(fields.map((f) => [f, canary(`${noun}.${f}`)]));
  const customer = await owner.make('customers', { ...of('customer', ['name', 'vat_no', 'reg_no', 'billing_line1', 'billing_line2', 'billing_email', 'phone', 'alert']), billing_suburb: 'ControlSuburbClear' });
  const contact = await owner.make('contacts', { customer_id: customer.id, ...of('contact', ['name', 'email', 'phone']) });
  const site = await owner.make('sites', { customer_id: customer.id, suburb: 'ControlSuburbClear', ...of('site', ['name', 'line1', 'line2', 'lat', 'lon', 'access_notes', 'alert']) });
  const employee = await owner.make('employees', of('employee', ['name', 'phone', 'email']));
  const job = await owner.make('jobs', { customer_id: customer.id, site_id: site.id, contact_id: contact.id, job_type_id: (await company.jobType()).id, lead_id: employee.id, ...of('job', ['title', 'description', 'internal_notes', 'work_summary']) });
  await owner.act(`/v1/jobs/${job.id}/move`, { status_id: (await company.status('on_hold')).id, reason: canary('job.hold_reason'), hold_review_at: new Date(Date.now() + 1e8).toISOString() });
  const visit = await owner.make('appointments', { job_id: job.id, start_at: new Date(Date.now() + 1e7).toISOString(), end_at: new Date(Date.now() + 2e7).toISOString(), ...of('appointment', ['title', 'instructions']) });
  await owner.act(`/v1/appointments/${visit.id}/arrive`);
  await owner.act(`/v1/appointments/${visit.id}/incomplete`, { reason: canary('appointment.outcome') });
  await owner.make('tasks', { job_id: job.id, ...of('task', ['text', 'note']) });
  await owner.make('notes', { job_id: job.id, ...of('note', ['body']) });
  const second = await owner.make('jobs', { customer_id: customer.id, site_id: site.id, job_type_id: (await company.jobType()).id, title: canary('job.title#2') });
  await owner.act(`/v1/jobs/${second.id}/move`, { status_id: (await company.status('cancelled')).id, reason: canary('job.outcome_note') });
  await moneyPath(of, customer, job);
  await messages(customer);
  await aftercare(of, customer, site, job, employee);
  const tenant = await owner.read(`/v1/tenants/${company.id}`);
  await owner.want(200, 'PATCH', `/v1/tenants/${company.id}`, { bank_details: canary('tenant.bank_details') }, { 'if-match': `"${tenant.version}"` });
  await owner.make('identity_providers', { issuer: 'https://id.example.test', client_id: 'fieldward', ...of('identity_provider', ['client_secret']) });
  const person = await company.person('dispatcher', { name: canary('membership.name'), email: canary('membership.email') });
  await support(of);
  await machine(of);
  canaries.set('user_account.name', person.name);
  canaries.set('user_account.email', person.email);
  canaries.set('password', person.password);
  canaries.set('session token', person.token);
  // Ways in which words travel: a changed row (diary), search, addresses, an import with rejected rows, an answer that is kept for repetition, faults.
  await owner.change('customers', customer.id, { alert: canary('customer.alert#2') });
  for (const [plural, q] of [['customers', canaries.get('customer.name')], ['customers', canaries.get('customer.phone')], ['jobs', canaries.get('job.title')], ['sites', canaries.get('site.line1')]])
    assert.ok((await owner.act(`/v1/${plural}/search`, { q })).items.length >= 1, `${plural}: the word is really there`);
  await owner.get(`/v1/customers?q=${canary('a search word in an address')}`);
  await owner.post('/v1/customers', { name: canary('an answer that is kept') }, { 'idempotency-key': canary('an idempotency key') });
  await owner.post('/v1/customers', { name: 'x', phone: canary('a refused phone#word') });
  await owner.post('/v1/customers', { [canary('an unknown field')]: 1 });
  await runImport(owner, `name,phone\n${canary('an imported name')},0825550000\nSomebody,${canary('a rejected value')}\n`, { noun: 'customer', name: `${canary('the name of an import')}.csv` });
  await owner.get(`/v1/jobs/${job.id}/card.pdf`);
  await owner.get('/v1/customers/export.csv');
  await owner.send('POST', '/v1/login', { email: canary('a sign-in with an unknown address.email'), password: canary('a wrong password') });
  rows = { customer, contact, site, job, visit };
  await until(async () => (await owner.read('/v1/audit_events?filter[action]=read')).items.length > 0, 'the reads are written');
});
after(async () => {
  delete process.env.FIELDWARD_STAFF_ADDRESSES;
  await it?.end();
  for (const end of ends) await end();
});

/** Quotes, invoices, credit notes, payments. What one document takes from another is the same word, under the name of each. */
async function moneyPath(of, customer, job) {
  const same = (from, ...names) => names.forEach((name) => canaries.set(name, canaries.get(from)));
  const line = (noun) => ({ ...of(noun, ['section', 'description']), qty3: 1000, price4: 100_0000 });
  await owner.make('enquiries', of('enquiry', ['name', 'phone', 'email', 'address', 'subject', 'details']));
  const lost = await owner.make('enquiries', { name: canary('enquiry.name#2'), subject: canary('enquiry.subject#2') });
  await owner.act(`/v1/enquiries/${lost.id}/lose`, { reason: canary('enquiry.lost_reason') });
  const refused = await owner.make('quotes', { customer_id: customer.id, ...of('quote', ['title']) });
  await owner.act(`/v1/quotes/${refused.id}/lines`, { lines: [line('quote_line')], ...of('quote_version', ['intro', 'terms']) });
  await owner.act(`/v1/quotes/${refused.id}/send`, {});
  await owner.act(`/v1/quotes/${refused.id}/decline`, { reason: canary('quote.reason') });
  same('quote.reason', 'acceptance.reason');
  await owner.act(`/v1/quotes/${refused.id}/revise`, {});
  await owner.act(`/v1/quotes/${refused.id}/send`, {});
  await overThePage(of, refused);
  await owner.make('authorisations', { job_id: job.id, kind: 'lifted', ...of('authorisation', ['name', 'note']) });
  await owner.make('job_lines', { job_id: job.id, ...line('job_line') });
  same('customer.name', 'invoice.buyer', 'credit_note.buyer', 'document.data', 'document_file.pdf');
  const invoices = [];
  for (let i = 0; i < 2; i++) {
    const draft = await owner.make('invoices', { customer_id: customer.id });
    await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [line('invoice_line')] });
    invoices.push(await owner.act(`/v1/invoices/${draft.id}/approve`, {}));
  }
  same('invoice_line.section', 'credit_line.section');
  same('invoice_line.description', 'credit_line.description');
  await owner.act(`/v1/invoices/${invoices[0].id}/void`, { reason: canary('invoice.reason') });
  const note = await owner.act(`/v1/invoices/${invoices[1].id}/credit`, { reason: canary('credit_note.reason') }, 201);
  await owner.act(`/v1/credit_notes/${note.id}/approve`, {});
  const payment = await owner.make('payments', { customer_id: customer.id, date: '2026-11-22', amount: 100, ...of('payment', ['reference']) });
  await owner.act(`/v1/payments/${payment.id}/reverse`, { reason: canary('payment.reason') });
}

/** What is told to customers, by a server that answers with a word of its own; what is said about advertising; the secrets of the settings. */
async function messages(customer) {
  const same = (from, ...names) => names.forEach((name) => canaries.set(name, canaries.get(from)));
  const double = await mailServer({ after: (f) => ends.push(f) }, { fail: { rcpt: { code: 550, words: `${canary('message.answer')} is not here` } }, disabledCommands: ['STARTTLS', 'AUTH'] });
  const { id } = (await owner.read('/v1/channel_settings')).items[0];
  await owner.change('channel_settings', id, { smtp_host: '127.0.0.1', smtp_port: double.port, smtp_tls: 'plain', from_address: 'office@example.test', smtp_password: canary('channel_setting.smtp_password'), sms_password: canary('channel_setting.sms_password'), sms_authorization: canary('channel_setting.sms_authorization'), report_secret: `${canary('channel_setting.report_secret')}-twenty` });
  await owner.make('templates', { kind: 'quote_sent', subject: '{document.title}', body: 'About {document.title} for {customer.name}: {link}' });
  const quote = await owner.make('quotes', { customer_id: customer.id, title: canary('message.subject') });
  await owner.act(`/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'x', qty3: 1000, price4: 100 }] });
  await owner.act(`/v1/quotes/${quote.id}/send`, { channel: 'email' });
  same('message.subject', 'message.body');
  same('customer.billing_email', 'message.recipient');
  same('customer.name', 'message.recipient_name');
  const [message] = (await owner.read(`/v1/messages?filter[quote_id]=${quote.id}`)).items;
  const failed = await until(async () => { const m = await owner.read(`/v1/messages/${message.id}`); return m.status === 'failed' && m; }, 'the server has refused it');
  assert.match(failed.answer, new RegExp(canaries.get('message.answer')));
  await owner.make('consent_events', { customer_id: customer.id, kind: 'given', how: 'letter', evidence: canary('consent_event.evidence') });
  await owner.act(`/v1/customers/${customer.id}/stop_marketing`, { how: 'phone', words: canary('objection_event.words') }, 201);
}

/** A machine that says what it is, in a company that lets known ones in alone. */
async function machine(of) {
  const { label } = of('known_device', ['label']);
  const rule = async (known) => {
    const tenant = await owner.read(`/v1/tenants/${company.id}`);
    await owner.change('tenants', tenant.id, { known_devices_only: known });
  };
  await rule(true);
  const answer = await request(it.base, 'POST', '/v1/login', { body: { email: company.email, password: company.password }, headers: { 'x-app': '1', 'sec-fetch-site': 'same-origin', 'user-agent': label } });
  assert.equal(answer.status, 200, answer.text);
  await rule(false);
}

/** Somebody of the platform's staff asks to be let in. */
async function support(of) {
  const { name, email } = of('staff', ['name', 'email']);
  const password = `${word()}-${word()}`;
  canaries.set('the password of staff', password);
  it.writePassword(password);
  const tool = (...args) => it.tool(['staff', ...args, '--data', it.data, '--email', email]);
  await tool('add', '--name', name, '--owner-password-file', it.passwordPath);
  await tool('vetted', '--contract', it.passwordPath, '--inducted-on', '2026-01-15');
  await tool('assign', '--tenant', String(company.number));
  canaries.set('support_grant.staff_name', name);
  const login = (await request(it.base, 'POST', '/v1/staff/login', { body: { email, password } })).json;
  canaries.set('a session of staff', login.access_token);
  const staff = new Client(it.base, { token: login.access_token });
  const setup = await staff.act('/v1/me/totp');
  await staff.act('/v1/me/totp/confirm', { setup: setup.setup, code: totp(setup.secret) });
  await staff.act('/v1/staff/requests', { tenant_id: company.id, ...of('support_grant', ['reason']) }, 201);
}

// A code is made by the server, has six digits and is forgotten once it is sent: there is no word to look for.
const MADE_HERE = ['message.secret'];

/** What hangs on work that is done, and on the people who do it. */
async function aftercare(of, customer, site, job, employee) {
  await owner.make('removed_parts', { job_id: job.id, outcome: 'declined', ...of('removed_part', ['description', 'name']) });
  await owner.make('warranties', { job_id: job.id, site_id: site.id, kind: 'parts', valid_from: '2026-11-22', valid_until: '2027-11-22', ...of('warranty', ['description']) });
  await owner.make('signatures', { job_id: job.id, statement: 'Done.', ...of('signature', ['signer_name', 'capacity']) });
  await owner.make('signatures', { job_id: job.id, ...of('signature', ['not_signed_reason']) });
  await owner.make('time_entries', { employee_id: employee.id, start_at: '2026-11-20T07:00:00Z', end_at: '2026-11-20T08:00:00Z', ...of('time_entry', ['note']) });
  await owner.make('leaves', { employee_id: employee.id, start_at: '2026-12-20T07:00:00Z', end_at: '2026-12-21T08:00:00Z', ...of('leave', ['note']) });
  await owner.make('recurring_plans', {
    ...of('recurring_plan', ['name']), customer_id: customer.id, site_id: site.id, job_type_id: job.job_type_id, every_months: 12, starts_on: '2030-01-01',
    lines: [{ description: canary('recurring_plan.lines'), qty3: 1000, price4: 1_0000 }],
  });
  await owner.act('/v1/attachments/add', { kind: 'signature', job_id: job.id, ...of('attachment', ['name']), data: png().toString('base64url') }, 201);
  canaries.set('attachment.bytes', 'IHDR\0\0\0\x01\0\0\0\x01'); // the head of this image of one point
}

/** What a customer says on his page and in the enquiry form; the keys to his page. */
async function overThePage(of, quote) {
  const { url } = await owner.act(`/v1/quotes/${quote.id}/link`);
  const from = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
  const headers = { 'user-agent': 'Mozilla/5.0 (iPad) SamsungBrowser/25.0' };
  canaries.set('the token of a link', url.split('#')[1]);
  const opened = await request(it.base, 'POST', '/v1/portal/open', { body: { token: url.split('#')[1] }, headers, from });
  canaries.set('a session of a link', opened.json.session);
  headers.authorization = `Bearer ${opened.json.session}`;
  const { quote: shown } = (await request(it.base, 'GET', '/v1/portal/page', { headers, from })).json;
  await request(it.base, 'POST', '/v1/portal/questions', { body: { text: canary('a question of a customer') }, headers, from });
  const [a, b] = [randomInt(100, 1000), randomInt(100, 300)];
  canaries.set('acceptance.drawing', `M${a} ${b}L${b} ${a}L${a} ${a}L1 ${b}`);
  canaries.set('acceptance.address', from);
  canaries.set('acceptance.device', 'Samsung Internet on iPad');
  const body = { version_id: shown.version_id, agreed: true, statement_version: shown.statement.version, drawing: canaries.get('acceptance.drawing'), ...of('acceptance', ['name', 'capacity']) };
  const answer = await request(it.base, 'POST', `/v1/portal/quotes/${quote.id}/accept`, { body, headers, from });
  assert.equal(answer.status, 200, answer.text);
  const tenant = await owner.read(`/v1/tenants/${company.id}`);
  await owner.want(200, 'PATCH', `/v1/tenants/${company.id}`, { slug: `canary-${randomInt(1e9)}` }, { 'if-match': `"${tenant.version}"` });
  const form = new URLSearchParams({ name: canary('a name in the form'), email: canary('an address in the form.email'), subject: canary('a subject in the form'), details: canary('details in the form') });
  const { slug } = await owner.read('/v1/enquiry_form');
  const sent = await request(it.base, 'POST', `/f/${slug}`, { body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' }, from });
  assert.equal(sent.status, 202, sent.text);
}

test('every personal field of the record of processing was filled', () => {
  const listed = [...readFileSync(join(ROOT, 'spec/privacy.md'), 'utf8').matchAll(/^\| ([a-z_]+\.[a-z0-9_]+) \|/gm)].map((m) => m[1]);
  assert.ok(listed.length > 35);
  assert.deepEqual(listed.filter((name) => !canaries.has(name) && !MADE_HERE.includes(name)), []);
});

/** The forms in which a word may lie about: as it is, as hex (dumps of binary columns), as base64, in 16-bit letters; numbers in E.164 too. */
function forms(text) {
  const list = [text];
  if (/^08\d{8}$/.test(text)) list.push(`+27${text.slice(1)}`, text.slice(1));
  const out = [];
  for (const one of list) {
    const bytes = Buffer.from(one);
    out.push(bytes, Buffer.from(bytes.toString('hex')), Buffer.from(one, 'utf16le'));
    for (let shift = 0; shift < 3; shift++) {
      const padded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
      out.push(Buffer.from(padded.slice(shift ? 4 : 0, -4)));
    }
  }
  return out;
}

function hits(bytes, allowed = []) {
  const found = [];
  for (const [name, text] of canaries) {
    if (allowed.includes(name)) continue;
    for (const form of forms(text)) if (form.length > 5 && bytes.includes(form)) found.push(name);
  }
  return [...new Set(found)];
}

const tree = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))).filter((path) => statSync(path).isFile());

test('the search itself finds what lies open', () => {
  for (const text of canaries.values()) {
    assert.ok(hits(Buffer.from(`before ${text} after`)).length >= 1);
    assert.ok(hits(Buffer.from(Buffer.from(`before ${text} after`).toString('hex'))).length >= 1);
    assert.ok(hits(Buffer.from(Buffer.from(`before ${text} after and more`).toString('base64'))).length >= 1, 'in base64');
  }
});

// What stands in clear by decision: neither says anything about a person.
const CLEAR = ['the name of an import'];

test('no file of the data folder holds any of it: database, log of writes, keys, files, temporary ones', () => {
  const paths = tree(it.data);
  assert.ok(paths.some((p) => p.endsWith('keys.db')));
  let bytes = 0;
  for (const path of paths) {
    const content = readFileSync(path);
    bytes += content.length;
    assert.deepEqual(hits(content), [], path);
    assert.notEqual(content.subarray(0, 5).toString('latin1'), '%PDF-', `${path}: the card is made when it is asked for and kept nowhere (S-051)`);
  }
  assert.ok(bytes > 100_000);
});

test('the log of the server holds none of it, and says something', () => {
  const log = readFileSync(it.logPath);
  assert.deepEqual(hits(log), []);
  assert.match(log.toString(), /"?customers"?|login/, 'the control: requests are logged by their routes');
  assert.doesNotMatch(log.toString(), /[?&]q=/);
});

test('the rows themselves are sealed inside the database, and what is meant to be clear is clear', () => {
  let text = '';
  if (it.engine === 'pgsql') {
    text = execFileSync('pg_dump', ['-d', it.adminUrl], { encoding: 'latin1', maxBuffer: 512 << 20 });
  } else {
    for (const { name } of adminSql(it, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) text += JSON.stringify(adminSql(it, `SELECT * FROM "${name}"`));
  }
  assert.match(text, /ControlSuburbClear/, 'the control');
  assert.deepEqual(hits(Buffer.from(text, 'latin1'), CLEAR), []);
});

test('command lines and environments of the processes hold none of it', () => {
  for (const part of ['edge', 'app', 'courier']) {
    const pid = it.groupOf(part);
    for (const file of ['cmdline', 'environ']) {
      let content;
      try {
        content = readFileSync(`/proc/${pid}/${file}`);
      } catch {
        continue;
      }
      assert.deepEqual(hits(content), [], `${part} ${file}`);
      assert.ok(!content.includes('postgres:') && !content.includes('postgresql:///fwt') || file === 'environ', `${part} ${file}`);
    }
  }
});

test('nothing of the data folder can be run or read by others (S-046)', () => {
  assert.equal(statSync(it.data).mode & 0o777, 0o700);
  for (const path of [it.data, ...readdirSync(it.data, { recursive: true }).map((name) => join(it.data, String(name)))]) {
    const s = statSync(path);
    if (s.isSocket()) continue;
    // The folder lets nobody in; a process id and certificates would be for everybody anyway.
    if (!/nginx\.pid$|\.pem$/.test(path)) assert.equal(s.mode & 0o007, 0, `${path}: others`);
    if (s.isFile()) assert.equal(s.mode & 0o111, 0, `${path}: may be run`);
  }
});

const cell = (id, column, table = 'customer') => String(adminSql(it, `SELECT ${column} FROM ${table} WHERE tenant_id = ${company.number} AND id = ${idLiteral(it, id)}`)[0][column]).replace(/^\\x/, '');
const unguarded = (sql) => {
  if (it.engine === 'pgsql') return `SET session_replication_role = replica; ${sql}`;
  const triggers = adminSql(it, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
  return [...triggers.map((t) => `DROP TRIGGER "${t.name}"`), sql, ...triggers.map((t) => t.sql)].join(';\n');
};
const put = (id, column, hex, table = 'customer') => adminSql(it, unguarded(`UPDATE ${table} SET ${column} = ${blob(it, hex)} WHERE tenant_id = ${company.number} AND id = ${idLiteral(it, id)}`));

test('a sealed value that was moved to another row, column or company, or bent, is refused and shows nothing', async () => {
  const other = await owner.make('customers', { name: 'Other person', alert: 'Other alert' });
  const b = await Company.create(it);
  const foreign = await b.owner.make('customers', { name: 'Foreign person' });
  const mine = cell(other.id, 'name');
  const bent = mine.slice(0, -2) + (mine.endsWith('00') ? '01' : '00');
  const foreignName = String(adminSql(it, `SELECT name FROM customer WHERE tenant_id = ${b.number} AND id = ${idLiteral(it, foreign.id)}`)[0].name).replace(/^\\x/, '');
  for (const [what, hex] of [['from another row', cell(rows.customer.id, 'name')], ['from another column', cell(other.id, 'alert')], ['from another company', foreignName], ['bent', bent], ['cut', mine.slice(0, 20)]]) {
    put(other.id, 'name', hex);
    const answer = await owner.get(`/v1/customers/${other.id}`);
    assert.equal(answer.status, 500, `${what}: ${answer.text}`);
    assert.equal(answer.json.type, '/problems/corrupt');
    assert.deepEqual(hits(answer.bytes), []);
    assert.doesNotMatch(answer.text, /Foreign person|Other alert/);
    assert.equal((await owner.get(`/v1/customers/${rows.customer.id}`)).status, 200, 'others can be read');
  }
  put(other.id, 'name', mine);
  assert.equal((await owner.read(`/v1/customers/${other.id}`)).name, 'Other person');
});

test('a person whose key is destroyed cannot be read any more; everything else goes on', async () => {
  const gone = await owner.make('customers', { name: 'Erase Me', phone: '0825559999', alert: 'Secret' });
  const stays = await owner.make('customers', { name: 'Keep Me' });
  const draft = await owner.make('invoices', { customer_id: gone.id });
  await owner.act(`/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'A geyser for Erase Me', qty3: 1000, price4: 100_0000 }] });
  const invoice = await owner.act(`/v1/invoices/${draft.id}/approve`);
  const page = (await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`)).bytes;
  const [{ live_key: key, record_key: record }] = adminSql(it, `SELECT s.live_key, s.record_key FROM subject s JOIN customer c ON c.tenant_id = s.tenant_id AND c.subject_id = s.id WHERE c.tenant_id = ${company.number} AND c.id = ${idLiteral(it, gone.id)}`);
  const { VAULT } = await import('../harness/server.mjs');
  const destroy = async (which) => {
    const id = String(which).includes('-') ? which : String(which).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    await it.stop(); // a running app may hold a key for a minute
    execFileSync(VAULT, ['destroy', it.data, String(company.number), id]);
    await it.start();
  };
  await destroy(key);
  const answer = await owner.get(`/v1/customers/${gone.id}`);
  assert.doesNotMatch(answer.text, /Erase Me|5559999|Secret/);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.json.erased, answer.json.name], [true, null]);
  const list = await owner.all('customers');
  assert.ok(list.some((c) => c.id === gone.id && c.erased) && list.some((c) => c.id === stays.id && c.name === 'Keep Me'));
  assert.deepEqual((await owner.act('/v1/customers/search', { q: 'Erase' })).items, []);
  assert.equal((await owner.get(`/v1/customers/${gone.id}/history`)).status, 200);
  for (const event of (await owner.read(`/v1/customers/${gone.id}/history`)).items)
    if (event.noun === 'customer') assert.doesNotMatch(JSON.stringify(event), /Erase Me|5559999|Secret/);
  assert.equal((await owner.get('/v1/customers/export.csv')).status, 200);
  assert.equal((await owner.act('/v1/audit/verify')).ok, true);
  assert.equal((await owner.post('/v1/customers', { name: 'Next' })).status, 201);

  // What the tax law wants kept lies under the record key: the invoice is as it was until that is destroyed too.
  const kept = await owner.read(`/v1/invoices/${invoice.id}`);
  assert.equal(kept.buyer.name, 'Erase Me');
  assert.ok((await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`)).bytes.equals(page));
  await destroy(record);
  const last = await owner.get(`/v1/invoices/${invoice.id}`);
  assert.deepEqual([last.json.erased, last.json.buyer, last.json.total, last.json.no], [true, null, invoice.total, invoice.no]);
  assert.equal((await owner.get(`/v1/invoices/${invoice.id}/invoice.pdf`)).status, 410);
  assert.doesNotMatch((await owner.get(`/v1/invoices/${invoice.id}/history`)).text, /Erase Me/);
  assert.equal((await owner.act('/v1/audit/verify')).ok, true);
});
