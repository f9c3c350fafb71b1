// Staff of the platform: they see nothing before the company lets them in, everybody sees that they are in, and a page of
// theirs is never taken for one of the office. (S-133, S-137, S-138)

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertClean, assertNoSideways, BASE, call, launch, open, openIn, OWNER, shot, signIn, skip, STAFF } from './browser.mjs';
import { keep, nextCode } from './proof.mjs';

const OFFICE = { email: process.env.OFFICE_EMAIL ?? '', password: process.env.OFFICE_PASSWORD ?? '' };
const none = skip || (STAFF.length < 2 ? 'STAFF names nobody' : false);
const NARROW = { width: 360, height: 740 };
const [thandi, piet] = STAFF;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Signs in at the staff's own door; the first time that leads through setting up a second step. */
async function enter(page, who, path = '/staff') {
  await page.goto(path);
  await page.fill('#email', who.email);
  await page.fill('#password', who.password);
  await page.click('form button.primary');
  if (who.secret) {
    await page.fill('input[name=code]', await nextCode(page, who.secret));
    await page.click('[data-act=prove]');
  } else {
    await page.waitForSelector('text=Set up your second step');
    await page.click('[data-act=totp]');
    who.secret = await page.locator('[data-secret]').innerText();
    await page.fill('input[name=code]', await nextCode(page, who.secret));
    await page.click('[data-act=confirm]');
    assert.equal((await keep(page)).length, 10);
  }
  await page.waitForSelector('[data-company]');
}

async function goIn(page) {
  await page.click('[data-act=enter]');
  await page.waitForSelector('nav');
  await page.waitForSelector('[data-inside]');
}

const endAll = async (owner) => {
  for (const { id, state } of (await call(owner, 'GET', '/v1/support_grants')).items) if (state === 'active' || state === 'requested') await call(owner, 'POST', `/v1/support_grants/${id}/end`);
};

test('the owner lets somebody in, everybody sees it, it is extended and ended', { skip: none, timeout: 120_000 }, async () => {
  const [owner, office, staff] = [await open(browser), await open(browser), await open(browser, { viewport: NARROW, acceptDownloads: true })];
  await enter(staff, thandi);
  await shot(staff, 'staff-first');
  await assertNoSideways(staff, 'staff');
  await staff.waitForSelector('text=You have never asked to be let in');
  assert.equal(await staff.locator('[data-act=enter]').count(), 0);

  await signIn(owner, OWNER, '/settings/support');
  await owner.click('[data-act=grant]');
  await owner.selectOption('#support-who', { label: thandi.name });
  await owner.fill('#support-reason', 'The statement is wrong by a cent');
  await owner.selectOption('#support-hours', '1');
  await shot(owner, 'support-grant');
  await owner.click('dialog [data-act=confirm]');
  const line = owner.locator('[data-grant]', { hasText: 'wrong by a cent' }).first();
  await line.locator('text=Is in').waitFor();
  await owner.waitForSelector('[data-support]');
  assert.match(await owner.locator('[data-support]').innerText(), /Thandi Mokoena.*can read.*wrong by a cent/);
  await shot(owner, 'support-active');
  await signIn(office, OFFICE, '/customers');
  assert.match(await office.locator('[data-support]').innerText(), /Thandi Mokoena/, 'everybody sees it, on every page');
  assert.equal(await office.locator('[data-support] a').count(), 0, 'who does not decide is sent nowhere');

  const { items: [before] } = await call(owner, 'GET', '/v1/support_grants');
  await line.locator('[data-act=extend]').click();
  const longer = async () => Date.parse((await call(owner, 'GET', `/v1/support_grants/${before.id}`)).end_at) - Date.parse(before.end_at);
  for (let tries = 0; (await longer()) === 0 && tries < 50; tries++) await owner.waitForTimeout(100);
  assert.equal(await longer(), 4 * 3_600_000);

  await staff.click('[data-act=again]');
  await goIn(staff);
  assert.match(await staff.locator('[data-inside]').innerText(), /You are in the company Example Plumbing & Solar, to read: The statement is wrong by a cent/);
  assert.equal(await staff.locator('[data-support]').count(), 0, 'his own line is not told twice');
  await staff.goto('/customers');
  await staff.waitForSelector('[data-row]');
  await staff.waitForSelector('[data-inside]');
  await shot(staff, 'staff-inside-customers');
  await assertNoSideways(staff, 'inside');
  await staff.goto('/settings/support');
  await staff.waitForSelector('text=Nothing here');
  await staff.goto('/me');
  await staff.waitForSelector('text=Nothing here');

  const job = (await call(owner, 'POST', '/v1/jobs/search', { limit: 1 })).items[0];
  await staff.goto(`/jobs/${job.id}`);
  const [file] = await Promise.all([staff.waitForEvent('download'), staff.locator('a[href$="card.pdf"]').first().click()]);
  assert.equal(file.suggestedFilename(), 'card.pdf');

  await line.locator('[data-act=end]').click();
  await line.locator('text=Ended').waitFor();
  await owner.waitForSelector('[data-support]', { state: 'detached' });
  await staff.evaluate(() => history.pushState({}, '', '/customers'));
  await staff.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
  await staff.waitForURL('**/staff');
  await staff.waitForSelector('[data-company]');
  await staff.goto('/jobs');
  await staff.waitForSelector('#email');
  assert.equal(new URL(staff.url()).pathname, '/signin', 'without leave this is the office of nobody');
  for (const page of [owner, office, staff]) {
    assertClean(page, 'support access');
    await page.context().close();
  }
});

