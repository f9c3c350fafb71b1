// Every screen, light and dark, wide and narrow: readable for all, within the policy, within the screen, within the budget.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { assertClean, assertNoSideways, BASE, call, launch, makeIdentity, makeJob, makeMoney, open, OWNER, shot, signIn, skip, STAFF, TECH } from './browser.mjs';
import { nextCode } from './proof.mjs';

const FIRST_LOAD_MAX = 110_000;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };
const CSV = 'Code,Name,Phone,Remarks\nA1,Bakery,+27115550100,"Ring, then wait"\nA2,School,+27115550101,\n';

let browser;
let job;
let money;
let identity;
/** Somebody of the platform's staff: a code for each of the times that he signs in. */
const staff = { person: STAFF.at(-1), codes: [] };

before(async () => {
  if (skip) return;
  browser = await launch();
  const page = await open(browser);
  await signIn(page, OWNER);
  job = await makeJob(page, 'Inverter shows error 12 after the storm');
  money = await makeMoney(page);
  identity = await makeIdentity(page);
  if (staff.person) await makeStaff(page);
  await page.context().close();
});
after(() => browser?.close());

const staffCall = (page, method, path, data) => call(page, method, path, data, { 'X-App': 'staff' });
const letStaffIn = async (page, reason, scope) => {
  const { items } = await call(page, 'GET', '/v1/support_grants/managers');
  return call(page, 'POST', '/v1/support_grants', { staff_id: items.find(({ name }) => name === staff.person.name).id, reason, scope });
};

/** His second step is set up, and what he asked for earlier is over. */
async function makeStaff(owner) {
  const page = await open(browser);
  const { email, password } = staff.person;
  await staffCall(page, 'POST', '/v1/staff/login', { email, password });
  const { setup, secret } = await staffCall(page, 'POST', '/v1/me/totp');
  staff.codes = (await staffCall(page, 'POST', '/v1/me/totp/confirm', { setup, code: await nextCode(page, secret) })).recovery_codes;
  const { items: [company] } = await staffCall(page, 'GET', '/v1/staff/companies');
  const { grant } = await staffCall(page, 'POST', '/v1/staff/requests', { tenant_id: company.id, reason: 'The list of customers is empty on my phone' });
  await call(owner, 'POST', `/v1/support_grants/${grant.id}/refuse`);
  await staffCall(page, 'POST', '/v1/staff/requests', { tenant_id: company.id, reason: 'You wrote that an import stopped', scope: 'write', hours: 8 });
  await page.context().close();
}

/** What staff of the platform see; the last of them goes into the company. */
const STAFF_SCREENS = {
  'staff': async (page) => {
    await page.goto('/staff');
    await page.waitForSelector('[data-act=enter]');
  },
  'staff-ask': async (page) => {
    await page.goto('/staff');
    await page.click('[data-act=ask]');
    await page.check('[data-act=emergency]');
  },
  'staff-inside': async (page) => {
    await page.goto('/staff');
    await page.click('[data-act=enter]');
    await page.waitForSelector('[data-inside]');
    await page.waitForSelector('[data-job]');
  },
  'staff-inside-customer': async (page) => {
    await page.goto(`/customers/${money.customer.id}`);
    await page.waitForSelector('#billing');
  },
  'staff-home': async (page) => {
    await page.goto('/staff');
    await page.waitForSelector('[data-act=on]');
  },
};

/** Plays each of them, let in for as long as it takes; and what the company sees of it. */
async function asStaff(t, owner, options, judge) {
  if (!staff.person) return;
  const page = await open(browser, options);
  const { email, password } = staff.person;
  await staffCall(page, 'POST', '/v1/staff/login', { email, password, code: staff.codes.pop() });
  const grant = await letStaffIn(owner, 'The statement of one customer is wrong by a cent', 'write');
  for (const [name, visit] of Object.entries(STAFF_SCREENS)) await t.test(name, () => visit(page).then(() => judge(page, name)));
  await t.test('support', async () => {
    await owner.goto('/settings/support');
    await owner.waitForSelector('[data-act=extend]');
    await owner.waitForSelector('[data-support]');
    await judge(owner, 'support');
  });
  await call(owner, 'POST', `/v1/support_grants/${grant.id}/end`);
  await page.context().close();
}

