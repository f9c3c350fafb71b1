// The customer's part, on a phone of 360 px: he opens the link, chooses, signs and accepts; he declines with the keyboard alone; he sees his invoice
// and his work. In both themes readable for all, within the policy, the screen and the budget. (S-001)

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { simpleParser } from 'mailparser';
import { mailServer } from '../mail/doubles.mjs';
import { assertClean, assertNoSideways, BASE, call, launch, open, OWNER, shot, signIn, skip } from './browser.mjs';

const FIRST_LOAD_MAX = 40_000;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: 'en-ZA' };

let browser;
let owner;
let customer;
let site;
let type;

const geyser = { section: 'Geyser', description: 'Geyser 150 l, 400 kPa, five-year guarantee', qty3: 1000, unit: 'ea', price4: 5499_0000 };
const labour = { section: 'Geyser', description: 'Labour', qty3: 3500, unit: 'h', price4: 650_0000 };
const blanket = { description: 'Geyser blanket, saves up to a tenth of the electricity', qty3: 1000, unit: 'ea', price4: 450_0000, optional: true };
const timer = (name, price4, selected) => ({ description: name, qty3: 1000, unit: 'ea', price4, optional: true, selected, option_group: 'timer' });

const post = (path, body = {}) => call(owner, 'POST', path, body);
async function change(path, body) {
  const row = await call(owner, 'GET', path);
  return call(owner, 'PATCH', path, body, { 'If-Match': `"${row.version}"`, 'Content-Type': 'application/merge-patch+json' });
}
const linkOf = async (path) => new URL((await post(`${path}/link`)).url);
/** The address as this test reaches the server: the path and what stands behind the '#'. */
const pathOf = (url) => `${url.pathname}${url.hash}`;

async function quote(lines, fields = {}) {
  const row = await post('/v1/quotes', { customer_id: customer.id, site_id: site.id, title: 'Replace the leaking geyser', ...fields });
  await post(`/v1/quotes/${row.id}/lines`, { lines, intro: 'Thank you for asking us. The old geyser is beyond repair.', terms: 'Half on ordering, half on completion.\nFive years on the geyser, six months on the work.' });
  await post(`/v1/quotes/${row.id}/send`);
  return { id: row.id, path: pathOf(await linkOf(`/v1/quotes/${row.id}`)) };
}

