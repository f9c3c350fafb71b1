// From an enquiry to the last payment on the screens of the office, with the exact amounts of the acceptance scenario read from the page, and the
// catalogue with three thousand items in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { assertClean, call, launch, open, OWNER, shot, signIn, skip } from './browser.mjs';

const INVERTERS = process.env.INVERTERS ?? '';
const SEARCH_MS = 100;
const mark = Date.now() % 100_000;
const caller = `Naledi Dlamini ${mark}`;
const phone = `082 5${String(mark).padStart(5, '0').slice(0, 2)} ${String(mark).padStart(5, '0').slice(1)}`;

let browser;
let page;
let quotePath = '';
let jobPath = '';
let invoicePath = '';

before(async () => {
  if (skip) return;
  browser = await launch();
  page = await open(browser);
  await signIn(page, OWNER);
  const me = await call(page, 'GET', '/v1/me');
  const tenant = await call(page, 'GET', `/v1/tenants/${me.tenant.id}`);
  await call(page, 'PATCH', `/v1/tenants/${tenant.id}`, { line1: '1 Kerk Street', city: 'Johannesburg', postal_code: '2001' }, { 'If-Match': `"${tenant.version}"`, 'Content-Type': 'application/merge-patch+json' });
});
after(() => browser?.close());

/** An amount as it stands on the page, with ordinary spaces. */
const amount = async (name) => (await page.locator(`[data-total="${name}"]`).first().innerText()).replace(/[\u00a0\u202f]/g, ' ');
const waitFor = (name, text) =>
  page.waitForFunction(([which, wanted]) => [...document.querySelectorAll(`[data-total="${which}"]`)].some((node) => node.innerText.replace(/[\u00a0\u202f]/g, ' ') === wanted), [name, text]);
const confirm = () => page.click('dialog [data-act=confirm]');
const pathOf = () => new URL(page.url()).pathname;

test('the company is registered for VAT, and a rate that was announced is withdrawn', { skip }, async () => {
  await page.goto('/catalogue/tax');
  await page.waitForSelector('#rates');
  if ((await page.locator('#status li').count()) === 0) {
    await page.click('[data-act=add-status]');
    await page.getByLabel('VAT number').fill('4123456789');
    await page.locator('dialog input[type=date]').fill('2020-01-01');
    await confirm();
    await page.waitForSelector('#status li');
  }
  await page.click('[data-act=add-rate]');
  await page.getByLabel('Rate in percent').fill('15,5');
  await confirm();
  await page.waitForSelector('[data-rate=future]');
  await shot(page, 'tax');
  await page.click('[data-act=withdraw]');
  await page.waitForSelector('[data-rate=future]', { state: 'detached' });
});

test('n e from any screen: the caller is written down', { skip }, async () => {
  await page.goto('/jobs');
  await page.waitForSelector('[data-job]');
  await page.keyboard.press('n');
  await page.keyboard.press('e');
  const dialog = page.locator('dialog');
  await dialog.waitFor();
  await dialog.getByRole('combobox', { name: /^Who asks/ }).fill(phone);
  await dialog.getByRole('option', { name: /^Somebody new/ }).click();
  assert.equal(await dialog.getByLabel('Phone').inputValue(), phone, 'what was typed is a number');
  await dialog.getByLabel('Name', { exact: true }).fill(caller);
  await dialog.getByLabel('What is asked').fill('Geyser is leaking');
  await dialog.getByLabel('Where the work would be').fill('14 Jacaranda Street');
  await shot(page, 'enquiry-new');
  await dialog.getByRole('button', { name: 'Write it down' }).click();
  await page.waitForURL(/\/enquiries\/[0-9a-f-]{36}$/);
  await page.waitForSelector('#asked');
  await shot(page, 'enquiry');
});

test('one press makes the quote; totals while typing are the server\'s, to the cent', { skip }, async () => {
  await page.click('[data-act=quote]');
  await page.waitForURL(/\/quotes\/[0-9a-f-]{36}$/);
  quotePath = pathOf();
  await page.click('[data-add=item]');
  await page.keyboard.type('Geyser 150 l');
  await page.getByLabel('Line 1: price').fill('R5 499,00');
  await page.getByLabel('Line 1: price').press('Enter');
  await page.getByLabel('Line 2: what').fill('Labour');
  await page.getByLabel('Line 2: quantity').fill('3,5');
  await page.getByLabel('Line 2: unit').fill('h');
  await page.getByLabel('Line 2: price').fill('650.00');
  await waitFor('total', 'R 8 940,10');
  const typed = [await amount('net'), await amount('vat'), await amount('total')];
  await page.waitForSelector('[data-phase=saved]');
  assert.equal(await page.locator('.totals').getAttribute('data-from'), 'server');
  assert.deepEqual([await amount('net'), await amount('vat'), await amount('total')], typed);
  assert.deepEqual(typed, ['R 7 774,00', 'R 1 166,10', 'R 8 940,10']);
  await shot(page, 'quote-editor');
});