/** What one sees without being signed in. */
const OUTSIDE = {
  signin: async (page) => {
    await page.goto('/signin');
    await page.waitForSelector('#email');
  },
  refused: async (page) => {
    await page.goto('/signin');
    await page.fill('#email', 'nobody@example.test');
    await page.fill('#password', 'not the password');
    await page.click('form button.primary');
    await page.waitForSelector('.failure');
  },
  forgot: async (page) => {
    await page.goto('/forgot');
    await page.waitForSelector('form');
  },
  reset: async (page) => {
    await page.goto('/reset#x');
    await page.waitForSelector('form');
  },
  'invitation-gone': async (page) => {
    await page.goto('/invitation#x');
    await page.waitForSelector('.failure');
  },
  'new-address': async (page) => {
    await page.goto('/email#x');
    await page.waitForSelector('[data-act=confirm]');
  },
  'staff-signin': async (page) => {
    await page.goto('/staff');
    await page.waitForSelector('#email');
  },
  'company-signin': async (page) => {
    await page.goto('/signin/company');
    await page.waitForSelector('form');
  },
};

/** Where each screen is and how one gets there. */
const SCREENS = {
  jobs: async (page) => {
    await page.goto('/jobs');
    await page.waitForSelector('[data-job]');
  },
  filter: async (page) => {
    await page.goto('/jobs?stage=new');
    await page.waitForSelector('[data-job]');
    await page.getByRole('button', { name: /^Stage/ }).click();
  },
  empty: async (page) => {
    await page.goto('/jobs?from=1990-01-01&until=1990-01-01');
    await page.waitForSelector('text=No job passes these filters');
  },
  'new-job': async (page) => {
    await page.goto('/jobs');
    await page.getByRole('button', { name: 'New job' }).click();
    await page.waitForSelector('dialog');
  },
  job: async (page) => {
    await page.goto(`/jobs/${job.id}`);
    await page.waitForSelector('#tasks');
  },
  schedule: async (page) => {
    await page.goto(`/jobs/${job.id}`);
    await page.click('#visits header button');
    await page.waitForSelector('dialog');
  },
  import: async (page) => {
    await page.goto('/import');
    await page.setInputFiles('input[type=file]', { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
    await page.waitForSelector('#what');
    await page.selectOption('#what', 'noun:customer');
    await page.waitForSelector('#mapping-name');
  },
  audit: async (page) => {
    await page.goto('/audit');
    await page.waitForSelector('ol li');
  },
  'job-money': async (page) => {
    await page.goto(`/jobs/${money.job.id}`);
    await page.waitForSelector('[data-above]');
    await page.locator('#parts').scrollIntoViewIfNeeded();
  },
  enquiries: async (page) => {
    await page.goto('/enquiries');
    await page.waitForSelector('[data-row]');
  },
  'enquiries-hidden': async (page) => {
    await page.goto('/enquiries?status=spam');
    await page.waitForSelector('[data-act=unhide]');
  },
  enquiry: async (page) => {
    await page.goto(`/enquiries/${money.enquiry.id}`);
    await page.waitForSelector('#known');
  },
  'enquiry-new': async (page) => {
    await page.goto('/enquiries');
    await page.getByRole('button', { name: 'New enquiry' }).first().click();
    await page.waitForSelector('dialog');
  },
  quotes: async (page) => {
    await page.goto('/quotes');
    await page.waitForSelector('[data-row]');
  },
  quote: async (page) => {
    await page.goto(`/quotes/${money.draft.id}`);
    await page.waitForSelector('[data-line]');
    await page.waitForSelector('#diary ol');
  },
  'quote-sent': async (page) => {
    await page.goto(`/quotes/${money.sent.id}`);
    await page.waitForSelector('header [data-act=schedule]');
  },
  'quote-accept': async (page) => {
    await page.goto(`/quotes/${money.sent.id}`);
    await page.click('header [data-act=schedule]');
    await page.waitForSelector('dialog');
  },
  invoices: async (page) => {
    await page.goto('/invoices');
    await page.waitForSelector('[data-row]');
  },
  invoice: async (page) => {
    await page.goto(`/invoices/${money.invoice.id}`);
    await page.waitForSelector('[data-paid]');
  },
  'invoice-draft': async (page) => {
    await page.goto(`/invoices/${money.bill.id}`);
    await page.waitForSelector('[data-line]');
  },
  'invoice-approve': async (page) => {
    await page.goto(`/invoices/${money.bill.id}`);
    await page.click('header [data-act=approve]');
    await page.waitForSelector('dialog [data-stop], dialog [data-act=confirm]:not(:disabled)');
  },
  credits: async (page) => {
    await page.goto('/invoices/credits');
    await page.waitForSelector('[data-row]');
  },
  credit: async (page) => {
    await page.goto(`/invoices/credits/${money.credit.id}`);
    await page.waitForSelector('#totals');
  },
  payments: async (page) => {
    await page.goto('/invoices/payments');
    await page.waitForSelector('[data-row]');
  },
  payment: async (page) => {
    await page.goto(`/invoices/payments/${money.payment.id}`);
    await page.waitForSelector('#set');
  },
  'payment-new': async (page) => {
    await page.goto('/invoices/payments');
    await page.getByRole('button', { name: 'Record a payment' }).first().click();
    await page.waitForSelector('dialog');
  },
  customers: async (page) => {
    await page.goto('/customers');
    await page.waitForSelector('[data-row]');
  },
  customer: async (page) => {
    await page.goto(`/customers/${money.customer.id}`);
    await page.waitForSelector('#billing');
  },
  catalogue: async (page) => {
    await page.goto('/catalogue');
    await page.waitForSelector('[data-row]');
  },
  item: async (page) => {
    await page.goto(`/catalogue/${money.bundle.id}`);
    await page.waitForSelector('#parts li a');
  },
  'price-lists': async (page) => {
    await page.goto('/catalogue/lists');
    await page.waitForSelector('[data-row]');
  },
  'price-list': async (page) => {
    await page.goto(`/catalogue/lists/${money.list.id}`);
    await page.waitForSelector('#lines li a');
  },
  units: async (page) => {
    await page.goto('/catalogue/units');
    await page.waitForSelector('#units li');
  },
  tax: async (page) => {
    await page.goto('/catalogue/tax');
    await page.waitForSelector('#rates li');
  },
  plans: async (page) => {
    await page.goto('/plans');
    await page.waitForSelector('[data-row]');
  },
  plan: async (page) => {
    await page.goto(`/plans/${money.plan.id}`);
    await page.waitForSelector('#facts');
  },
  'quote-send': async (page) => {
    await page.goto(`/quotes/${money.draft.id}`);
    await page.click('header [data-act=send]');
    await page.waitForSelector('dialog figure');
  },
  messages: async (page) => {
    await page.goto('/messages');
    await page.waitForSelector('[data-row]');
  },
  message: async (page) => {
    await page.goto(`/messages/${money.message.id}`);
    await page.waitForSelector('#text');
  },
  templates: async (page) => {
    await page.goto('/messages/templates');
    await page.waitForSelector('[data-row]');
  },
  template: async (page) => {
    await page.goto(`/messages/templates/${money.template.id}`);
    await page.waitForSelector('#preview .prose');
  },
  channels: async (page) => {
    await page.goto('/messages/settings');
    await page.waitForSelector('#sms .value');
  },
  reports: async (page) => {
    await page.goto('/reports?report=ageing');
    await page.waitForSelector('tfoot');
  },
  me: async (page) => {
    await page.goto('/me');
    await page.waitForSelector('[data-session]');
  },
  'me-totp': async (page) => {
    await page.goto('/me');
    await page.click('[data-act=totp]');
    await page.waitForSelector('dialog [data-secret]');
  },
  people: async (page) => {
    await page.goto('/settings');
    await page.waitForSelector('[data-member]');
  },
  invite: async (page) => {
    await page.goto('/settings');
    await page.click('[data-act=invite]');
    await page.waitForSelector('dialog');
  },
  person: async (page) => {
    await page.goto('/settings');
    await page.locator('[data-member] a', { hasText: 'Thabo Nkosi' }).click();
    await page.waitForSelector('#diary ol');
  },
  leave: async (page) => {
    await page.goto('/settings');
    await page.locator('[data-member] a', { hasText: 'Thabo Nkosi' }).click();
    await page.click('[data-act=leave]');
    await page.waitForSelector('dialog');
  },
  roles: async (page) => {
    await page.goto('/settings/roles');
    await page.waitForSelector('[data-role]');
  },
  role: async (page) => {
    await page.goto(`/settings/roles/${identity.role.id}`);
    await page.waitForSelector('.changed select');
  },
  unused: async (page) => {
    await page.goto('/settings/unused');
    await page.locator('summary').first().click();
  },
  keys: async (page) => {
    await page.goto('/settings/keys');
    await page.waitForSelector('[data-key]');
  },
  'key-new': async (page) => {
    await page.goto('/settings/keys');
    await page.click('[data-act=new-key]');
    await page.click('[data-scope=job]');
  },
  'signin-rules': async (page) => {
    await page.goto('/settings/signin');
    await page.waitForSelector('#rules');
  },
  alerts: async (page) => {
    await page.goto('/settings/alerts');
    await page.waitForSelector('#alerts');
  },
  more: async (page) => {
    await page.goto('/customers');
    await page.waitForSelector('[data-row]');
    const menu = page.getByRole('button', { name: 'More', exact: true });
    if (await menu.count()) await menu.click();
  },
  missing: async (page) => {
    await page.goto('/nowhere');
    await page.waitForSelector('text=Nothing here');
  },
};

async function assertAccessible(page, where) {
  // Colours are judged when nothing is fading in any more.
  await page.waitForTimeout(300);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), WCAG);
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
  assert.deepEqual(found, [], where);
}

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing, ${scheme}`, { skip }, async (t) => {
    for (const [size, viewport] of Object.entries(SIZES)) {
      // axe is injected, which the policy rightly refuses; the policy itself is watched in the next test.
      const page = await open(browser, { viewport, colorScheme: scheme, bypassCSP: true, reducedMotion: 'reduce' });
      for (const [name, visit] of Object.entries(OUTSIDE)) {
        await t.test(`${name}, ${size}`, async () => {
          await visit(page);
          await assertAccessible(page, `${name}, ${size}, ${scheme}`);
        });
      }
      await signIn(page, OWNER);
      for (const [name, visit] of Object.entries(SCREENS)) {
        await t.test(`${name}, ${size}`, async () => {
          await visit(page);
          await assertAccessible(page, `${name}, ${size}, ${scheme}`);
        });
      }
      await t.test(`staff, ${size}`, (tt) => asStaff(tt, page, { viewport, colorScheme: scheme, bypassCSP: true, reducedMotion: 'reduce' }, (one, name) => assertAccessible(one, `${name}, ${size}, ${scheme}`)));
      await page.context().close();
      const tech = await open(browser, { viewport, colorScheme: scheme, bypassCSP: true, reducedMotion: 'reduce' });
      await signIn(tech, TECH);
      await t.test(`day, ${size}`, async () => {
        await tech.waitForSelector('text=/Up to date/');
        await assertAccessible(tech, `day, ${size}, ${scheme}`);
      });
      await tech.context().close();
    }
  });
}

test('no screen offends the policy, none scrolls sideways at 360 px', { skip }, async (t) => {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const scheme of ['light', 'dark']) {
      const page = await open(browser, { viewport, colorScheme: scheme });
      for (const [name, visit] of Object.entries(OUTSIDE)) {
        await visit(page);
        await shot(page, `${name}-${size}-${scheme}`);
        assertClean(page, name);
        await assertNoSideways(page, `${name}, ${size}`);
      }
      await signIn(page, OWNER);
      for (const [name, visit] of Object.entries(SCREENS)) {
        await t.test(`${name}, ${size}, ${scheme}`, async () => {
          await visit(page);
          await shot(page, `${name}-${size}-${scheme}`);
          assertClean(page, name);
          await assertNoSideways(page, `${name}, ${size}`);
        });
      }
      await t.test(`staff, ${size}, ${scheme}`, (tt) =>
        asStaff(tt, page, { viewport, colorScheme: scheme }, async (one, name) => {
          await shot(one, `${name}-${size}-${scheme}`);
          assertClean(one, name);
          await assertNoSideways(one, `${name}, ${size}`);
        }));
      await page.context().close();
      const tech = await open(browser, { viewport, colorScheme: scheme });
      await signIn(tech, TECH);
      await t.test(`day, ${size}, ${scheme}`, async () => {
        await tech.waitForSelector('text=/Up to date/');
        await shot(tech, `day-${size}-${scheme}`);
        assertClean(tech, 'day');
        await assertNoSideways(tech, `day, ${size}`);
      });
      await tech.context().close();
    }
  }
});

test('the policy is the strict one', { skip }, async () => {
  const page = await open(browser);
  const response = await page.goto('/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'"])
    assert.ok(policy.includes(part), `${part} in "${policy}"`);
  assert.doesNotMatch(policy, /unsafe-(inline|eval)/);
  const html = (await response?.text()) ?? '';
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, 'nothing is written into the page itself');
  await page.context().close();
});

test('the theme can be chosen against the system', { skip }, async () => {
  const page = await open(browser, { colorScheme: 'light' });
  await signIn(page, OWNER);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  const button = page.getByRole('button', { name: /^Theme/ });
  await button.click();
  assert.equal(await ground(), light);
  await button.click();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.waitForSelector('nav');
  assert.notEqual(await ground(), light, 'the choice survives a reload');
  await page.context().close();
});

test('the first load of the office stays within its budget', { skip }, async () => {
  const page = await open(browser);
  const sizes = new Map();
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (/\.(js|css)$/.test(pathname)) sizes.set(pathname, response.body().then((body) => gzipSync(body, { level: 6 }).length));
  });
  await signIn(page, OWNER);
  await page.waitForSelector('[data-job]');
  let total = 0;
  for (const size of sizes.values()) total += await size;
  assert.ok(sizes.size > 0, `no script came from ${BASE}`);
  assert.ok(total <= FIRST_LOAD_MAX, `${total} bytes of JS and CSS, at most ${FIRST_LOAD_MAX}`);
  await page.context().close();
});
