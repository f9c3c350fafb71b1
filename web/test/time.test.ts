import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proposal, spanOf } from '../src/core/plan.ts';
import { addDays, dayOf, formatDate, formatDateTime, formatDay, formatSpan, instantOf } from '../src/core/time.ts';

const SA = 'Africa/Johannesburg';
const LONDON = 'Europe/London';
const NOW = Date.parse('2026-11-21T09:00:00.000Z');

test('the day is the one of the company, not of the clock in UTC', () => {
  assert.equal(dayOf('2026-11-20T22:30:00.000Z', SA), '2026-11-21');
  assert.equal(dayOf('2026-11-20T21:59:00.000Z', SA), '2026-11-20');
  assert.equal(dayOf('2020-01-01T07:59:00.000Z', 'America/Los_Angeles'), '2019-12-31');
});

test('a wall time becomes the right instant on both sides of a change of the clock', () => {
  assert.equal(instantOf('2026-11-21', 9 * 60, SA), '2026-11-21T07:00:00.000Z');
  assert.equal(instantOf('2026-03-28', 9 * 60, LONDON), '2026-03-28T09:00:00.000Z');
  assert.equal(instantOf('2026-03-29', 9 * 60, LONDON), '2026-03-29T08:00:00.000Z');
  assert.equal(instantOf('2026-10-25', 9 * 60, LONDON), '2026-10-25T09:00:00.000Z');
  assert.equal(instantOf('2026-03-29', 0, LONDON), '2026-03-29T00:00:00.000Z');
  assert.equal(instantOf('2026-10-25', 0, LONDON), '2026-10-24T23:00:00.000Z');
});

test('a skipped time comes out later, of a repeated one the first is meant', () => {
  assert.equal(instantOf('2026-03-29', 90, LONDON), '2026-03-29T01:30:00.000Z');
  assert.equal(instantOf('2026-10-25', 90, LONDON), '2026-10-25T00:30:00.000Z');
});

test('days are counted by the calendar', () => {
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
});

test('near days have names, this year needs no number', () => {
  assert.equal(formatDay('2026-11-21T21:00:00.000Z', SA, NOW), 'Today');
  assert.equal(formatDay('2026-11-21T22:00:00.000Z', SA, NOW), 'Tomorrow');
  assert.equal(formatDay('2026-11-20T08:00:00.000Z', SA, NOW), 'Yesterday');
  assert.equal(formatDate('2026-11-25T08:00:00.000Z', SA, NOW), 'Wed 25 Nov');
  assert.equal(formatDate('2020-01-02T08:00:00.000Z', SA, NOW), '2 Jan 2020');
});

test('a span names its second day only when there is one', () => {
  assert.equal(formatSpan('2026-11-21T07:00:00.000Z', '2026-11-21T09:30:00.000Z', SA, NOW), 'Today 09:00–11:30');
  assert.equal(
    formatSpan('2026-11-21T20:00:00.000Z', '2026-11-21T23:00:00.000Z', SA, NOW),
    'Today 22:00–Tomorrow 01:00',
  );
  assert.equal(formatDateTime('2026-11-21T22:00:00.000Z', SA, NOW), 'Tomorrow 00:00');
});

test('the next full hour is proposed, or tomorrow at eight', () => {
  assert.deepEqual(proposal(NOW, SA, 5400), { day: '2026-11-21', start: '12:00', duration: '1:30' });
  assert.deepEqual(proposal(Date.parse('2026-11-21T14:10:00.000Z'), SA, 5400), {
    day: '2026-11-22',
    start: '08:00',
    duration: '1:30',
  });
  assert.equal(proposal(Date.parse('2026-11-21T02:00:00.000Z'), SA, 5400).start, '08:00');
});

test('a plan is a span in instants, or names the field that cannot be read', () => {
  assert.deepEqual(spanOf({ day: '2026-11-23', start: '0930', duration: '80m' }, false, SA), {
    start_at: '2026-11-23T07:30:00.000Z',
    end_at: '2026-11-23T08:50:00.000Z',
    all_day: false,
  });
  assert.deepEqual(spanOf({ day: '2026-11-23', start: '', duration: '' }, true, SA), {
    start_at: '2026-11-22T22:00:00.000Z',
    end_at: '2026-11-23T22:00:00.000Z',
    all_day: true,
  });
  assert.equal(spanOf({ day: '', start: '9', duration: '1' }, false, SA), 'day');
  assert.equal(spanOf({ day: '2026-11-23', start: 'soon', duration: '1' }, false, SA), 'start');
  assert.equal(spanOf({ day: '2026-11-23', start: '9', duration: 'long' }, false, SA), 'duration');
});