test('asked for with a reason, answered by the company, left by oneself', { skip: none, timeout: 120_000 }, async () => {
  const [owner, staff] = [await open(browser, { viewport: NARROW }), await open(browser)];
  await enter(staff, thandi);
  await staff.click('[data-act=ask]');
  await staff.fill('#ask-reason', 'You wrote that an import stopped');
  await staff.selectOption('#ask-scope', 'write');
  await staff.selectOption('#ask-hours', '2');
  await shot(staff, 'staff-asking');
  await staff.click('dialog [data-act=confirm]');
  await staff.waitForSelector('dialog', { state: 'detached' });
  const grant = staff.locator('[data-grant]').first();
  await grant.locator('text=Asked').waitFor();
  assert.equal(await staff.locator('[data-act=enter]').count(), 0, 'asked is not let in');

  await signIn(owner, OWNER, '/settings/support');
  const line = owner.locator('[data-grant]', { hasText: 'import stopped' }).first();
  await line.locator('text=Asks to come in').waitFor();
  await shot(owner, 'support-asked');
  await assertNoSideways(owner, 'support');
  await line.locator('[data-act=approve]').click();
  await line.locator('text=Is in').waitFor();
  await owner.waitForSelector('[data-support]');
  assert.match(await owner.locator('[data-support]').innerText(), /read and change/);

  await staff.click('[data-act=again]');
  await goIn(staff);
  await shot(staff, 'staff-inside');
  const [customer] = (await call(owner, 'GET', '/v1/customers?limit=1')).items;
  await staff.goto(`/customers/${customer.id}`);
  await staff.waitForSelector('#billing');
  await staff.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
  await shot(staff, 'staff-inside-scrolled');
  const covered = await staff.evaluate(() => document.querySelector('[data-inside]').getBoundingClientRect().bottom > document.querySelector('main').getBoundingClientRect().top + 1);
  assert.equal(covered, false, 'the line covers nothing of the page');
  assert.ok((await staff.locator('[data-inside]').boundingBox()).y === 0, 'and stays while one scrolls');
  assert.match(await staff.locator('[data-inside]').innerText(), /to read and change/);
  await staff.reload();
  await staff.waitForSelector('[data-inside]');
  await staff.click('[data-act=leave]');
  await staff.waitForURL('**/staff');
  await staff.waitForSelector('[data-act=enter]');
  assert.equal((await staff.context().request.get(`${BASE}/v1/customers`, { headers: { 'X-App': 'staff' } })).status(), 404, 'out is out, though the leave still holds');
  await staff.goBack();
  await staff.waitForSelector('#email, [data-company]');
  assert.equal(await staff.locator('[data-row], [data-job]').count(), 0, 'nothing of the company comes back');
  await endAll(owner);
  for (const page of [owner, staff]) {
    assertClean(page, 'asked');
    await page.context().close();
  }
});

