// How people of the stories prove who they are: the codes of an authenticator app, at the server's time.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { totp } from '../harness/totp.mjs';
import { skip } from './browser.mjs';

/** The server's clock, where it is one that can be set: so many milliseconds from the real one. */
const CLOCK = process.env.FIELDWARD_CLOCK ?? '';
export const noClock = skip || (CLOCK === '' ? 'FIELDWARD_CLOCK names no clock' : false);
let shift = CLOCK !== '' && existsSync(CLOCK) ? Number(readFileSync(CLOCK, 'utf8')) : 0;

export function pass(ms) {
  shift += ms;
  writeFileSync(CLOCK, `${shift}\n`);
}

/** A code is good once: the next one is of the next half minute. */
let lastStep = 0;
export async function nextCode(page, secret) {
  let now = Date.now() + shift;
  while (Math.floor(now / 30_000) <= lastStep) {
    if (CLOCK === '') await page.waitForTimeout(1000);
    else pass(10_000);
    now = Date.now() + shift;
  }
  lastStep = Math.floor(now / 30_000);
  return totp(secret.replaceAll(/\s/g, ''), now);
}

/** What is shown once is kept. Gives its lines. */
export async function keep(page) {
  await page.waitForSelector('[data-once]');
  const codes = await page.locator('[data-once] code').allInnerTexts();
  assert.equal(await page.locator('[data-act=kept]').isDisabled(), true, 'nobody passes by what is shown this once');
  await page.getByLabel('I have kept it').check();
  await page.click('[data-act=kept]');
  await page.waitForSelector('[data-once]', { state: 'detached' });
  return codes;
}
