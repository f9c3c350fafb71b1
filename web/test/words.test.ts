import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, valueWord, type Lookup } from '../src/core/diary.ts';
import { formatCount, t, wordFor } from '../src/core/i18n.ts';
import { columnsOf, proposeKey, proposeMapping, proposeWay, specOf, spokenWays } from '../src/core/mapping.ts';
import { mapLink, siteAddress, siteName } from '../src/core/names.ts';
import { visitChoice } from '../src/core/stages.ts';
import type { DiaryEvent, Site } from '../src/core/types.ts';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const NAMES: Lookup = {
  zone: 'Africa/Johannesburg',
  now: Date.parse('2026-11-21T09:00:00.000Z'),
  nameOf: (id) => (id === ID ? 'Scheduled' : undefined),
};
const event = (more: Partial<DiaryEvent>): DiaryEvent => ({
  idx: 1,
  at: '2026-11-21T09:00:00.000Z',
  actor: { kind: 'user', id: 'u', name: 'Naledi' },
  action: 'update',
  noun: 'job',
  object_id: ID,
  changes: [],
  ...more,
});

test('numbers are grouped, and the plural follows them', () => {
  assert.equal(formatCount(10000), '10\u202f000');
  assert.equal(t('jobs.count', { n: 1 }), '1 job');
  assert.equal(t('jobs.count', { n: 10000 }), '10\u202f000 jobs');
});

test('a word that we do not have is shown as the server calls it, readable', () => {
  assert.equal(wordFor('field', 'parent_job_id'), 'parent job');
  assert.equal(wordFor('field', 'due_at'), 'Due');
});

test('the diary is a sentence with both values', () => {
  const line = describe(
    event({
      changes: [
        { field: 'status_id', from: null, to: ID },
        { field: 'stage', from: 'new', to: 'scheduled' },
        { field: 'version', from: 1, to: 2 },
        { field: 'estimated_s', from: 3600, to: 4800 },
      ],
    }),
    NAMES,
  );
  assert.equal(line.text, 'Naledi changed a job');
  assert.deepEqual(line.differences, [
    { field: 'Status', from: '', to: 'Scheduled' },
    { field: 'Estimated time', from: '1:00', to: '1:20' },
  ]);
});

test('an act that we have no word for is still told', () => {
  const line = describe(event({ action: 'write_off', actor: { kind: 'system', id: null, name: null } }), NAMES);
  assert.equal(line.text, 'Fieldward: write off, a job');
});

test('a look at personal data says how much was seen', () => {
  assert.equal(describe(event({ action: 'read', noun: 'customer' }), NAMES).text, 'Naledi looked at a customer');
  assert.equal(describe(event({ action: 'read', count: 50, object_id: null }), NAMES).text, 'Naledi looked at 50 jobs');
});

test('no id and no null ever reaches the screen', () => {
  assert.equal(valueWord('lead_id', '11111111-1111-4111-8111-111111111111', NAMES), 'another');
  assert.equal(valueWord('lead_id', null, NAMES), '–');
  assert.equal(valueWord('due_at', '2026-11-21T15:00:00.000Z', NAMES), 'Today 17:00');
  assert.equal(valueWord('priority', 'emergency', NAMES), 'Emergency');
  assert.equal(valueWord('required', true, NAMES), 'yes');
});

test('the next act of a visit follows its state', () => {
  assert.equal(visitChoice('planned', false).next, 'travel');
  assert.equal(visitChoice('travelling', false).next, 'arrive');
  assert.deepEqual(visitChoice('on_site', false), { next: 'finish', others: ['incomplete', 'no_access'] });
  assert.equal(visitChoice('finished', true).next, null);
  assert.ok(!visitChoice('planned', false).others.includes('cancel'));
  assert.ok(visitChoice('planned', true).others.includes('cancel'));
});

test('columns find their fields by their usual names, no field twice', () => {
  assert.deepEqual(proposeMapping(['Code', 'Full name', 'E-mail', 'Cell', 'Remarks'], 'customer'), {
    Code: 'code',
    'Full name': 'name',
    'E-mail': 'billing_email',
    Cell: 'phone',
  });
});

test('a mapping is written as the server reads it', () => {
  const columns = { Code: 'code', Name: 'name', Remarks: '' };
  const spec = specOf('customer', columns, [{ field: 'kind', value: ' company ' }, { field: '', value: 'x' }], 'Code');
  assert.deepEqual(spec, {
    noun: 'customer',
    key: 'Code',
    fields: { code: { column: 'Code' }, name: { column: 'Name' }, kind: { value: 'company' } },
  });
  assert.deepEqual(columnsOf(spec), { Code: 'code', Name: 'name' });
});

test('a column that names another row says how to find it', () => {
  const columns = proposeMapping(['Customer code', 'Address', 'Suburb'], 'site');
  assert.equal(proposeKey(columns, 'site'), 'Address');
  assert.deepEqual(specOf('site', columns, [], 'Address', { customer_id: 'code' }).fields, {
    customer_id: { column: 'Customer code', find: 'customer', by: 'code' },
    line1: { column: 'Address' },
    suburb: { column: 'Suburb' },
  });
});

test('jobs find their site by its street, and times are read as the file writes them', () => {
  const columns = proposeMapping(['Order no', 'Summary', 'Client', 'Address', 'Type', 'Created'], 'job');
  assert.deepEqual(columns, {
    'Order no': 'customer_order_no', Summary: 'title', Client: 'customer_id', Address: 'site_id', Type: 'job_type_id',
    Created: 'requested_at',
  });
  const ways = { requested_at: proposeWay('requested_at', 'Created', ['3/4/2026 9:00', '3/24/2026 10:15']), customer_id: 'name' };
  const spec = specOf('job', columns, [{ field: 'lead_id', value: 'TN' }], 'Order no', ways);
  assert.deepEqual(spec.fields['site_id'], { column: 'Address', find: 'site', by: 'line1' });
  assert.deepEqual(spec.fields['customer_id'], { column: 'Client', find: 'customer', by: 'name' });
  assert.deepEqual(spec.fields['requested_at'], { column: 'Created', time: 'm/d/y H:M' });
  assert.deepEqual(spec.fields['lead_id'], { value: 'TN', find: 'employee', by: 'code' });
  assert.deepEqual(spokenWays(spec), { site_id: 'line1', customer_id: 'name', job_type_id: 'name', requested_at: 'm/d/y H:M', lead_id: 'code' });
});

test('a column of codes finds by code', () => {
  assert.equal(proposeWay('customer_id', 'Account no', ['12']), 'code');
  assert.equal(proposeWay('customer_id', 'Customer', ['Bakery']), 'name');
  assert.equal(proposeWay('title', 'Summary', ['x']), '');
});

test('a site is called as a person would call it', () => {
  const site = {
    id: ID, version: 1, customer_id: ID, name: null, line1: '12 Oak Street', line2: null, suburb: 'Randburg',
    city: 'Johannesburg', postal_code: '2194', lat: null, lon: null, access_notes: null, contact_id: null, alert: null,
  } satisfies Partial<Site>;
  assert.equal(siteName(site), '12 Oak Street, Randburg');
  assert.equal(siteName({ ...site, name: 'Head office' }), 'Head office, 12 Oak Street, Randburg');
  assert.equal(siteAddress(site), '12 Oak Street, Randburg, 2194 Johannesburg');
  assert.match(mapLink({ ...site, lat: '-26.1', lon: '28' }), /mlat=-26.10000&mlon=28.00000/);
});