before(async () => {
  if (skip) return;
  browser = await launch();
  owner = await open(browser);
  await signIn(owner, OWNER);
  const me = await call(owner, 'GET', '/v1/me');
  await change(`/v1/tenants/${me.tenant.id}`, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001', phone: '0115550100', email: 'office@example.test', bank_details: 'Example Bank\nAccount 6200 0000 001\nBranch 250 655' });
  const registered = (await post('/v1/vat_statuses/search', { limit: 1 })).items.length > 0;
  if (!registered) await post('/v1/vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  customer = await post('/v1/customers', { name: 'Naledi Dlamini', billing_line1: '14 Jacaranda Street', billing_city: 'Johannesburg', billing_email: 'naledi@example.test' });
  site = await post('/v1/sites', { customer_id: customer.id, line1: '14 Jacaranda Street', suburb: 'Melville', city: 'Johannesburg' });
  [type] = (await post('/v1/job_types/search', { limit: 1 })).items;
});
const ends = [];
after(async () => {
  await browser?.close();
  for (const end of ends) await end();
});

const totalOn = (page) => page.locator('[data-total]').first().getAttribute('data-total').then(Number);

test('he opens the link, ticks what he likes, signs and accepts', { skip }, async () => {
  const { id, path } = await quote([geyser, labour, blanket, timer('Timer, simple', 300_0000, true), timer('Timer with app', 900_0000, false)]);
  const page = await open(browser, PHONE);
  await page.goto(path);
  await page.waitForSelector('h1:has-text("Replace the leaking geyser")');
  await shot(page, 'zone-1-quote');
  assert.equal(await totalOn(page), 928510, 'as it is marked: with the simple timer');
  const accept = page.locator('[data-act=accept]');
  const box = await accept.boundingBox();
  assert.ok(box && box.y + box.height < 740 && box.height >= 44, 'the one thing to do is on the first screen and large enough for a thumb');
  await assertNoSideways(page, 'the quote');

  await page.getByRole('checkbox', { name: /blanket/ }).check();
  assert.equal(await totalOn(page), 980260);
  await page.getByRole('radio', { name: /with app/ }).check();
  assert.equal(await totalOn(page), 1049260, 'of a group one is chosen');
  await page.locator('fieldset').scrollIntoViewIfNeeded();
  await shot(page, 'zone-2-options');
  await page.getByRole('radio', { name: /None of these/ }).check();
  assert.equal(await totalOn(page), 945760);

  await accept.scrollIntoViewIfNeeded();
  await accept.tap();
  await page.locator('[data-act=accept-now]').tap();
  assert.equal(await page.locator('#name').getAttribute('aria-invalid'), 'true');
  await page.fill('#name', 'Naledi Dlamini');
  await page.locator('[data-act=accept-now]').tap();
  await page.waitForSelector('#tick-fault');
  assert.equal(await page.inputValue('#name'), 'Naledi Dlamini', 'a refusal keeps what was typed');
  await page.getByText('Draw your signature as well').tap();
  const canvas = page.locator('canvas');
  await canvas.scrollIntoViewIfNeeded();
  const field = await canvas.boundingBox();
  const at = (x, y) => [field.x + field.width * x, field.y + field.height * y];
  await page.mouse.move(...at(0.1, 0.7));
  await page.mouse.down();
  for (const [x, y] of [[0.15, 0.2], [0.25, 0.75], [0.3, 0.25], [0.38, 0.6], [0.45, 0.4], [0.55, 0.65], [0.7, 0.35], [0.88, 0.5]]) await page.mouse.move(...at(x, y), { steps: 4 });
  await page.mouse.up();
  await page.getByRole('checkbox', { name: /I accept this offer/ }).check();
  await canvas.scrollIntoViewIfNeeded();
  await shot(page, 'zone-3-sign');
  assert.match(await page.locator('[data-act=accept-now]').innerText(), /Accept R.9.457,60/, 'the button says what is agreed to');
  await page.locator('[data-act=accept-now]').tap();
  await page.waitForSelector('[data-state=accepted]');
  await shot(page, 'zone-4-accepted');
  assert.match(await page.locator('main').innerText(), /Naledi Dlamini accepted this on/);
  assert.equal(await page.locator('[data-act=accept], [data-act=decline], fieldset').count(), 0, 'nothing is left to answer');
  const [evidence] = (await post('/v1/acceptances/search', { filter: { quote_id: id } })).items;
  assert.deepEqual([evidence.total, evidence.how, evidence.name, evidence.statement_version], [945760, 'page', 'Naledi Dlamini', 'quote-en-1'], 'the figure on the button is the figure that was agreed to');
  assert.match(evidence.drawing, /^M\d+ \d+(L\d+ \d+)+$/);
  await page.reload();
  await page.waitForSelector('[data-state=accepted]');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-act=pdf]').tap()]);
  assert.match(download.suggestedFilename(), /^Q-\d+\.pdf$/);
  assertClean(page, 'the quote');
  await page.context().close();
});

test('he declines with the keyboard alone, in Afrikaans', { skip }, async () => {
  const { id, path } = await quote([geyser, labour]);
  const page = await open(browser, { ...PHONE, hasTouch: false, isMobile: false, locale: 'af-ZA' });
  await page.goto(path);
  await page.waitForSelector('[data-act=accept]:has-text("Aanvaar")');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'af');
  await page.locator('h1').first().focus();
  for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement?.getAttribute('data-act') === 'decline')); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Te duur');
  await shot(page, 'zone-5-weier');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-state=declined]');
  assert.deepEqual([(await call(owner, 'GET', `/v1/quotes/${id}`)).status, (await call(owner, 'GET', `/v1/quotes/${id}`)).reason], ['declined', 'Te duur']);
  assertClean(page, 'the refusal');
  await page.context().close();
});

test('looking at it is told to the office, a question too', { skip }, async () => {
  const { id, path } = await quote([geyser]);
  const page = await open(browser, PHONE);
  await page.goto(path);
  await page.waitForSelector('[data-act=accept]');
  await page.waitForResponse((response) => response.url().endsWith('/viewed') && response.status() === 200);
  assert.equal((await call(owner, 'GET', `/v1/quotes/${id}`)).status, 'viewed');
  await page.getByText('Ask a question').tap();
  await page.getByLabel('Your question').fill('Can you come on a Saturday?');
  await page.getByRole('button', { name: 'Send the question' }).tap();
  await page.waitForSelector('text=/Your question is with/');
  assert.equal((await post('/v1/notes/search', { filter: { quote_id: id } })).items[0].body, 'Can you come on a Saturday?');
  await page.context().close();
});

