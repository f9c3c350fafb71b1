// Lists: pages lose nothing and repeat nothing, whatever ties there are; what cannot be asked for is named; search finds what people type.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

let company;
let owner;
let customers;
let places;
const jobs = [];

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  customers = [];
  places = [];
  for (const [name, phone, line1, suburb] of [
    ['Naledi Dlamini', '082 555 0201', '14 Jacaranda Street', 'Melville'],
    ['Kopano Guest House', '011 555 0202', '3 Kloof Road', 'Bedfordview'],
    ['Johan Müller', '083 555 0203', '27 Loop Street', 'Gardens'],
    ['Émile Lefèvre', '021 555 0204', '88 Florida Road', 'Morningside'],
  ]) {
    const customer = await owner.make('customers', { name, phone, kind: name.includes('House') ? 'company' : 'person' });
    customers.push(customer);
    places.push(await owner.make('sites', { customer_id: customer.id, line1, suburb, city: 'Johannesburg' }));
  }
  // Three instants for 61 jobs: every page boundary falls into a tie.
  for (let i = 0; i < 61; i++) {
    const k = i % 4;
    jobs.push(await owner.make('jobs', {
      title: i === 41 ? 'Geyser trips the board' : `Work number ${i}`, job_type_id: (await company.jobType()).id, customer_id: customers[k].id, site_id: places[k].id,
      requested_at: `2026-03-0${1 + (i % 3)}T08:00:00.000Z`, priority: ['low', 'normal', 'high'][i % 3], customer_order_no: `PO-${1000 + i}`,
    }));
  }
});
after(doneWithShared);

const ids = (rows) => rows.map((row) => row.id);

