// The log is read by the company: filtered by time, kind and person, taken away as a file, and asked who has seen somebody. A technician reads his own
// sign-ins (S-097, product.md 4.9).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, Installation, request, signIn, until } from '../../harness/server.mjs';
import { parseCsv } from '../06-import/import.mjs';

let it;
let company;
let owner;
const DAY = 86_400_000;
const START = Date.parse('2027-02-10T08:00:00Z');
const at = (ms) => it.setClock(START + ms - Date.now());
const again = (person) => signIn(it.base, person.email, person.password);
const iso = (ms) => new Date(START + ms).toISOString();

before(async () => {
  it = await Installation.create({ clock: START - Date.now() });
  await it.start();
  company = await Company.create(it);
  ({ owner } = company);
});
after(() => it?.end());

test('from and until: exactly the events of that time, whatever lies before and after', async () => {
  const made = [];
  for (let day = 0; day < 4; day += 1) {
    at(day * DAY);
    company.owner = owner = await again(company);
    for (let i = 0; i < 3; i += 1) made.push({ day, id: (await owner.make('customers', { name: `Day ${day} ${i}` })).id });
  }
  const found = async (from, until) => {
    const query = [from !== undefined && `from=${encodeURIComponent(iso(from))}`, until !== undefined && `until=${encodeURIComponent(iso(until))}`].filter(Boolean).join('&');
    const ids = [];
    for (let cursor = ''; cursor !== null;) {
      const page = await owner.read(`/v1/audit_events?filter[noun]=customer&filter[action]=create&limit=2&${query}${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.items.map((e) => e.object_id));
      cursor = page.next_cursor;
    }
    return ids.reverse();
  };
  const of = (...days) => made.filter((m) => days.includes(m.day)).map((m) => m.id);
  const half = DAY / 2;
  assert.deepEqual(await found(), of(0, 1, 2, 3));
  assert.deepEqual(await found(DAY - half, 2 * DAY + half), of(1, 2));
  assert.deepEqual(await found(undefined, DAY + half), of(0, 1));
  assert.deepEqual(await found(3 * DAY - half), of(3));
  assert.deepEqual(await found(10 * DAY), []);
  assert.deepEqual(await found(undefined, -DAY), []);
  const wrong = await owner.get('/v1/audit_events?from=yesterday&until=2027-13-01');
  assert.deepEqual(wrong.json.errors.map((e) => e.pointer), ['/from', '/until']);
});

test('sign-ins, failures, rights changes and reads stand there with their words', async () => {
  const person = await company.person('dispatcher');
  await request(it.base, 'POST', '/v1/login', { body: { email: person.email, password: 'not this one at all' } });
  const member = (await owner.all('memberships')).find((m) => m.email === person.email);
  await owner.change('memberships', member.id, { role: 'accountant' });
  const signs = (await owner.read('/v1/audit_events?sign_ins=1')).items;
  assert.ok(signs.length && signs.every((e) => e.action.startsWith('sign_')));
  assert.equal(signs.find((e) => e.action === 'sign_in').words, 'signed in');
  const change = (await owner.read('/v1/audit_events?filter[noun]=membership&filter[action]=update')).items.find((e) => e.object_id === member.id);
  assert.deepEqual(change.changes.find((c) => c.field === 'role'), { field: 'role', from: 'dispatcher', to: 'accountant' });
  assert.equal(change.words, 'changed');
});

test('the log as a file: the same events, and the file is an event itself; who may export but not read the log gets none', async () => {
  const answer = await owner.get('/v1/audit_events.csv?filter[noun]=customer&filter[action]=create');
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /text\/csv/);
  const lines = parseCsv(answer.text);
  const list = (await owner.read('/v1/audit_events?filter[noun]=customer&filter[action]=create&limit=200')).items;
  assert.deepEqual(lines.map((l) => [Number(l.idx), l.object_id, l.at, l.actor]), list.map((e) => [e.idx, e.object_id, e.at, e.actor.name]));
  assert.match(lines[0].changes, /Day 3/);
  const [event] = (await owner.read('/v1/audit_events?filter[action]=export')).items;
  assert.equal(event.purpose, 'audit');
  for (const role of ['dispatcher', 'technician', 'accountant']) assert.equal((await (await company.person(role)).get('/v1/audit_events.csv')).status, 403, role);
});

test('a technician reads his own sign-ins and nothing else of the log', async () => {
  const tech = await company.person('technician', { employee: true });
  await again(tech);
  const { items } = await tech.read('/v1/audit_events');
  const me = (await tech.read('/v1/me')).user.id;
  assert.ok(items.length >= 2);
  assert.ok(items.every((e) => e.action.startsWith('sign_') && e.actor.id === me), JSON.stringify(items.map((e) => e.action)));
  const ownerId = (await owner.read('/v1/me')).user.id;
  assert.ok((await tech.read(`/v1/audit_events?filter[actor_id]=${ownerId}&filter[action]=create`)).items.every((e) => e.actor.id === me), 'whatever he asks for');
  for (const [method, path] of [['GET', '/v1/audit/checkpoint'], ['POST', '/v1/audit/verify']]) assert.equal((await tech.send(method, path, method === 'POST' ? {} : undefined)).status, 403, path);
  for (const role of ['dispatcher', 'accountant']) assert.equal((await (await company.person(role)).get('/v1/audit_events')).status, 403, role);
});

test('who has seen this customer: by day and person, the latest first, page by page', async () => {
  const { customer } = await company.customerAndSite();
  const other = (await company.customerAndSite()).customer;
  const a = await company.person('dispatcher', { name: 'Ayesha' }), b = await company.person('accountant', { name: 'Ben' });
  await a.read(`/v1/customers/${customer.id}`);
  await a.read(`/v1/customers/${customer.id}`);
  // Looks are written once a second.
  await until(async () => (await owner.read(`/v1/customers/${customer.id}/seen`)).items.length === 1, 'the first look');
  at(5 * DAY);
  company.owner = owner = await again(company);
  await (await again(b)).read(`/v1/customers/${customer.id}`);
  await (await again(a)).read(`/v1/customers/${customer.id}`);
  const path = `/v1/customers/${customer.id}/seen`;
  const seen = await until(async () => {
    const { items } = await owner.read(path);
    return items.length === 3 && items;
  }, 'three looks');
  assert.deepEqual(seen.map((s) => s.day), ['2027-02-15', '2027-02-15', '2027-02-13']);
  assert.deepEqual(seen.slice(0, 2).map((s) => s.actor.name).sort(), ['Ayesha', 'Ben']);
  assert.equal(seen[2].actor.name, 'Ayesha');
  const pages = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await owner.read(`${path}?limit=1${cursor && `&cursor=${cursor}`}`);
    assert.equal(page.items.length, 1);
    pages.push(...page.items);
    cursor = page.next_cursor;
  }
  assert.deepEqual(pages, seen);
  assert.equal((await owner.get(`${path}?cursor=nonsense`)).status, 422);
  assert.deepEqual((await owner.read(`/v1/customers/${other.id}/seen`)).items.filter((s) => s.actor.name !== 'Owner'), []);
  assert.equal((await (await again(a)).get(path)).status, 403);
  assert.equal((await owner.get('/v1/customers/01900000-0000-7000-8000-0000000000aa/seen')).status, 404);
});
