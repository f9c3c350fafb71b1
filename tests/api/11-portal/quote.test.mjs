// A customer reads his quote and answers it, with nothing but the link: what he sees, what he can do, and what is kept to show that it was he.
// (S-001: from the quote to the work, over the customer's page)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Company, Installation, request, unique } from '../../harness/server.mjs';
import { opens, Page, tokenOf } from './page.mjs';

let it;
let company;
let owner;
let office;
let customer;
let place;
const DAY = 86400_000;

before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  owner = company.owner;
  office = await company.person('dispatcher');
  await owner.make('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  ({ customer, site: place } = await company.customerAndSite({ name: 'Naledi Dlamini', billing_email: 'naledi@example.test' }));
});
after(() => it?.end());

const geyser = { description: 'Geyser 150 l', qty3: 1000, unit: 'ea', price4: 5499_0000, cost4: 4000_0000 };
const labour = { description: 'Labour', qty3: 3500, unit: 'h', price4: 650_0000 };
const blanket = { description: 'Geyser blanket', qty3: 1000, unit: 'ea', price4: 450_0000, optional: true, selected: false };

async function sent(lines = [geyser, labour], fields = {}) {
  const quote = await office.make('quotes', { customer_id: customer.id, site_id: place.id, title: `Work ${unique()}`, ...fields });
  await office.act(`/v1/quotes/${quote.id}/lines`, { lines, intro: 'Thank you for asking.', terms: 'Payment on completion.' });
  await office.act(`/v1/quotes/${quote.id}/send`);
  const { url } = await office.act(`/v1/quotes/${quote.id}/link`);
  return { id: quote.id, url, page: await Page.open(it.base, url) };
}
const statusOf = async (id) => (await office.read(`/v1/quotes/${id}`)).status;

test('the page has the offer, its lines and totals, the company, and what is to be ticked', async () => {
  const { page, id } = await sent([geyser, labour, blanket]);
  assert.deepEqual([page.scope, page.needs_code, page.company.name], ['quote', false, company.name]);
  const { quote, company: seller } = await page.read();
  assert.equal(seller.name, company.name);
  assert.deepEqual([quote.id, quote.state, quote.net, quote.vat, quote.total], [id, 'open', 777400, 116610, 894010]);
  assert.deepEqual(quote.lines.map((l) => [l.description, l.optional, l.selected]), [['Geyser 150 l', false, false], ['Labour', false, false], ['Geyser blanket', true, false]]);
  assert.match(quote.document_hash, /^[0-9a-f]{64}$/);
  assert.match(quote.place, /Main Road/);
  assert.equal(quote.statement.version, 'quote-en-1');
  const other = await Page.open(it.base, (await office.act(`/v1/quotes/${id}/link`)).url, 'af');
  assert.equal((await other.read()).quote.statement.version, 'quote-af-1');
  const pdf = await page.send('GET', `/quotes/${id}/quote.pdf`);
  assert.equal(pdf.status, 200);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
});

test('what a scanner of mail does changes nothing: every address by GET and HEAD, even opening the page', async () => {
  const { page, id, url } = await sent();
  const before = await office.read(`/v1/quotes/${id}`);
  const paths = ['/z/', `/z/?x=${tokenOf(url)}`, '/v1/portal/open', '/v1/portal/page', `/v1/portal/quotes/${id}`, `/v1/portal/quotes/${id}/quote.pdf`, `/v1/portal/quotes/${id}/viewed`,
    `/v1/portal/quotes/${id}/accept`, `/v1/portal/quotes/${id}/decline`, '/v1/portal/questions', '/v1/portal/code', '/v1/portal/details'];
  for (const path of paths)
    for (const method of ['GET', 'HEAD'])
      for (const headers of [{}, { authorization: `Bearer ${page.session}` }]) {
        const answer = await request(it.base, method, path, { headers });
        assert.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
      }
  await opens(it.base, tokenOf(url));
  assert.deepEqual(await office.read(`/v1/quotes/${id}`), before);
  assert.equal((await office.read(`/v1/acceptances?filter[quote_id]=${id}`)).items.length, 0);
  assert.equal((await office.read(`/v1/notes?filter[quote_id]=${id}`)).items.length, 0);
  const [link] = (await office.read(`/v1/portal_links?filter[quote_id]=${id}`)).items;
  assert.equal(link.uses, 2, 'an opening is counted on the link');
  assert.ok(link.last_used_at);
});

test('the page says that it was looked at, once', async () => {
  const { page, id } = await sent();
  assert.equal((await page.post(`/quotes/${id}/viewed`)).status, 200);
  assert.equal(await statusOf(id), 'viewed');
  const { version } = await office.read(`/v1/quotes/${id}`);
  await page.post(`/quotes/${id}/viewed`);
  assert.equal((await office.read(`/v1/quotes/${id}`)).version, version);
});

