import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobSearch, NO_FILTER, readFilter, writeFilter, type JobFilter } from '../src/core/filters.ts';
import { PagedList } from '../src/core/pages.ts';
import type { Me } from '../src/core/types.ts';

const ME: Me = {
  user: { id: 'u', name: 'Naledi', email: 'n@example.com' },
  tenant: { id: 't', name: 'Firm', timezone: 'Africa/Johannesburg', currency: 'ZAR', locale: 'en-ZA', idle_minutes: 15 },
  role: 'owner',
  employee_id: 'e',
  my_view_only: false,
  advised_at: null,
  rights: [],
  second_factor: { totp: false, passkeys: 0, recovery_left: 0, demanded: false },
  must_enrol: false,
  fresh_until: null,
  session_id: null,
  support: [],
};

test('a filter survives the address and back', () => {
  const filter: JobFilter = {
    stages: ['new', 'on_hold'],
    priorities: ['emergency'],
    types: ['0f8fad5b-d9cb-469f-a165-70867728950e'],
    mine: true,
    from: '2026-01-01',
    until: '2026-01-31',
    sort: '-updated_at',
  };
  assert.deepEqual(readFilter(new URLSearchParams(writeFilter(filter))), filter);
  assert.equal(writeFilter(NO_FILTER), '');
});

test('an address is not trusted', () => {
  const query = new URLSearchParams('stage=new,evil&priority=x&type=1;drop&from=yesterday&sort=password&mine=yes');
  assert.deepEqual(readFilter(query), { ...NO_FILTER, stages: ['new'] });
});

test('days become instants in the zone of the company, the last day included', () => {
  const search = jobSearch({ ...NO_FILTER, from: '2026-01-01', until: '2026-01-31' }, '', ME);
  assert.deepEqual(search.filter, {
    created_at: '2025-12-31T22:00:00.000Z..2026-01-31T22:00:00.000Z',
  });
  assert.deepEqual(jobSearch({ ...NO_FILTER, from: '2026-01-01' }, '', ME).filter, {
    created_at: '2025-12-31T22:00:00.000Z..',
  });
});

test('words are trimmed, and absent when there are none', () => {
  assert.equal(jobSearch(NO_FILTER, '  ', ME).q, undefined);
  assert.equal(jobSearch(NO_FILTER, ' naidoo ', ME).q, 'naidoo');
});

/** A server with `count` rows in pages of ten. */
function pagesOf(count: number, calls: (string | null)[]) {
  return async (cursor: string | null) => {
    calls.push(cursor);
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(10, count - from) }, (_, i) => from + i);
    return { items, next_cursor: from + 10 < count ? String(from + 10) : null, total: count };
  };
}

test('pages are fetched only as far as somebody looks', async () => {
  const calls: (string | null)[] = [];
  const list = new PagedList(pagesOf(100, calls), () => undefined);
  await list.want(1);
  assert.deepEqual(calls, [null]);
  await list.want(25);
  assert.deepEqual(calls, [null, '10', '20']);
  assert.equal(list.items.length, 30);
  assert.equal(list.total, 100);
  assert.equal(list.complete, false);
});

test('a jump to the end while a page is on its way is carried out by the same walk', async () => {
  const calls: (string | null)[] = [];
  const list = new PagedList(pagesOf(45, calls), () => undefined);
  const first = list.want(1);
  await list.want(1000);
  await first;
  assert.deepEqual(list.items, Array.from({ length: 45 }, (_, i) => i));
  assert.equal(list.complete, true);
  assert.equal(calls.length, 5);
});

test('a page that fails leaves what is there and can be asked for again', async () => {
  const calls: (string | null)[] = [];
  const good = pagesOf(30, calls);
  let broken = true;
  const list = new PagedList(async (cursor: string | null) => {
    if (cursor === '10' && broken) throw new Error('no network');
    return good(cursor);
  }, () => undefined);
  await list.want(30);
  assert.equal(list.state, 'failed');
  assert.equal(list.items.length, 10);
  broken = false;
  await list.retry();
  assert.equal(list.state, 'ready');
  assert.equal(list.items.length, 30);
});

test('a list that was given up changes nothing any more', async () => {
  let changes = 0;
  const list = new PagedList(pagesOf(30, []), () => changes++);
  const walk = list.want(30);
  list.abandon();
  await walk;
  assert.equal(list.items.length, 0);
  assert.equal(changes, 1);
});
