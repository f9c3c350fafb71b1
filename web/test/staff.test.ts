import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfficeDoor, readPair, writePair } from '../src/core/inside.ts';
import { onlyActive, shownGrants, type StaffGrant } from '../src/core/staff.ts';

const COMPANY = '0f8fad5b-d9cb-469f-a165-70867728950e';
const GRANT = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const grant = (id: string, state: StaffGrant['state']): StaffGrant => ({ id, state, scope: 'read', emergency: false, start_at: null, end_at: null });

test('what a window remembers is a company and a grant, and nothing else is taken for it', () => {
  assert.deepEqual(readPair(writePair({ company: COMPANY, grant: GRANT })), { company: COMPANY, grant: GRANT });
  for (const text of [null, '', COMPANY, `${COMPANY}.`, `${COMPANY}.${GRANT}.${GRANT}`, `${COMPANY}.../jobs`, ` ${COMPANY}.${GRANT}`, `${COMPANY}.${GRANT}\n`]) assert.equal(readPair(text), null, JSON.stringify(text));
});

test('whoever opens the door of the office is in the office', () => {
  for (const path of ['/signin', '/signin/oidc', '/signin/company', '/forgot', '/reset', '/invitation', '/email']) assert.equal(isOfficeDoor(path), true, path);
  for (const path of ['/', '/staff', '/jobs', '/signing', '/enquiries', '/emails']) assert.equal(isOfficeDoor(path), false, path);
});

test('of what was asked a company for, the open ones are shown, else the last', () => {
  const list = [grant('4', 'requested'), grant('3', 'expired'), grant('2', 'active'), grant('1', 'refused')];
  assert.deepEqual(shownGrants(list).map(({ id }) => id), ['4', '2']);
  assert.deepEqual(shownGrants([grant('2', 'refused'), grant('1', 'ended')]).map(({ id }) => id), ['2']);
  assert.deepEqual(shownGrants([]), []);
});

test('by which grant somebody is in is known where there is but one', () => {
  assert.equal(onlyActive([grant('2', 'requested'), grant('1', 'active')])?.id, '1');
  assert.equal(onlyActive([grant('2', 'active'), grant('1', 'active')]), null);
  assert.equal(onlyActive([grant('1', 'ended')]), null);
});