test('yes: the chosen options count, the evidence is kept, and a second yes is the first', async () => {
  const { page, id } = await sent([geyser, labour, blanket]);
  const { quote } = await page.read();
  const chosen = quote.lines.map((l) => l.id);
  const deviceAt = new Date(Date.now() - 5000).toISOString();
  const answer = await page.accept(quote, { line_ids: chosen, capacity: 'Owner', drawing: 'M10 20L30 40L50 60M100 100L120 90', device_at: deviceAt });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.json.state, answer.json.answer.name, answer.json.answer.total], ['accepted', 'Naledi Dlamini', 945760]);
  assert.equal(await statusOf(id), 'accepted');
  const again = await page.accept(quote, { name: 'Somebody Else', line_ids: [] });
  assert.equal(again.status, 200);
  assert.deepEqual(again.json.answer, answer.json.answer);
  const [evidence, ...more] = (await office.read(`/v1/acceptances?filter[quote_id]=${id}`)).items;
  assert.equal(more.length, 0);
  const [link] = (await office.read(`/v1/portal_links?filter[quote_id]=${id}`)).items;
  assert.deepEqual([evidence.decision, evidence.how, evidence.name, evidence.capacity, evidence.statement_version, evidence.portal_link_id, evidence.device, evidence.address, evidence.device_at],
    ['accepted', 'page', 'Naledi Dlamini', 'Owner', 'quote-en-1', link.id, 'Chrome on Android', '127.0.0.1', deviceAt]);
  assert.equal(evidence.drawing, 'M10 20L30 40L50 60M100 100L120 90');
  assert.deepEqual([evidence.net, evidence.vat, evidence.total, evidence.document_hash], [822400, 123360, 945760, quote.document_hash]);
  assert.match(evidence.hash, /^[0-9a-f]{64}$/);
  const job = await office.act(`/v1/quotes/${id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  assert.equal((await office.read(`/v1/job_lines?filter[job_id]=${job.id}`)).items.length, 3, 'the chosen option is work too');
  const diary = (await owner.read(`/v1/quotes/${id}/history`)).items;
  assert.ok(diary.some((e) => e.action === 'move' && e.actor.kind === 'portal' && e.actor.id === link.id), 'the diary says that it was the customer');
});

test('two yeses at once are one', async () => {
  const { page, id } = await sent();
  const { quote } = await page.read();
  const answers = await Promise.all(Array.from({ length: 8 }, () => page.accept(quote)));
  for (const a of answers) assert.equal(a.status, 200, a.text);
  assert.equal((await office.read(`/v1/acceptances?filter[quote_id]=${id}`)).items.length, 1);
});

test('a yes needs a name, the tick and a statement that was shown; faults name the field and nothing is kept', async () => {
  const { page, id } = await sent([geyser, { ...blanket, option_group: 'blanket' }, { ...blanket, description: 'Thicker blanket', option_group: 'blanket' }]);
  const { quote } = await page.read();
  const foreign = (await (await sent()).page.read()).quote;
  for (const [extra, pointer] of [
    [{ name: ' ' }, '/name'], [{ name: undefined }, '/name'], [{ agreed: false }, '/agreed'], [{ agreed: undefined }, '/agreed'], [{ statement_version: 'x' }, '/statement_version'],
    [{ drawing: '<svg onload=alert(1)>' }, '/drawing'], [{ drawing: 'M1 2L3' }, '/drawing'], [{ drawing: `M1 1${'L1 1'.repeat(20000)}` }, '/drawing'],
    [{ line_ids: [foreign.lines[0].id] }, '/line_ids/0'], [{ line_ids: { a: 1 } }, '/line_ids'], [{ line_ids: quote.lines.map((l) => l.id) }, '/line_ids'], [{ version_id: 'x' }, '/version_id'], [{ price: 1 }, '/price'],
  ]) {
    const answer = await page.accept(quote, extra);
    assert.equal(answer.status, 422, `${JSON.stringify(extra).slice(0, 80)}: ${answer.text}`);
    assert.ok(answer.json.errors.some((e) => e.pointer === pointer), `${pointer} in ${answer.text}`);
  }
  assert.equal(await statusOf(id), 'sent');
  assert.equal((await office.read(`/v1/acceptances?filter[quote_id]=${id}`)).items.length, 0);
});

test('no: with a reason, which the office reads', async () => {
  const { page, id } = await sent();
  const { quote } = await page.read();
  assert.equal((await page.post(`/quotes/${id}/decline`, { version_id: quote.version_id })).status, 422);
  const answer = await page.post(`/quotes/${id}/decline`, { version_id: quote.version_id, reason: 'Too dear', name: 'Naledi Dlamini' });
  assert.equal(answer.json.state, 'declined');
  const row = await office.read(`/v1/quotes/${id}`);
  assert.deepEqual([row.status, row.reason], ['declined', 'Too dear']);
  const late = await page.accept(quote);
  assert.deepEqual([late.status, late.json.reason], [409, 'declined']);
  const [evidence] = (await office.read(`/v1/acceptances?filter[quote_id]=${id}`)).items;
  assert.deepEqual([evidence.decision, evidence.how, evidence.name, evidence.reason], ['declined', 'page', 'Naledi Dlamini', 'Too dear']);
});

test('a version that was superseded, withdrawn or has run out is told so, and what to do', async () => {
  const revised = await sent();
  const old = (await revised.page.read()).quote;
  await office.act(`/v1/quotes/${revised.id}/revise`);
  const writing = await revised.page.read();
  assert.equal(writing.quote.state, 'superseded');
  assert.ok(!('lines' in writing.quote), 'what is being written is not told');
  assert.equal((await revised.page.send('GET', `/quotes/${revised.id}/quote.pdf`)).status, 404);
  assert.deepEqual([(await revised.page.accept(old)).json.reason, await statusOf(revised.id)], ['superseded', 'draft']);
  await office.act(`/v1/quotes/${revised.id}/send`);
  const answer = await revised.page.accept(old);
  assert.deepEqual([answer.status, answer.json.reason], [409, 'superseded']);
  assert.match(answer.json.detail, /newer version/);
  assert.equal((await revised.page.accept((await revised.page.read()).quote)).status, 200, 'the new one can be accepted with the same link');

  const withdrawn = await sent();
  const { quote } = await withdrawn.page.read();
  await office.act(`/v1/quotes/${withdrawn.id}/cancel`, { reason: 'No stock' });
  assert.deepEqual([(await withdrawn.page.accept(quote)).json.reason, (await withdrawn.page.read()).quote.state], ['cancelled', 'cancelled']);
  assert.doesNotMatch(JSON.stringify(await withdrawn.page.read()), /No stock/, 'why is between the people of the office');
});

test('a variation of work is accepted the same way, and an invoice may then be so much higher (CPA section 15)', async () => {
  const first = await sent();
  await first.page.accept((await first.page.read()).quote);
  const job = await office.act(`/v1/quotes/${first.id}/job`, { job_type_id: (await company.jobType()).id }, 201);
  const variation = await sent([{ ...labour, qty3: 500 }, { description: 'Pressure valve', qty3: 1000, price4: 389_0000 }], { kind: 'variation', job_id: job.id });
  const { quote } = await variation.page.read();
  assert.deepEqual([quote.kind, quote.statement.version, quote.net, quote.vat, quote.total], ['variation', 'variation-en-1', 71400, 10710, 82110]);
  assert.equal((await variation.page.accept(quote)).status, 200);
  const agreed = (await office.read(`/v1/authorisations?filter[job_id]=${job.id}`)).items;
  assert.deepEqual(agreed.map((a) => [a.kind, a.amount]).sort(), [['estimate_accepted', 777400], ['variation_authorised', 71400]]);
});

test('a question is a note on the quote, seen in its diary', async () => {
  const { page, id } = await sent();
  assert.equal((await page.post('/questions', { text: 'Can you come on a Saturday?' })).status, 201);
  const [note] = (await office.read(`/v1/notes?filter[quote_id]=${id}`)).items;
  assert.deepEqual([note.body, note.visibility], ['Can you come on a Saturday?', 'customer']);
  assert.equal((await page.post('/questions', { text: 'Can you come on a Saturday?' })).status, 201);
  assert.equal((await office.read(`/v1/notes?filter[quote_id]=${id}`)).items.length, 1, 'sent again, since the answer was lost, it is one question');
  assert.ok((await owner.read(`/v1/quotes/${id}/history`)).items.some((e) => e.action === 'ask' && e.actor.kind === 'portal'));
  assert.equal((await page.post('/questions', { text: '' })).status, 422);
  assert.equal((await page.post('/questions', { text: 'x'.repeat(2001) })).status, 422);
  const other = await sent();
  assert.equal((await page.post('/questions', { text: 'About another', quote_id: other.id })).status, 404);
});

test('every link that opens nothing is told in the same bytes', async () => {
  const { url, id } = await sent();
  const revoked = await sent();
  const [link] = (await office.read(`/v1/portal_links?filter[quote_id]=${revoked.id}`)).items;
  await office.act(`/v1/portal_links/${link.id}/revoke`);
  const bytes = Buffer.from(tokenOf(url), 'base64url');
  const flip = (at) => { const copy = Buffer.from(bytes); copy[at] ^= 1; return copy.toString('base64url'); };
  const tokens = [tokenOf(revoked.url), flip(0), flip(5), flip(8), flip(21), flip(22), flip(53), randomBytes(54).toString('base64url'), 'x', `${tokenOf(url)}A`, tokenOf(url).slice(1), '='.repeat(72)];
  const seen = new Set();
  for (const token of tokens) {
    const answer = await opens(it.base, token);
    assert.equal(answer.status, 404);
    seen.add(answer.text.replace(/"request_id":"[^"]*"/, ''));
  }
  assert.equal(seen.size, 1, [...seen].join('\n'));
  assert.match([...seen][0], /This link does not work any more/);
  // A session that began before ends with its link.
  assert.equal((await revoked.page.send('GET', '/page')).status, 404);
  assert.equal((await revoked.page.accept({ id: revoked.id, version_id: id, statement: { version: 'quote-en-1' } })).status, 404);
});

test('a link opens its own document: another one, of the same customer or of another company, is not there', async () => {
  const mine = await sent();
  const sibling = await sent();
  const job = await company.job({ customer_id: customer.id, site_id: place.id });
  const rival = await Company.create(it);
  const { customer: theirs } = await rival.customerAndSite();
  const foreign = await rival.owner.make('quotes', { customer_id: theirs.id, title: 'Theirs' });
  await rival.owner.act(`/v1/quotes/${foreign.id}/lines`, { lines: [labour] });
  await rival.owner.act(`/v1/quotes/${foreign.id}/send`);
  const { quote } = await sibling.page.read();
  const never = '018f0000-0000-7000-8000-000000000000';
  const told = new Set();
  for (const id of [sibling.id, foreign.id, never, 'x']) {
    for (const [method, path, body] of [['GET', `/quotes/${id}`], ['GET', `/quotes/${id}/quote.pdf`], ['POST', `/quotes/${id}/viewed`, {}], ['POST', `/quotes/${id}/decline`, { version_id: quote.version_id, reason: 'x' }],
      ['POST', `/quotes/${id}/accept`, { version_id: quote.version_id, name: 'X Y', agreed: true, statement_version: 'quote-en-1' }]]) {
      const answer = await mine.page.send(method, path, body);
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
      told.add(answer.text.replace(/"request_id":"[^"]*"/, ''));
    }
  }
  assert.equal(told.size, 1);
  assert.equal((await mine.page.send('GET', `/jobs/${job.id}`)).status, 404);
  assert.equal((await mine.page.send('GET', '/details')).status, 401, 'his details need a code');
  assert.equal(await statusOf(sibling.id), 'sent');
  assert.equal((await rival.owner.read(`/v1/quotes/${foreign.id}`)).status, 'sent');
  // A session of one company means nothing in another, and neither is a session of the office.
  assert.equal((await request(it.base, 'GET', '/v1/quotes', { headers: { authorization: `Bearer ${mine.page.session}` } })).status, 401);
  assert.equal((await request(it.base, 'GET', '/v1/portal/page', { headers: { authorization: `Bearer ${owner.token}` } })).status, 401);
});

test('no answer holds what is not the customer\'s: costs, notes of the office, keys', async () => {
  const { page, id } = await sent();
  await office.make('notes', { quote_id: id, body: 'INTERNAL-WORD' });
  const texts = [];
  for (const path of ['/page', `/quotes/${id}`]) texts.push((await page.send('GET', path)).text);
  const { quote } = await page.read();
  texts.push((await page.accept(quote)).text, (await page.post(`/quotes/${id}/viewed`)).text, JSON.stringify(page));
  for (const text of texts) assert.doesNotMatch(text, /cost4|40000000|INTERNAL-WORD|internal_notes|item_id|owner_id|created_by|token_hash|code_hash|margin|"seq"|subject_id|membership|reg_no|"address"/);
});

test('too many calls are held back, and told when to come again', async () => {
  const { page, url } = await sent();
  const answers = await Promise.all(Array.from({ length: 30 }, () => page.post('/questions', { text: '' })));
  const held = answers.filter((a) => a.status === 429);
  assert.ok(held.length >= 5, `${held.length} of 30`);
  assert.equal(held[0].json.type, '/problems/too-many');
});

test('when the offer has run out, and when the link has', async () => {
  const { page, url } = await sent([geyser], { valid_until: new Date(Date.now() + 3 * DAY).toISOString().slice(0, 10) });
  const { quote } = await page.read();
  it.setClock(5 * DAY);
  const later = await Page.open(it.base, url);
  assert.equal((await page.send('GET', '/page')).status, 401, 'a session lasts an hour');
  assert.equal((await later.read()).quote.state, 'expired');
  const answer = await later.accept(quote);
  assert.deepEqual([answer.status, answer.json.reason], [409, 'expired']);
  assert.match(answer.json.detail, /new one/);
  it.setClock(19 * DAY);
  assert.equal((await opens(it.base, tokenOf(url))).status, 404);
  it.setClock(0);
});