test('an emergency takes a colleague, who sees what for, and says so to the owner', { skip: none, timeout: 120_000 }, async () => {
  const [owner, one, two] = [await open(browser), await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] }), await open(browser, { viewport: NARROW })];
  await enter(one, thandi);
  await one.click('[data-act=ask]');
  await one.fill('#ask-reason', 'Nobody answers and data are being lost');
  await one.check('[data-act=emergency]');
  await one.waitForSelector('text=Only if the company cannot be reached');
  assert.equal(await one.locator('#ask-scope').isDisabled(), true, 'to read only');
  assert.deepEqual(await one.locator('#ask-hours option').allInnerTexts(), ['one hour', '2 hours']);
  await shot(one, 'staff-emergency');
  await one.click('dialog [data-act=confirm]');
  await one.waitForSelector('[data-act=copy]');
  assert.equal(await one.locator('[data-act=enter]').count(), 0, 'one alone does not get in');
  await one.click('[data-act=copy]');
  await one.waitForSelector('text=Copied');
  const link = await one.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${BASE}/staff#`), link);

  await one.goto(link.replace('/staff', '/staff?'));
  await one.waitForSelector('#approve .failure');
  assert.match(await one.locator('#approve .failure').innerText(), /Somebody else must approve/);
  await enter(two, piet, link);
  await two.waitForSelector('#approve blockquote');
  const said = await two.locator('#approve').innerText();
  assert.match(said, /Example Plumbing & Solar[^]*Thandi Mokoena[^]*2 hours[^]*Nobody answers and data are being lost/);
  await shot(two, 'staff-approve');
  await assertNoSideways(two, 'approve');
  await two.click('[data-act=approve]');
  await two.waitForSelector('[data-approved]');
  await two.click('[data-act=drop]');
  assert.equal(new URL(two.url()).hash, '');
  assert.equal(await two.locator('[data-act=enter]').count(), 0, 'the second does not get in by it');

  await one.goto('/staff');
  await goIn(one);
  await signIn(owner, OWNER, '/settings/alerts');
  await owner.waitForSelector('text=/emergency/i');
  assert.match(await owner.locator('[data-support]').innerText(), /Thandi Mokoena.*data are being lost/);
  await shot(owner, 'support-emergency');
  await endAll(owner);
  for (const page of [owner, one, two]) {
    assertClean(page, 'emergency');
    await page.context().close();
  }
});

test('in one browser a page of the office and one of the staff each stay what they are', { skip: none, timeout: 120_000 }, async () => {
  const office = await open(browser);
  const context = office.context();
  await signIn(office, OWNER, '/customers');
  const me = await call(office, 'GET', '/v1/me');
  const { items } = await call(office, 'GET', '/v1/support_grants/managers');
  await call(office, 'POST', '/v1/support_grants', { staff_id: items.find(({ name }) => name === thandi.name).id, reason: 'Both in one browser' }, {});
  const staff = await openIn(context);
  const apps = { office: new Set(), staff: new Set() };
  for (const [name, page] of Object.entries({ office, staff }))
    page.on('request', (request) => new URL(request.url()).pathname.startsWith('/v1/') && apps[name].add(request.headers()['x-app'] ?? 'none'));
  await enter(staff, thandi);
  await goIn(staff);
  await staff.waitForSelector('[data-job]');
  await staff.click('nav a[href="/customers"]');
  await staff.waitForSelector('[data-row]');
  assert.match(await staff.locator('.own .who').innerText(), new RegExp(thandi.name));

  await office.click('nav a[href="/jobs"]');
  await office.waitForSelector('[data-job]');
  await office.reload();
  await office.waitForSelector('[data-job]');
  assert.match(await office.locator('.own .who').innerText(), new RegExp(me.user.name));
  assert.equal(await office.locator('[data-inside]').count(), 0);
  assert.deepEqual([...apps.office], ['1']);
  assert.deepEqual([...apps.staff], ['staff']);

  // A second window of the staff leaves: the first does not stay in a company that its session is not in any more.
  const second = await openIn(context);
  await second.goto('/staff');
  await second.click('[data-act=leave]');
  await second.waitForSelector('[data-act=enter]');
  await staff.waitForURL('**/staff');
  await staff.waitForSelector('[data-company]');

  // The office goes, the staff stay; then with the staff's cookie alone no page of the office acts as them.
  await office.getByRole('button', { name: 'Sign out' }).click();
  await office.waitForSelector('#email');
  await staff.reload();
  await staff.waitForSelector('[data-act=enter]');
  await goIn(staff);
  await office.goto('/customers');
  await office.waitForSelector('#email');
  assert.equal(new URL(office.url()).pathname, '/signin');
  await staff.getByRole('button', { name: 'Sign out' }).click();
  await staff.waitForURL('**/staff');
  await staff.waitForSelector('#email');
  assert.equal((await context.request.get(`${BASE}/v1/staff/me`, { headers: { 'X-App': 'staff' } })).status(), 401);
  await signIn(office, OWNER);
  await endAll(office);
  for (const page of [office, staff, second]) assertClean(page, 'both');
  await context.close();
});