test('what was typed survives a reload in the middle of it', { skip }, async () => {
  await page.click('[data-add=text]');
  await page.keyboard.type('Old geyser is taken away');
  await page.reload();
  await page.waitForSelector('[data-line]');
  await page.waitForSelector('[data-kind=text] textarea');
  assert.equal(await page.locator('[data-kind=text] textarea').inputValue(), 'Old geyser is taken away');
  assert.equal(await amount('total'), 'R 8 940,10');
});

test('a field that cannot be read says so and spoils nothing else', { skip }, async () => {
  await page.getByLabel('Line 2: quantity').fill('three');
  await page.waitForSelector('[data-line] .fault');
  assert.equal(await amount('total'), 'R 8 940,10');
  await page.getByLabel('Line 2: quantity').fill('3,5');
  await page.waitForSelector('[data-line] .fault', { state: 'detached' });
  await page.getByLabel('Discount', { exact: true }).fill('10');
  await waitFor('total', 'R 8 046,09');
  await page.waitForFunction(() => document.querySelector('.totals')?.getAttribute('data-from') === 'server');
  assert.equal(await amount('total'), 'R 8 046,09');
  await page.getByLabel('Discount', { exact: true }).fill('');
  await waitFor('total', 'R 8 940,10');
});

test('sent, accepted by telephone and planned in two actions', { skip }, async () => {
  await page.click('header [data-act=send]');
  await shot(page, 'quote-send');
  await confirm();
  await page.waitForSelector('header [data-act=schedule]');
  await page.click('header [data-act=schedule]');
  assert.equal(await amount('accept'), 'R 8 940,10');
  assert.equal(await page.getByLabel('Who said yes').inputValue(), caller);
  const type = page.locator('#accept-type');
  if ((await type.inputValue()) === '') await type.selectOption({ index: 1 });
  await shot(page, 'quote-accept');
  await confirm();
  await page.waitForSelector('dialog [data-person]');
  await page.locator('dialog [data-person]').first().click();
  await page.click('dialog [data-act=schedule]');
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}$/);
  jobPath = pathOf();
  await page.waitForSelector('#parts table');
});

test('four hours and a valve: what is above the agreed sum is said, and becomes a variation untyped', { skip }, async () => {
  await page.locator('[data-work] input').nth(1).fill('4');
  await page.locator('[data-work] input').nth(1).press('Tab');
  await page.waitForSelector('[data-above]');
  await page.getByLabel('Add a part or work').fill('Pressure valve');
  await page.locator('#parts form').getByLabel('Price').fill('389');
  await page.click('[data-act=add-line]');
  await page.waitForFunction(() => document.querySelectorAll('[data-work]').length === 3);
  const sum = async (name) => (await page.locator(`[data-sum=${name}]`).innerText()).replace(/[\u00a0\u202f]/g, ' ');
  assert.deepEqual([await sum('quoted'), await sum('used'), await sum('billed'), await sum('unbilled'), await sum('authorised')], ['R 7 774,00', 'R 8 488,00', 'R 0,00', 'R 8 488,00', 'R 7 774,00']);
  await page.locator('#money').scrollIntoViewIfNeeded();
  await shot(page, 'job-money');
  await page.click('[data-act=vary]');
  await page.waitForURL(/\/quotes\/[0-9a-f-]{36}$/);
  await page.waitForSelector('[data-line]');
  assert.deepEqual([await amount('net'), await amount('vat'), await amount('total')], ['R 714,00', 'R 107,10', 'R 821,10']);
});

