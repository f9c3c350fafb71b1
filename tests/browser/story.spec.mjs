// A day in a small company: the list comes in, a job is planned, the technician goes, the record holds.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { assertClean, BASE, call, launch, open, OWNER, shot, signIn, skip, TECH } from './browser.mjs';

const CSV = process.env.CSV ?? '';
const IMPORT_MS = 180_000;
const title = `Geyser trips the board ${Date.now()}`;

let browser;
let owner;
let tech;
let jobPath = '';
let technician = '';

before(async () => {
  if (skip) return;
  browser = await launch();
  owner = await open(browser);
  tech = await open(browser, { viewport: { width: 360, height: 740 }, hasTouch: true });
});
after(() => browser?.close());

test('the owner signs in and lands on the jobs', { skip }, async () => {
  await owner.goto('/signin');
  await shot(owner, 'signin');
  await owner.fill('#email', OWNER.email);
  await owner.fill('#password', `${OWNER.password}!`);
  await owner.click('form button.primary');
  await owner.waitForSelector('[role=alert]');
  assert.ok(!/support/.test(await owner.locator('[role=alert]').innerText()), 'a wrong password is nothing for support');
  assert.equal(await owner.inputValue('#email'), OWNER.email, 'a refusal keeps what was typed');
  await signIn(owner, OWNER, '/jobs');
  await owner.waitForSelector('h1:has-text("Jobs")');
  assert.equal(new URL(owner.url()).pathname, '/jobs');
});

test('the import is tried, run and counted', { skip: skip || (CSV === '' && 'CSV names no file') }, async () => {
  await owner.click('nav a[href="/import"]');
  await owner.setInputFiles('input[type=file]', CSV);
  await owner.waitForSelector('#what');
  assert.match(await owner.locator('.drop').innerText(), new RegExp(basename(CSV).replaceAll('.', '\\.')));
  await owner.selectOption('#what', 'preset:la311');
  await owner.click('[data-act=dry]');
  await owner.waitForSelector('[data-act=run]', { timeout: IMPORT_MS });
  const counts = await owner.locator('[data-count] dd').allInnerTexts();
  const rows = counts.reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0);
  const found = /^[\d\s]+/.exec(await owner.locator('p[role=status]').first().innerText());
  assert.equal(rows, Number(found?.[0].replace(/\D/g, '')), 'every row of the file is created, changed, unchanged or rejected');
  await shot(owner, 'import-trial');
  await owner.click('[data-act=run]');
  await owner.waitForSelector('text=Show the jobs', { timeout: IMPORT_MS });
  await shot(owner, 'import-done');
  await owner.click('text=Show the jobs');
  await owner.waitForSelector('[data-job]');
  await shot(owner, 'jobs');
});

