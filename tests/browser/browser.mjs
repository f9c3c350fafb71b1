// What the stories share: the browser, people who sign in, and the watch over the content security policy.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { env } = process;

export const BASE = env.BASE ?? '';
export const SHOTS = env.SHOTS ?? '';
export const skip = BASE === '' ? 'BASE names no server' : false;
export const OWNER = { email: env.OWNER_EMAIL ?? '', password: env.OWNER_PASSWORD ?? '' };
export const TECH = { email: env.TECH_EMAIL ?? '', password: env.TECH_PASSWORD ?? '' };
/** Staff of the platform who look after the company. */
export const STAFF = JSON.parse(env.STAFF ?? '[]');

const WAIT_MS = 15_000;

export function launch() {
  return chromium.launch({
    executablePath: env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A page of a fresh person in a fresh browser profile. `page.violations` collects whatever the content security
 * policy or Trusted Types refuse, and every error that nobody caught.
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext({
    baseURL: BASE,
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  return openIn(context);
}

/** Another window of the same browser. */
export async function openIn(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.violations = [];
  await page.exposeFunction('reportViolation', (text) => page.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  page.on('pageerror', (error) => page.violations.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted(HTML|Script|Type)/i.test(message.text())) page.violations.push(message.text());
  });
  return page;
}

export async function signIn(page, person, path = '/') {
  await page.goto(path);
  await page.fill('#email', person.email);
  await page.fill('#password', person.password);
  await page.click('form button.primary');
  await page.waitForSelector('nav');
}

/** A call of the interface in the name of whoever is signed in on this page. */
export async function call(page, method, path, data, headers = {}) {
  const response = await page.context().request.fetch(`${BASE}${path}`, {
    method,
    headers: { 'X-App': '1', 'Sec-Fetch-Site': 'same-origin', Origin: BASE, ...headers },
    ...(data === undefined ? {} : { data }),
  });
  assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`);
  return response.status() === 204 ? null : response.json();
}

/** A customer with a job, made behind the screen, for the tests that are about something else. */
export async function makeJob(page, title) {
  const customer = await call(page, 'POST', '/v1/customers', { kind: 'company', name: `Bakery ${Date.now()}` });
  const site = await call(page, 'POST', '/v1/sites', { customer_id: customer.id, line1: '4 Loop Street', city: 'Cape Town' });
  const [type] = (await call(page, 'POST', '/v1/job_types/search', { limit: 1 })).items;
  return call(page, 'POST', '/v1/jobs', {
    title,
    customer_id: customer.id,
    site_id: site.id,
    requested_at: new Date().toISOString(),
    ...(type ? { job_type_id: type.id } : {}),
  });
}

const MERGE = { 'Content-Type': 'application/merge-patch+json' };

/** One of everything on the way from an enquiry to a payment, for the screens that show it. */
export async function makeMoney(page) {
  const post = (path, data = {}) => call(page, 'POST', `/v1/${path}`, data);
  const change = (plural, row, fields) => call(page, 'PATCH', `/v1/${plural}/${row.id}`, fields, { 'If-Match': `"${row.version}"`, ...MERGE });
  const mark = `${Date.now()}`.slice(-6);
  const me = await call(page, 'GET', '/v1/me');
  await change('tenants', await call(page, 'GET', `/v1/tenants/${me.tenant.id}`), { line1: '1 Kerk Street', city: 'Johannesburg' });
  if ((await call(page, 'GET', '/v1/vat_statuses')).items.length === 0) await post('vat_statuses', { valid_from: '2020-01-01', registered: true, vat_no: '4123456789' });
  const valve = await post('items', { code: `VALVE-${mark}`, name: 'Pressure valve', sell4: 389_0000, cost4: 210_0000 });
  const geyser = await post('items', { code: `GEYSER-${mark}`, name: 'Geyser 150 l', sell4: 5499_0000, cost4: 4100_0000 });
  const bundle = await post('items', { code: `SET-${mark}`, name: 'Geyser with valve', kind: 'bundle' });
  await post('bundle_lines', { bundle_id: bundle.id, item_id: geyser.id, qty3: 1000 });
  await post('bundle_lines', { bundle_id: bundle.id, item_id: valve.id, qty3: 2000, position: 110 });
  const list = await post('price_lists', { name: `Trade ${mark}`, discount_bp: 750 });
  await post('price_list_lines', { price_list_id: list.id, item_id: geyser.id, sell4: 5000_0000 });
  const enquiry = await post('enquiries', { name: `Naledi Dlamini ${mark}`, phone: `083${mark}1`, address: '14 Jacaranda Street', subject: 'Geyser is leaking', details: 'Since this morning; the ceiling is wet.' });
  const first = await post(`enquiries/${enquiry.id}/quote`);
  const lines = [{ item_id: geyser.id, qty3: 1000 }, { description: 'Labour', qty3: 3500, unit: 'h', price4: 650_0000 }];
  await post(`quotes/${first.id}/lines`, { lines });
  await post(`quotes/${first.id}/send`);
  await post(`quotes/${first.id}/accept`, { name: 'Naledi Dlamini' });
  const customer = await change('customers', await call(page, 'GET', `/v1/customers/${first.customer_id}`), { billing_line1: '14 Jacaranda Street', billing_city: 'Johannesburg', billing_email: `naledi-${mark}@example.test` });
  const [type] = (await post('job_types/search', { limit: 1 })).items;
  const job = await post(`quotes/${first.id}/job`, { job_type_id: type.id });
  await post('job_lines', { job_id: job.id, item_id: valve.id, qty3: 1000 });
  const bill = await post(`jobs/${job.id}/invoice`);
  const invoice = await post('invoices', { customer_id: customer.id });
  await post(`invoices/${invoice.id}/lines`, { lines: [{ item_id: valve.id, qty3: 2000 }] });
  await post(`invoices/${invoice.id}/approve`);
  await post(`invoices/${invoice.id}/send`);
  const payment = await post('payments', { customer_id: customer.id, date: new Date().toISOString().slice(0, 10), amount: 90_000, reference: 'Thank you' });
  await post(`payments/${payment.id}/allocate`, { invoice_id: invoice.id, amount: 50_000 });
  const [line] = (await call(page, 'GET', `/v1/invoice_lines?filter[invoice_id]=${invoice.id}`)).items;
  const credit = await post(`invoices/${invoice.id}/credit`, { reason: 'One too many', lines: [{ line_id: line.id, qty3: 1000 }] });
  const draft = await post('quotes', { customer_id: customer.id, site_id: first.site_id, title: 'Solar geyser instead of the old one' });
  const wished = [
    { ...lines[0], section: 'Geyser' }, { ...lines[1], section: 'Geyser', discount_bp: 500 }, { kind: 'subtotal', description: 'Subtotal', section: 'Geyser' },
    { description: 'Blanket for the geyser', qty3: 1000, unit: 'ea', price4: 450_0000, optional: true, section: 'Extras' }, { kind: 'text', description: 'The old geyser is taken away.', section: 'Extras' },
  ];
  await post(`quotes/${draft.id}/lines`, { lines: wished, intro: 'Thank you for asking us.' });
  const sent = await post('quotes', { customer_id: customer.id, site_id: first.site_id, title: 'Second bathroom' });
  await post(`quotes/${sent.id}/lines`, { lines: wished });
  await post(`quotes/${sent.id}/send`);
  const plan = await post('recurring_plans', { name: 'Annual service', customer_id: customer.id, site_id: first.site_id, job_type_id: type.id, every_months: 12, starts_on: '2027-01-15' });
  const [message] = (await call(page, 'GET', `/v1/messages?filter[quote_id]=${sent.id}`)).items;
  const [template] = (await post('templates/search', { filter: { kind: 'quote_sent' }, limit: 1 })).items;
  return { message, template, bill, bundle, credit, customer, draft, enquiry, invoice, job, list, payment, plan, sent };
}

/** A role of the company's own and a key of another system. */
export async function makeIdentity(page) {
  const mark = `${Date.now()}`.slice(-6);
  const role = await call(page, 'POST', '/v1/roles', { name: `Senior technician ${mark}`, base: 'technician', grants: 'customer.create=all\njob.create=all' });
  const expires_on = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const key = await call(page, 'POST', '/v1/api_keys', { name: `Accounting ${mark}`, scopes: 'invoice.read\npayment.read\npayment.write', addresses: '203.0.113.0/24', expires_on });
  return { role, key };
}

export async function shot(page, name) {
  if (SHOTS === '') return;
  mkdirSync(SHOTS, { recursive: true });
  // Whatever moves has come to rest.
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

export function assertClean(page, where) {
  assert.deepEqual(page.violations, [], `${where}: refused by the policy, or uncaught`);
}

/** Nothing may be wider than the screen, neither the page nor the part of it that scrolls. */
export async function assertNoSideways(page, where) {
  const wide = await page.evaluate(() => {
    const boxes = [document.scrollingElement, document.querySelector('main'), document.querySelector('dialog')];
    return boxes
      .filter((box) => box && box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.tagName} ${box.scrollWidth} > ${box.clientWidth}`);
  });
  assert.deepEqual(wide, [], `${where} scrolls sideways`);
}
