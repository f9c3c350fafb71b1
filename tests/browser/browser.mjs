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