test('the invoice says what stops it, is approved once that is mended, and comes to 9,761.20', { skip }, async () => {
  const variation = pathOf();
  await page.goto(jobPath);
  await page.click('[data-act=invoice]');
  await page.waitForURL(/\/invoices\/[0-9a-f-]{36}$/);
  invoicePath = pathOf();
  await page.waitForSelector('[data-line]');
  assert.equal(await amount('total'), 'R 9 761,20');
  await shot(page, 'invoice-draft');
  await page.click('header [data-act=approve]');
  await page.waitForSelector('[data-stop="/buyer/address"]');
  assert.ok(await page.locator('dialog [data-act=confirm]').isDisabled());
  await shot(page, 'invoice-stopped');
  await page.click('dialog [data-stop="/buyer/address"] a');
  await page.waitForURL(/\/customers\//);
  await page.locator('#billing button.value').first().click();
  await page.keyboard.type('14 Jacaranda Street');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#billing .saved');
  await page.goto(variation);
  await page.click('header [data-act=send]');
  await confirm();
  await page.click('header [data-act=accept]');
  await confirm();
  await page.waitForSelector('text=Open the job');
  await page.goto(invoicePath);
  await page.click('header [data-act=approve]');
  await page.waitForSelector('dialog [data-act=confirm]:not(:disabled)');
  assert.equal(await amount('approve'), 'R 9 761,20');
  await shot(page, 'invoice-approve');
  await confirm();
  await page.click('header [data-act=send]');
  await confirm();
  await page.waitForSelector('header [data-act=pay]');
  assert.match(await page.locator('header .num').first().innerText(), /^INV-\d{5}$/);
  assert.equal(await amount('balance'), 'R 9 761,20');
});

test('two payments settle it', { skip }, async () => {
  await page.click('header [data-act=pay]');
  await page.getByLabel('Amount').fill('5 000,00');
  await shot(page, 'payment-new');
  await confirm();
  await waitFor('balance', 'R 4 761,20');
  await page.click('header [data-act=pay]');
  assert.equal((await page.getByLabel('Amount').inputValue()).replace(/[\u00a0\u202f]/g, ' '), '4 761,20', 'what is open is proposed');
  await confirm();
  await waitFor('balance', 'R 0,00');
  assert.equal(await amount('paid'), 'R 9 761,20');
  await page.waitForSelector('header :text("Paid")');
  await shot(page, 'invoice-paid');
});

test('a line is credited: minus 447.35, on the customer\'s account', { skip }, async () => {
  await page.getByRole('button', { name: 'Other steps of this invoice' }).click();
  await page.click('[data-act=credit]');
  await page.locator('dialog').getByText('Pressure valve').click();
  await page.locator('dialog').getByLabel('Reason').fill('Valve was faulty');
  await shot(page, 'credit-new');
  await confirm();
  await page.waitForURL(/\/invoices\/credits\/[0-9a-f-]{36}$/);
  await page.click('header [data-act=approve]');
  await confirm();
  await page.waitForSelector('[data-total=account]');
  assert.equal(await amount('total'), '-R 447,35');
  assert.match(await amount('account'), /^R 447,35/);
  await shot(page, 'credit');
  await page.locator('#facts a[href^="/customers/"]').click();
  await page.waitForSelector('[data-sum=balance]');
  assert.equal((await page.locator('[data-sum=balance]').innerText()).replace(/[\u00a0\u202f]/g, ' '), '-R 447,35');
  await shot(page, 'customer');
  assertClean(page, 'from the enquiry to the last payment');
});

test('the same caller is known the next time, with what he has here', { skip }, async () => {
  await page.keyboard.press('n');
  await page.keyboard.press('e');
  const dialog = page.locator('dialog');
  await dialog.getByRole('combobox', { name: /^Who asks/ }).fill(phone);
  await dialog.getByRole('option', { name: new RegExp(caller) }).first().click();
  await dialog.locator('.known').waitFor();
  assert.match(await dialog.locator('.known').innerText(), /14 Jacaranda Street/);
  await shot(page, 'enquiry-known');
  await page.keyboard.press('Escape');
});

/** Tabs on until the element is reached that `wanted` tells of the focused one; the mouse is never touched. */
async function tabTo(wanted, what) {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate(wanted)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${what}`);
}

test('a quote is begun, written and put in order by keyboard alone', { skip }, async () => {
  await page.goto('/quotes');
  await page.waitForSelector('[data-row]');
  await page.keyboard.press('n');
  await page.keyboard.press('q');
  await page.waitForSelector('dialog');
  await page.keyboard.type(caller);
  await page.locator('dialog [role=option]', { hasText: new RegExp(`^\\s*${caller}`) }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction((name) => document.querySelector('dialog [role=combobox]')?.value === name, caller);
  await tabTo(() => /^What it is about/.test(document.activeElement?.labels?.[0]?.innerText ?? ''), 'the title');
  await page.keyboard.type('New taps');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/quotes\/[0-9a-f-]{36}$/);
  await page.waitForSelector('[data-add=item]');
  await tabTo(() => document.activeElement?.getAttribute('data-add') === 'item', 'the button for a line');
  await page.keyboard.press('Enter');
  for (const [what, qty, price] of [['Washer', '4', '12,50'], ['Tap', '2', '300']]) {
    await page.keyboard.type(what);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.type(qty);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(price);
    if (what === 'Washer') await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[data-phase=saved]');
  assert.equal(await amount('net'), 'R 650,00');
  assert.ok(await page.getByLabel('Line 1: price').evaluate((field) => field === document.activeElement), 'the field goes along with its line');
  const id = pathOf().split('/').pop();
  const quote = await call(page, 'GET', `/v1/quotes/${id}`);
  const lines = (await call(page, 'GET', `/v1/quote_lines?filter[quote_version_id]=${quote.version_id}&sort=position`)).items;
  assert.deepEqual(lines.map((line) => [line.description, line.qty3, line.price4]), [['Tap', 2000, 3000000], ['Washer', 4000, 125000]]);
});

test('an enquiry from a number that is known says whose it may be, and one press ties it to him', { skip }, async () => {
  const web = await call(page, 'POST', '/v1/enquiries', { name: 'N. Dlamini', phone, subject: 'It leaks again', source: 'web' });
  await page.goto(`/enquiries/${web.id}`);
  await page.waitForSelector('#perhaps');
  assert.ok((await page.locator('#perhaps').innerText()).includes(caller));
  await shot(page, 'enquiry-perhaps');
  await page.click('[data-act=is-this]');
  await page.waitForSelector('#known');
  assert.ok((await page.locator('#known').innerText()).includes('14 Jacaranda Street'));
});

test('before it is sent the words are shown with the real values; the message waits for a mail server and says so', { skip }, async () => {
  const customer = await call(page, 'POST', '/v1/customers', { kind: 'person', name: `Sipho ${mark}`, billing_email: `sipho-${mark}@example.test` });
  const quote = await call(page, 'POST', '/v1/quotes', { customer_id: customer.id, title: 'Gutter' });
  await call(page, 'POST', `/v1/quotes/${quote.id}/lines`, { lines: [{ description: 'Gutter', qty3: 1000, price4: 100_0000 }] });
  await page.goto(`/quotes/${quote.id}`);
  await page.click('header [data-act=send]');
  await page.waitForSelector('dialog figure');
  const words = await page.locator('dialog figure').innerText();
  for (const word of [`Sipho ${mark}`, quote.no, '115,00']) assert.ok(words.includes(word), `${word} in ${words}`);
  await confirm();
  await page.waitForSelector('[data-message=queued] .error');
  assert.match(await page.locator('[data-message=queued]').innerText(), /no mail server/);
  await shot(page, 'quote-sent');
  await page.locator('header .menu button').first().click();
  await page.click('[data-act=link]');
  const link = page.locator('dialog input[readonly]');
  await link.waitFor();
  assert.match(await link.inputValue(), /^https:.*#.+/, 'the token stands behind the #, where no server logs it');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Do not send it' }).click();
  await page.waitForSelector('[data-message=cancelled]');
});

test('two people at one quote: nobody\'s lines are overwritten unasked', { skip }, async () => {
  const customer = await call(page, 'POST', '/v1/customers', { kind: 'person', name: `Two ${mark}` });
  const quote = await call(page, 'POST', '/v1/quotes', { customer_id: customer.id, title: 'Two at once' });
  const lines = (what) => ({ lines: [{ description: what, qty3: 1000, price4: 10_0000 * what.length }] });
  await call(page, 'POST', `/v1/quotes/${quote.id}/lines`, lines('As it was'));
  const held = async () => (await call(page, 'GET', `/v1/quote_lines?filter[quote_version_id]=${quote.version_id}`)).items.map(({ description }) => description);
  await page.goto(`/quotes/${quote.id}`);
  await page.waitForSelector('[data-line]');
  await call(page, 'POST', `/v1/quotes/${quote.id}/lines`, lines('Theirs'));
  await page.getByLabel('Line 1: what').fill('Mine');
  await page.waitForSelector('[data-clash]');
  assert.deepEqual(await held(), ['Theirs']);
  assert.equal(await page.getByLabel('Line 1: what').inputValue(), 'Mine');
  await shot(page, 'quote-clash');
  await page.click('[data-clash] button:has-text("Keep mine")');
  await page.waitForSelector('[data-phase=saved]');
  assert.deepEqual(await held(), ['Mine']);
  await call(page, 'POST', `/v1/quotes/${quote.id}/lines`, lines('Theirs again'));
  await page.getByLabel('Line 1: what').fill('Mine again');
  await page.click('[data-clash] button:has-text("Take theirs")');
  await page.waitForFunction(() => document.querySelector('[data-line] input')?.value === 'Theirs again');
  assert.deepEqual(await held(), ['Theirs again']);
});

test('VAT that changes after the draft was made blocks the approval, shows both totals and lets a person decide', { skip }, async () => {
  const customer = await call(page, 'POST', '/v1/customers', { kind: 'person', name: `Zanele ${mark}` });
  const draft = await call(page, 'POST', '/v1/invoices', { customer_id: customer.id });
  await call(page, 'POST', `/v1/invoices/${draft.id}/lines`, { lines: [{ description: 'Pump', qty3: 1000, price4: 1000_0000 }] });
  const standard = (await call(page, 'GET', '/v1/tax_codes')).items.find(({ code }) => code === 'STD');
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const rate = await call(page, 'POST', '/v1/tax_rates', { tax_code_id: standard.id, rate_bp: 1600, valid_from: day });
  const now = await call(page, 'GET', `/v1/invoices/${draft.id}`);
  await call(page, 'PATCH', `/v1/invoices/${draft.id}`, { date: day }, { 'If-Match': `"${now.version}"`, 'Content-Type': 'application/merge-patch+json' });
  await page.goto(`/invoices/${draft.id}`);
  await page.click('header [data-act=approve]');
  await page.click('dialog [data-act=tax-again]');
  await page.waitForSelector('dialog [data-act=confirm]:not(:disabled)');
  assert.equal(await amount('approve'), 'R 1 160,00');
  assert.match((await page.locator('dialog dl').innerText()).replace(/[\u00a0\u202f]/g, ' '), /R 1 150,00/);
  await shot(page, 'invoice-tax-changed');
  await page.keyboard.press('Escape');
  await call(page, 'DELETE', `/v1/tax_rates/${rate.id}`, undefined, { 'If-Match': `"${rate.version}"` });
});

test('three thousand items come in, and a few letters find one at once', { skip: skip || (INVERTERS === '' && 'INVERTERS names no file'), timeout: 240_000 }, async () => {
  await page.goto('/import');
  await page.setInputFiles('input[type=file]', { name: 'cec-inverters.csv', mimeType: 'text/csv', buffer: readFileSync(INVERTERS) });
  await page.waitForSelector('#what');
  await page.selectOption('#what', 'preset:cec-inverters');
  await page.click('[data-act=dry]');
  await page.waitForSelector('[data-act=run]', { timeout: 120_000 });
  assert.equal((await page.locator('[data-count=created] dd').first().innerText()).replace(/\D/g, ''), '3264');
  await page.click('[data-act=run]');
  await page.waitForSelector('[data-act=undo]', { timeout: 120_000 });
  const draft = await call(page, 'POST', '/v1/quotes', { customer_id: (await call(page, 'POST', '/v1/customers/search', { limit: 1 })).items[0].id, title: 'Inverter' });
  await page.goto(`/quotes/${draft.id}`);
  await page.click('[data-add=item]');
  const times = [];
  for (const words of ['fronius', 'sma sb', 'solaredge', 'enphase', 'huawei', 'abb tri', 'outback']) {
    await page.getByLabel('Line 1: what').fill('');
    await page.waitForSelector('[role=listbox]', { state: 'hidden' });
    // From the last letter to the list that has it, as the person at the keyboard waits for it.
    times.push(
      await page.getByLabel('Line 1: what').evaluate((field, text) => new Promise((done, fail) => {
        const list = document.getElementById(field.getAttribute('aria-controls'));
        const first = text.split(' ')[0];
        const late = setTimeout(() => fail(new Error(`nothing found for ${text}`)), 5000);
        const begin = performance.now();
        new MutationObserver((_, watch) => {
          if (list.hidden || !list.innerText.toLowerCase().includes(first)) return;
          watch.disconnect();
          clearTimeout(late);
          done(performance.now() - begin);
        }).observe(list, { childList: true, subtree: true, attributes: true, characterData: true });
        field.focus();
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }), words),
    );
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  console.log(`search as one types: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  assert.ok(median < SEARCH_MS, `half of the searches take longer than ${median.toFixed(0)} ms`);
  await shot(page, 'quote-search');
  assertClean(page, 'the catalogue');
});