test('all that concerns him opens with a code from his mail; he finds his way back, and corrects his address', { skip }, async () => {
  const double = await mailServer({ after: (f) => ends.push(f) }, { disabledCommands: ['STARTTLS'] });
  const [settings] = (await post('/v1/channel_settings/search', {})).items;
  await change(`/v1/channel_settings/${settings.id}`, { smtp_host: '127.0.0.1', smtp_port: double.port, smtp_tls: 'plain', from_address: 'office@example.test', from_name: 'Example Plumbing & Solar' });
  const person = await post('/v1/customers', { name: 'Lindiwe Khumalo', billing_email: 'lindiwe@example.test', billing_line1: '3 Oak Street', billing_city: 'Johannesburg' });
  const place = await post('/v1/sites', { customer_id: person.id, line1: '3 Oak Street', city: 'Johannesburg' });
  const job = await post('/v1/jobs', { title: 'Inverter shows error 12', customer_id: person.id, site_id: place.id, job_type_id: type.id });
  const invoice = await post('/v1/invoices', { customer_id: person.id });
  await post(`/v1/invoices/${invoice.id}/lines`, { lines: [labour] });
  const { no } = await post(`/v1/invoices/${invoice.id}/approve`);
  await post(`/v1/invoices/${invoice.id}/send`, { channel: 'none' });
  const path = pathOf(await linkOf(`/v1/customers/${person.id}`));
  /** The next mail of this subject that she gets. */
  async function mail(subject, end = Date.now() + 20_000) {
    for (;;) {
      for (const letter of double.letters.filter((l) => l.to.includes('lindiwe@example.test'))) {
        double.letters.splice(double.letters.indexOf(letter), 1);
        const parsed = await simpleParser(letter.bytes);
        if (subject.test(parsed.subject)) return parsed;
      }
      assert.ok(Date.now() < end, `no mail about ${subject}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  const looks = async (page, name) => {
    await shot(page, name);
    await assertNoSideways(page, name);
  };
  for (const [colorScheme, bypassCSP] of [['light', false], ['dark', true]]) {
    const page = await open(browser, { ...PHONE, isMobile: !bypassCSP, colorScheme, bypassCSP, reducedMotion: 'reduce' });
    await page.goto(path);
    await page.locator('[data-act=send-code]').click();
    await page.waitForSelector('text=/Sent to l•••@e•••/');
    const [code] = /\b\d{6}\b/.exec((await mail(/code/)).text);
    await page.fill('#code', String((Number(code) + 1) % 1_000_000).padStart(6, '0'));
    await page.locator('[data-act=confirm]').click();
    await page.waitForSelector('text=/not the digits/');
    await looks(page, `zone-all-code-${colorScheme}`);
    await page.fill('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
    await page.locator('[data-act=confirm]').click();
    await page.waitForSelector('h1:has-text("Lindiwe Khumalo")');
    await page.waitForSelector('#detail-email');
    assert.equal(await totalOn(page), 261625);
    await looks(page, `zone-all-${colorScheme}`);
    if (bypassCSP) await assertAccessible(page, `everything, ${colorScheme}`);
    await page.locator(`[data-open="${no}"]`).click();
    await page.waitForSelector(`h1:has-text("${no}")`);
    await page.goBack();
    await page.locator(`[data-open="${job.no}"]`).click();
    await page.waitForSelector('[data-stage]');
    await page.getByRole('button', { name: /Back to everything/ }).click();
    await page.waitForSelector('#detail-email');
    await page.fill('#detail-email', 'nonsense');
    await page.locator('[data-act=save-details]').click();
    await page.waitForSelector('#detail-email[aria-invalid=true]');
    await page.fill('#detail-email', 'lindiwe@example.test');
    await page.fill('#detail-suburb', `Melville ${colorScheme}`);
    await page.locator('[data-act=save-details]').click();
    await page.waitForSelector('text=/on its way to your old and new address/');
    assert.equal((await call(owner, 'GET', `/v1/customers/${person.id}`)).billing_suburb, `Melville ${colorScheme}`);
    await page.locator('#detail-suburb').scrollIntoViewIfNeeded();
    await looks(page, `zone-all-details-${colorScheme}`);
    assertClean(page, 'everything');
    await page.context().close();
    assert.match((await mail(/details/)).text, /change/);
  }
});

test('beside a document he corrects his details, with a code too', { skip }, async () => {
  const { path } = await quote([geyser]);
  const page = await open(browser, PHONE);
  await page.goto(path);
  await page.locator('details summary', { hasText: 'Your details' }).tap();
  await page.waitForSelector('[data-act=send-code]');
  assert.equal(await page.locator('#detail-email').count(), 0, 'nothing of him is shown before');
  await shot(page, 'zone-mine');
  assertClean(page, 'his details');
  await page.context().close();
});

/** The other pages, each for the looks below. */
const PAGES = {
  quote: async () => (await quote([geyser, labour, blanket, timer('Timer, simple', 300_0000, true), timer('Timer with app', 900_0000, false)])).path,
  variation: async () => {
    const job = await post('/v1/jobs', { title: 'Geyser', customer_id: customer.id, site_id: site.id, job_type_id: type.id });
    return (await quote([{ ...labour, qty3: 500 }, { description: 'Pressure valve', qty3: 1000, price4: 389_0000 }], { kind: 'variation', job_id: job.id, title: 'Half an hour and a valve more' })).path;
  },
  superseded: async () => {
    const { id, path } = await quote([geyser]);
    await post(`/v1/quotes/${id}/revise`);
    return path;
  },
  invoice: async () => {
    const draft = await post('/v1/invoices', { customer_id: customer.id });
    await post(`/v1/invoices/${draft.id}/lines`, { lines: [geyser, { ...labour, qty3: 4000 }, { description: 'Pressure valve', qty3: 1000, unit: 'ea', price4: 389_0000 }] });
    await post(`/v1/invoices/${draft.id}/approve`);
    await post(`/v1/invoices/${draft.id}/send`);
    const paid = await post('/v1/payments', { customer_id: customer.id, date: '2026-11-22', amount: 500000 });
    await post(`/v1/payments/${paid.id}/allocate`, { invoice_id: draft.id });
    return pathOf(await linkOf(`/v1/invoices/${draft.id}`));
  },
  job: async () => {
    const job = await post('/v1/jobs', { title: 'Replace the leaking geyser', customer_id: customer.id, site_id: site.id, job_type_id: type.id });
    const [person] = (await post('/v1/employees/search', { limit: 1 })).items;
    const start = Math.ceil(Date.now() / 86400_000) * 86400_000 + 7 * 3600_000;
    await post(`/v1/jobs/${job.id}/schedule`, { start_at: new Date(start).toISOString(), end_at: new Date(start + 3.5 * 3600_000).toISOString(), employee_ids: [person.id] });
    await post('/v1/notes', { job_id: job.id, body: 'We bring the new geyser along. Please see that somebody is at home.', visibility: 'customer' });
    return pathOf(await linkOf(`/v1/jobs/${job.id}`));
  },
  code: async () => pathOf(await linkOf(`/v1/customers/${customer.id}`)),
  gone: async () => `/z/#${'A'.repeat(72)}`,
};
const LOOKS = [['light', PHONE.viewport], ['dark', PHONE.viewport], ['light', { width: 1280, height: 900 }]];

async function assertAccessible(page, where) {
  await page.waitForTimeout(300);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), WCAG);
  assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`)), [], where);
}

test('every page: readable for all, within the policy and the screen', { skip }, async (t) => {
  for (const [name, make] of Object.entries(PAGES)) {
    const path = await make();
    for (const [colorScheme, viewport] of LOOKS) {
      await t.test(`${name}, ${colorScheme}, ${viewport.width}`, async () => {
        const page = await open(browser, { ...PHONE, isMobile: viewport.width < 700, viewport, colorScheme });
        await page.goto(path);
        await page.waitForSelector('main section h1');
        await shot(page, `zone-${name}-${colorScheme}-${viewport.width}`);
        await assertNoSideways(page, name);
        assertClean(page, name);
        await page.context().close();
        const judged = await open(browser, { viewport, colorScheme, bypassCSP: true, reducedMotion: 'reduce', locale: 'en-ZA' });
        await judged.goto(path);
        await judged.waitForSelector('main section h1');
        await assertAccessible(judged, `${name}, ${colorScheme}`);
        if (await judged.locator('[data-act=accept]').count()) {
          await judged.click('[data-act=accept]');
          await judged.locator('details summary').first().click();
          await judged.click('[data-act=accept-now]');
          await assertAccessible(judged, `${name}, accepting, ${colorScheme}`);
        }
        await judged.context().close();
      });
    }
  }
});

test('the enquiry form: without JavaScript, in both themes, on a phone', { skip }, async (t) => {
  const me = await call(owner, 'GET', '/v1/me');
  await change(`/v1/tenants/${me.tenant.id}`, { slug: 'example-plumbing' });
  for (const [colorScheme, viewport] of LOOKS) {
    await t.test(`${colorScheme}, ${viewport.width}`, async () => {
      const page = await open(browser, { ...PHONE, isMobile: viewport.width < 700, viewport, colorScheme, javaScriptEnabled: false });
      await page.goto('/f/example-plumbing');
      await shot(page, `form-${colorScheme}-${viewport.width}`);
      await page.context().close();
      const judged = await open(browser, { viewport, colorScheme, bypassCSP: true, reducedMotion: 'reduce' });
      await judged.goto('/f/example-plumbing');
      await assertAccessible(judged, 'the form');
      await assertNoSideways(judged, 'the form');
      await judged.context().close();
    });
  }
  const page = await open(browser, { ...PHONE, javaScriptEnabled: false });
  await page.goto('/f/example-plumbing');
  await page.getByLabel('Your name').fill('Sipho Mokoena');
  await page.getByLabel('Telephone').fill('083 555 0301');
  await page.getByLabel('What do you need?').fill('The inverter beeps');
  assert.equal(await page.getByLabel('Leave this empty').isVisible(), false);
  await page.getByRole('button', { name: 'Send' }).tap();
  await page.waitForSelector('h1:has-text("Thank you")');
  await shot(page, 'form-thanks');
  await page.context().close();
  assert.ok((await post('/v1/enquiries/search', { sort: '-created_at', limit: 1 })).items[0].name === 'Sipho Mokoena');
});

test('text twice as large still fits', { skip }, async () => {
  const { path } = await quote([geyser, labour, blanket]);
  const page = await open(browser, { ...PHONE, viewport: { width: 180, height: 370 } });
  await page.goto(path);
  await page.waitForSelector('[data-act=accept]');
  await assertNoSideways(page, 'at 200 %');
  await page.context().close();
});

test('without a connection what was typed is kept, and it can be tried again', { skip }, async () => {
  const { path } = await quote([geyser]);
  const page = await open(browser, PHONE);
  await page.goto(path);
  await page.locator('[data-act=accept]').tap();
  await page.fill('#name', 'Naledi Dlamini');
  await page.getByRole('checkbox', { name: /I accept/ }).check();
  await page.context().setOffline(true);
  await page.locator('[data-act=accept-now]').tap();
  await page.waitForSelector('[role=alert]:has-text("No connection")');
  assert.equal(await page.inputValue('#name'), 'Naledi Dlamini');
  await page.context().setOffline(false);
  await page.locator('[data-act=accept-now]').tap();
  await page.waitForSelector('[data-state=accepted]');
  await page.context().close();
});

test('the first load stays within its budget, and nothing of the link goes into an address', { skip }, async () => {
  const { path } = await quote([geyser]);
  const page = await open(browser, PHONE);
  const sizes = new Map();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (/\.(js|css)$/.test(pathname)) sizes.set(pathname, response.body().then((body) => gzipSync(body, { level: 6 }).length));
  });
  await page.goto(path);
  await page.waitForSelector('[data-act=accept]');
  let total = 0;
  for (const size of sizes.values()) total += await size;
  assert.ok(sizes.size > 0, `no script came from ${BASE}`);
  assert.ok(total <= FIRST_LOAD_MAX, `${total} bytes of JS and CSS, at most ${FIRST_LOAD_MAX}`);
  const token = path.split('#')[1];
  assert.ok(asked.every((url) => !url.split('#')[0].includes(token)), 'the token stays behind the #');
  assert.deepEqual(await page.evaluate(() => [document.cookie, Object.keys(sessionStorage), Object.keys(localStorage)]), ['', [], []], 'nothing of it is stored');
  await page.context().close();
});
