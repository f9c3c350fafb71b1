import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatClock, formatDuration, parseClock, parseDuration } from '../src/core/entry.ts';

test('a time of day is understood however it is typed', () => {
  const cases: [string, string][] = [
    ['9', '09:00'],
    ['09', '09:00'],
    ['930', '09:30'],
    ['0930', '09:30'],
    ['9:30', '09:30'],
    ['9.30', '09:30'],
    ['9h30', '09:30'],
    ['9h', '09:00'],
    [' 17:05 ', '17:05'],
    ['2pm', '14:00'],
    ['2:15 PM', '14:15'],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['noon', '12:00'],
    ['0', '00:00'],
    ['2359', '23:59'],
  ];
  for (const [typed, wanted] of cases) {
    const clock = parseClock(typed);
    assert.ok(clock, typed);
    assert.equal(formatClock(clock.minutes), wanted, typed);
  }
});

test('"half day" begins at eight and lasts four hours', () => {
  assert.deepEqual(parseClock('half day'), { minutes: 480, seconds: 4 * 3600 });
  assert.deepEqual(parseClock('Half-Day'), { minutes: 480, seconds: 4 * 3600 });
  assert.deepEqual(parseClock('afternoon'), { minutes: 780, seconds: 4 * 3600 });
});

test('what is no time of day is refused', () => {
  for (const typed of ['', '24', '25:00', '9:60', '960', '13pm', '0pm', 'soon', '9:3', '12345', '-9']) {
    assert.equal(parseClock(typed), null, typed);
  }
});

test('a duration is understood however it is typed', () => {
  const cases: [string, number][] = [
    ['1:20', 80],
    ['0:05', 5],
    ['80m', 80],
    ['80 min', 80],
    ['1h20', 80],
    ['1h 20m', 80],
    ['1.5h', 90],
    ['1,5 h', 90],
    ['1.5', 90],
    ['2 hours', 120],
    ['2', 120],
    ['12', 720],
    ['13', 13],
    ['90', 90],
    ['5m', 5],
    ['half day', 240],
    ['day', 480],
  ];
  for (const [typed, minutes] of cases) assert.equal(parseDuration(typed), minutes * 60, typed);
});

test('what is no duration is refused', () => {
  for (const typed of ['', '0', '0:00', '1:60', 'h', 'm', 'long', '-1', '1.5.2', '99999']) {
    assert.equal(parseDuration(typed), null, typed);
  }
});

test('a duration is written as hours and minutes', () => {
  assert.equal(formatDuration(4800), '1:20');
  assert.equal(formatDuration(300), '0:05');
  assert.equal(formatDuration(36000), '10:00');
});