async function pages(params, limit) {
  const seen = [];
  let cursor = null;
  let rounds = 0;
  do {
    const page = await owner.read(`/v1/jobs?limit=${limit}${params}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    seen.push(...page.items);
    cursor = page.next_cursor;
    assert.ok(++rounds < 100, 'the pages end');
  } while (cursor);
  return seen;
}

for (const sort of ['-created_at', 'created_at', '-requested_at', 'requested_at', '-updated_at', 'updated_at'])
  for (const limit of [1, 7, 20, 200])
    test(`pages of ${limit} in the order ${sort}`, async () => {
      const seen = await pages(`&sort=${sort}`, limit);
      assert.equal(seen.length, 61);
      assert.equal(new Set(ids(seen)).size, 61, 'nothing comes twice');
      const field = sort.replace('-', '');
      const sign = sort.startsWith('-') ? -1 : 1;
      for (let i = 1; i < seen.length; i++) assert.ok(sign * (Date.parse(seen[i][field]) - Date.parse(seen[i - 1][field])) >= 0, `order at ${i}`);
      assert.deepEqual(ids(seen), ids(await pages(`&sort=${sort}`, 61)), 'the same order whatever the size of a page');
    });

test('rows that come while pages are read neither repeat nor hide others', async () => {
  const first = await owner.read('/v1/jobs?sort=-created_at&limit=30');
  const added = await owner.make('jobs', { title: 'Came in between', requested_at: '2026-03-04T08:00:00Z', job_type_id: (await company.jobType()).id, customer_id: customers[0].id, site_id: places[0].id });
  const rest = [];
  for (let cursor = first.next_cursor; cursor;) {
    const page = await owner.read(`/v1/jobs?sort=-created_at&limit=30&cursor=${encodeURIComponent(cursor)}`);
    rest.push(...page.items);
    cursor = page.next_cursor;
  }
  assert.deepEqual(new Set([...ids(first.items), ...ids(rest)]), new Set(ids(jobs)));
  await owner.delete(`/v1/jobs/${added.id}`);
});

test('filters: one value, several, ranges, and what they count', async () => {
  const of = async (params) => (await owner.read(`/v1/jobs?count=1&limit=200&${params}`));
  assert.equal((await of('')).total, 61);
  assert.equal((await of('filter[priority]=high')).total, 20);
  assert.equal((await of('filter[priority]=high,low')).total, 41);
  assert.equal((await of(`filter[customer_id]=${customers[1].id}`)).total, 15);
  assert.equal((await of(`filter[customer_id]=${customers[1].id}&filter[priority]=high`)).items.length, jobs.filter((j) => j.customer_id === customers[1].id && j.priority === 'high').length);
  assert.equal((await of('filter[requested_at]=2026-03-02T00:00:00Z..2026-03-03T00:00:00Z')).total, 20);
  assert.equal((await of('filter[requested_at]=2026-03-02T08:00:00Z..')).total, 40, 'from is included');
  assert.equal((await of('filter[requested_at]=..2026-03-02T08:00:00Z')).total, 21, 'the end is not');
  assert.equal((await of('filter[stage]=closed')).total, 0);
  assert.equal((await of('filter[no]=J-00003')).items[0].no, 'J-00003');
  const body = await owner.act('/v1/jobs/search', { filter: { priority: ['high', 'low'], stage: 'new' }, limit: 200, count: true });
  assert.equal(body.total, 41);
});

test('what cannot be asked for is refused and named', async () => {
  for (const [params, pointer] of [['sort=title', /./], ['filter[title]=x', /title/], ['filter[nothing]=x', /nothing/], ['limit=0', /limit/], ['limit=201', /limit/], ['limit=ten', /limit/], ['cursor=abc', /cursor/],
    ['expand=title', /expand/], ['fields=nothing', /fields/], ['filter[stage]=somewhere', /stage/], ['filter[requested_at]=yesterday..', /requested_at/], ['colour=red', /colour/]]) {
    const answer = await owner.get(`/v1/jobs?${params}`);
    assert.equal(answer.status, 422, `${params}: ${answer.text}`);
    assert.match(answer.json.errors[0].pointer, pointer, params);
  }
  const refused = (await owner.get('/v1/jobs?sort=title')).json.errors[0];
  assert.match(refused.detail, /created_at/, 'a refused order names those that exist');
});

test('a cursor is good for its own list and its own company only', async () => {
  const { next_cursor: cursor } = await owner.read('/v1/jobs?limit=5');
  const use = (client, list) => client.get(`/v1/${list}${list.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`);
  assert.equal((await use(owner, 'jobs')).status, 200);
  assert.equal((await use(owner, 'customers')).status, 422);
  assert.equal((await use(owner, 'jobs?sort=requested_at')).status, 422);
  const other = await Company.create(await shared());
  const answer = await use(other.owner, 'jobs');
  assert.equal(answer.status, 422);
  const flipped = cursor.slice(0, 10) + (cursor[10] === 'A' ? 'B' : 'A') + cursor.slice(11);
  assert.equal((await owner.get(`/v1/jobs?cursor=${encodeURIComponent(flipped)}`)).status, 422);
  assert.doesNotMatch(Buffer.from(cursor, 'base64url').toString('latin1'), /2026|J-000/, 'nothing readable in it');
});

test('fields and expand give what was asked for and no more', async () => {
  const { items } = await owner.read('/v1/jobs?limit=1&fields=no,title&expand=customer_id,site_id,lead_id');
  assert.deepEqual(Object.keys(items[0]).sort(), ['customer', 'id', 'lead', 'no', 'site', 'title']);
  assert.equal(items[0].lead, null);
  assert.equal(typeof items[0].customer.name, 'string');
});

const finds = async (words, list = 'jobs') => (await owner.act(`/v1/${list}/search`, { q: words, limit: 200 })).items;

for (const [words, what] of [['J-00042', 'the number'], ['j-00042', 'in lower case'], ['j42', 'without dash and zeros'], ['J42', 'so too'], ['42', 'the digits alone'], ['PO-1041', 'the order number of the customer'], ['geyser', 'a word of the title'], ['GEYSER board', 'two words of it']])
  test(`search finds a job by ${what}: ${words}`, async () => {
    const found = await finds(words);
    assert.ok(found.some((job) => job.id === jobs[41].id), `${found.map((j) => j.no)}`);
    if (words !== '42') assert.ok(found.length < 61);
  });

test('a word of letters and then digits is found whole, and by its beginning', async () => {
  const customer = await owner.make('customers', { name: 'Geyser serial SN0012345', kind: 'company' });
  for (const words of ['SN0012345', 'sn0012345', 'sn00', 'sn001234', 'serial SN0012345', 'sn'])
    assert.deepEqual(ids(await finds(words, 'customers')), [customer.id], words);
  for (const words of ['sn0012346', 'sn5', 'sn00123456', 'n0012345'])
    assert.deepEqual(await finds(words, 'customers'), [], words);
});

test('search finds by the customer and the place that a job hangs on', async () => {
  const mine = (k) => new Set(ids(jobs.filter((_, i) => i % 4 === k)));
  assert.deepEqual(new Set(ids(await finds('Naledi'))), mine(0));
  assert.deepEqual(new Set(ids(await finds('jacaranda'))), mine(0));
  assert.deepEqual(new Set(ids(await finds('bedfordview'))), mine(1));
});

for (const [words, k] of [['naledi', 0], ['NALEDI DLAMINI', 0], ['dlam', 0], ['na', 0], ['kopano guest', 1], ['müller', 2], ['muller', 2], ['Muller', 2], ['emile', 3], ['Émile', 3], ['lefevre', 3], ['082 555 0201', 0], ['082 555', 0], ['(082) 555-02', 0], ['+27 82 555 0201', 0], ['0027825550201', 0], ['0825550201', 0], ['+27825550201', 0]])
  test(`search finds a customer by ${words}`, async () => {
    const found = await finds(words, 'customers');
    assert.deepEqual(ids(found), [customers[k].id], found.map((c) => c.name).join());
  });

test('search finds nothing by what is not there, and treats marks as marks', async () => {
  for (const words of ['zzzz', 'geyser zzzz', '%', '_', '*', '"', "'; --", 'OR 1=1', 'j99999'])
    assert.deepEqual(await finds(words), [], words);
});

test('search pages as lists do', async () => {
  const all = ids(await finds('work'));
  assert.equal(all.length, 60);
  const seen = [];
  let cursor;
  do {
    const page = await owner.act('/v1/jobs/search', { q: 'work', limit: 7, ...(cursor ? { cursor } : {}) });
    seen.push(...ids(page.items));
    cursor = page.next_cursor;
  } while (cursor);
  assert.deepEqual(new Set(seen), new Set(all));
  assert.equal(seen.length, 60);
});

test('a changed name is found by the new one and no longer by the old', async () => {
  await owner.change('customers', customers[0].id, { name: 'Lindiwe Sithole' });
  assert.deepEqual(await finds('naledi', 'customers'), []);
  assert.equal((await finds('sithole', 'customers')).length, 1);
  assert.equal((await finds('lindiwe')).length, 16, 'jobs of that customer too');
  await owner.change('customers', customers[0].id, { name: 'Naledi Dlamini' });
});

test('a deleted row is in no list and found by no search', async () => {
  const made = await owner.make('customers', { name: 'Soon Gone' });
  assert.equal((await finds('gone', 'customers')).length, 1);
  await owner.want(204, 'DELETE', `/v1/customers/${made.id}`);
  assert.equal((await finds('gone', 'customers')).length, 0);
  assert.ok(!ids(await owner.all('customers')).includes(made.id));
});

test('an export holds every row, and no cell that a spreadsheet would run', async () => {
  await owner.make('customers', { name: '=HYPERLINK("http://evil")', alert: '+1+1' });
  const answer = await owner.get('/v1/customers/export.csv');
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/csv/);
  assert.match(answer.headers['content-disposition'], /attachment; filename="customers\.csv"/);
  assert.equal(answer.text.trim().split('\r\n').length, 1 + (await owner.all('customers')).length);
  assert.match(answer.text, /"'=HYPERLINK\(""http:\/\/evil""\)"/);
  assert.match(answer.text, /'\+1\+1/);
  assert.match(answer.text, /,\+27825550201,|'\+27825550201/);
});