test('jobs come in by a mapping of one\'s own, and leave again', { skip }, async () => {
  const mark = Date.now();
  const customer = await call(owner, 'POST', '/v1/customers', { kind: 'company', name: `Laundry ${mark}` });
  await call(owner, 'POST', '/v1/sites', { customer_id: customer.id, line1: `${mark} Loop Street`, city: 'Cape Town' });
  const [type] = (await call(owner, 'POST', '/v1/job_types/search', { limit: 1 })).items;
  const rows = ['Boiler leaks,24/03/2026 09:00', 'Drain is slow,25/03/2026'].map(
    (text, i) => `M-${mark}-${i},${text.replace(',', `,${customer.name},${mark} Loop Street,${type.name},`)}`,
  );
  const file = ['Order no,Summary,Client,Address,Kind,Requested', ...rows].join('\n');
  await owner.goto('/import');
  await owner.setInputFiles('input[type=file]', { name: 'jobs.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await owner.waitForSelector('#what');
  await owner.selectOption('#what', 'noun:job');
  assert.equal(await owner.getByLabel('Field for the column Address').inputValue(), 'site_id');
  assert.equal(await owner.getByLabel('How “Requested” is understood').inputValue(), 'd/m/y H:M');
  await owner.fill('#mapping-name', `Jobs ${mark}`);
  await owner.click('[data-act=dry]');
  await owner.waitForSelector('[data-act=run]');
  assert.equal(await owner.locator('[data-count=created] dd').first().innerText(), '2');
  await shot(owner, 'import-mapping');
  await owner.click('[data-act=run]');
  await owner.waitForSelector('[data-act=undo]');
  const found = await call(owner, 'POST', '/v1/jobs/search', { filter: { customer_id: customer.id }, sort: '-created_at' });
  assert.deepEqual(found.items.map((job) => job.title).sort(), ['Boiler leaks', 'Drain is slow']);
  assert.ok(found.items.some((job) => job.requested_at === '2026-03-24T07:00:00.000Z'));
  await owner.click('[data-act=undo]');
  await owner.click('[data-act=undo-now]');
  await owner.waitForSelector('text=/2 rows were taken back/');
});

test('a new job for a new customer', { skip }, async () => {
  await owner.goto('/jobs');
  await owner.waitForSelector('h1:has-text("Jobs")');
  await owner.keyboard.press('n');
  await owner.keyboard.press('j');
  const dialog = owner.locator('dialog');
  await dialog.getByRole('combobox', { name: /^Customer/ }).fill(`Nomsa Story ${Date.now()}`);
  await dialog.getByRole('option', { name: /^New customer/ }).click();
  await dialog.getByLabel('Street and number').fill('12 Oak Street');
  await dialog.getByLabel('Suburb').fill('Randburg');
  await dialog.getByLabel('City').fill('Johannesburg');
  await dialog.getByLabel('What is to be done').fill(title);
  const type = dialog.getByLabel('Type');
  if ((await type.locator('option').count()) > 1) await type.selectOption({ index: 1 });
  await shot(owner, 'new-job');
  await dialog.getByRole('button', { name: 'Create job' }).click();
  await owner.waitForURL(/\/jobs\/[0-9a-f-]{36}$/);
  jobPath = new URL(owner.url()).pathname;
  await owner.waitForSelector('#tasks');
});

test('searching finds it, Enter opens it', { skip }, async () => {
  const number = await owner.locator('header .num').first().innerText();
  await owner.keyboard.press('g');
  await owner.keyboard.press('j');
  await owner.waitForSelector('[data-job]');
  await owner.keyboard.press('/');
  await owner.keyboard.type(number);
  await owner.waitForFunction((wanted) => document.querySelector('[data-job]')?.getAttribute('href') === wanted, jobPath);
  assert.ok(!owner.url().includes(number), 'search words stay out of the address');
  await owner.keyboard.press('Tab');
  await owner.locator('h1').first().focus();
  await owner.keyboard.press('j');
  await owner.keyboard.press('Enter');
  await owner.waitForURL(`**${jobPath}`);
  await owner.waitForSelector('#tasks');
});

test('the office says what to do', { skip }, async () => {
  await owner.keyboard.press('e');
  await owner.locator('#what textarea').fill('Check the element; quote if the tank leaks.');
  await owner.keyboard.press('Control+Enter');
  await owner.waitForSelector('#what .saved');
  for (const [text, required] of [['Measure the element', true], ['Leave the site clean', false]]) {
    await owner.locator('#tasks form input.input').fill(text);
    if (required) await owner.locator('#tasks form input[type=checkbox]').check();
    await owner.locator('#tasks form button').click();
    await owner.waitForSelector(`#tasks li:has-text("${text}")`);
  }
  await owner.locator('#notes textarea').fill('The key is with the caretaker.');
  await owner.locator('#notes form button').click();
  await owner.waitForSelector('#notes li:has-text("caretaker")');
});

test('a visit is planned for the technician', { skip }, async () => {
  await signIn(tech, TECH);
  const me = await call(tech, 'GET', '/v1/me');
  technician = (await call(owner, 'GET', `/v1/employees/${me.employee_id}`)).name;
  await owner.click('#visits header button');
  const dialog = owner.locator('dialog');
  await dialog.getByLabel('Start').fill('0930');
  await dialog.getByLabel('Duration').fill('80m');
  const person = dialog.locator(`input[data-person="${technician}"]`);
  const chosen = dialog.locator('input[data-person]:checked');
  while ((await chosen.count()) > 0) await chosen.first().uncheck();
  await person.check();
  // Free or not, the answer is on the screen before anything is saved.
  await dialog.locator('.free, .alert').first().waitFor();
  await shot(owner, 'schedule');
  await dialog.locator('[data-act=schedule]').click();
  await owner.waitForSelector(`#visits li:has-text("${technician}")`);
  assert.match(await owner.locator('#visits li').first().innerText(), /09:30–10:50/);
  await shot(owner, 'job');
  assertClean(owner, 'the office');
});

test('the technician finds it in his own list', { skip }, async () => {
  await tech.goto('/day');
  await tech.waitForSelector(`a[href="${jobPath}"]`);
  await shot(tech, 'day');
  await tech.locator(`a[href="${jobPath}"]`).first().click();
  await tech.waitForSelector('#visits [data-act=travel]');
});

test('travel, arrive, tick, finish, done', { skip }, async () => {
  await tech.click('#visits [data-act=travel]');
  await tech.waitForSelector('[data-visit=travelling]');
  await tech.click('#visits [data-act=arrive]');
  await tech.waitForSelector('[data-visit=on_site]');
  await shot(tech, 'job-on-site');
  const open = tech.locator('#tasks .list li:not(.done) input[type=checkbox]');
  for (let left = await open.count(); left > 0; left--) {
    await open.first().check();
    await tech.waitForFunction((n) => document.querySelectorAll('#tasks .list li:not(.done)').length === n, left - 1);
  }
  await tech.locator('#what').getByRole('button', { name: /^Work summary/ }).click();
  await tech.locator('#what textarea').fill('Element and thermostat replaced.');
  await tech.keyboard.press('Control+Enter');
  await tech.waitForSelector('#what .saved');
  await tech.click('#visits [data-act=finish]');
  await tech.waitForSelector('[data-visit=finished]');
  const done = tech.locator('[data-step=work_done]');
  const ahead = ['work_done', 'to_invoice', 'closed'];
  const id = jobPath.split('/').pop();
  if (!ahead.includes((await call(tech, 'GET', `/v1/jobs/${id}`)).stage)) {
    if ((await done.count()) === 0) await tech.getByRole('button', { name: 'Other next steps' }).click();
    await done.first().click();
    await tech.waitForSelector('text=/^Now:/');
  }
  assert.ok(ahead.includes((await call(tech, 'GET', `/v1/jobs/${id}`)).stage));
  await shot(tech, 'job-done');
  assertClean(tech, 'the technician');
});

test('the job card is a PDF', { skip }, async () => {
  const href = await tech.locator('a[href$="/card.pdf"]').getAttribute('href');
  const response = await tech.context().request.get(`${BASE}${href}`);
  assert.equal(response.status(), 200);
  assert.match(response.headers()['content-type'], /^application\/pdf/);
  assert.equal((await response.body()).subarray(0, 5).toString(), '%PDF-');
});

test('the audit trail tells the steps, and they verify', { skip }, async () => {
  await owner.goto('/audit');
  await owner.waitForSelector('ol li');
  for (const [noun, steps] of [
    ['appointment', ['set off', 'arrived', 'finished a visit']],
    ['task', ['changed a task']],
  ]) {
    await owner.getByLabel('About').selectOption(noun);
    await owner.waitForURL(`**/audit?noun=${noun}`);
    for (const step of steps) await owner.locator('ol li', { hasText: step }).first().waitFor();
  }
  await owner.goto('/audit');
  await owner.waitForSelector('ol li');
  const looks = owner.locator('ol li p', { hasText: /looked at|signed in/ });
  assert.equal(await looks.count(), 0, 'changes stand alone at first');
  await owner.click('[data-act=changes]');
  await looks.first().waitFor();
  await owner.click('[data-act=verify]');
  await owner.waitForSelector('.verdict');
  assert.equal(await owner.locator('.verdict').getAttribute('data-ok'), 'true');
  await owner.locator('summary').click();
  assert.ok((await owner.locator('pre').innerText()).trim().length > 0);
  await shot(owner, 'audit');
  assertClean(owner, 'the audit page');
});
