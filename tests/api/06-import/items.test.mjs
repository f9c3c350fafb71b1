// The catalogue comes in as a file: a price list of one's own with prices as people write them, and the 3,264 inverters of a public list, whose
// second and third rows are no data.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Company, dataFile, doneWithShared, shared } from '../../harness/server.mjs';
import { counts, report, run, takenBack } from './import.mjs';

const path = dataFile('cec-inverters.csv');
const skip = path ? false : 'cec-inverters.csv is not here (FIELDWARD_TEST_DATA)';
const MS = 120_000;
let company;
let owner;

before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
});
after(doneWithShared);

const total = async (query = '') => (await owner.read(`/v1/items?count=1&limit=1${query}`)).total;

test('prices are read as people write them, and what is no price names its column', async () => {
  const spec = { noun: 'item', key: 'Code', fields: { code: { column: 'Code' }, name: { column: 'Item' }, sell4: { column: 'Price', decimals: 4 }, cost4: { column: 'Cost', decimals: 4 } } };
  await owner.make('import_mappings', { name: 'Our prices', noun: 'item', spec });
  const file = 'Code,Item,Price,Cost\nG150,Geyser 150 l,"R5 499,00",4100.5\nVALVE,Pressure valve,389,\nODD,Odd thing,a lot,1\n';
  const row = await run(owner, file, { preset: 'Our prices', name: 'prices.csv' });
  assert.deepEqual(counts(row), { created: 2, updated: 0, unchanged: 0, rejected: 1 }, row.error);
  const items = (await owner.read('/v1/items?sort=code')).items;
  assert.deepEqual(items.map((i) => [i.code, i.sell4, i.cost4]), [['G150', 54990000, 41005000], ['VALVE', 3890000, null]]);
  const [bad] = await report(owner, row.id);
  assert.deepEqual([bad.column, bad.value], ['Price', 'a lot']);
  await takenBack(owner, row.id);
});

test('a rule that makes no sense stops the import before a row is read', async () => {
  const spec = { noun: 'item', key: 'Code', fields: { code: { column: 'Code' }, name: { column: 'Code' }, sell4: { column: 'Code', decimals: 7 } } };
  await owner.make('import_mappings', { name: 'Nonsense', noun: 'item', spec });
  const row = await run(owner, 'Code\nA\n', { preset: 'Nonsense', name: 'nonsense.csv' });
  assert.equal(row.state, 'failed');
  assert.match(row.error, /\/fields\/sell4.*2, 3 or 4/);
});

test('every inverter of the list becomes an item with a code of its own', { skip, timeout: MS }, async () => {
  const file = readFileSync(path);
  const first = await run(owner, file, { preset: 'cec-inverters', name: 'cec-inverters.csv' }, MS);
  assert.equal(first.state, 'done', first.error);
  assert.deepEqual(counts(first), { created: 3264, updated: 0, unchanged: 2, rejected: 0 });
  assert.equal(await total(), 3264);
  const found = (await owner.read('/v1/items?q=ABB%20MICRO')).items;
  const item = found.find((i) => i.name === 'ABB: MICRO-0.25-I-OUTD-US-208 [208V]');
  assert.deepEqual([item.code, item.kind, item.category, item.sell4], ['ABB-MICRO-0-25-I-OUTD-US-208-208V', 'product', 'Inverters', null]);
  assert.equal(item.description, 'Utility Interactive. AC 208 V, 250 W. DC at most 50 V, 6.489715 A; MPPT 30 to 50 V.');
  const long = (await owner.read('/v1/items?q=Solaron%20500')).items;
  assert.ok(long.length > 1 && long.every((i) => i.code.length <= 60), JSON.stringify(long.map((i) => i.code)));
  const again = await run(owner, file, { preset: 'cec-inverters', name: 'cec-inverters.csv' }, MS);
  assert.deepEqual(counts(again), { created: 0, updated: 0, unchanged: 3266, rejected: 0 });
});

test('a few letters find an item among them at once', { skip, timeout: MS }, async () => {
  const times = [];
  for (const q of ['fro', 'sma', 'sma sb10', 'enphase en', 'huawei', 'solaredge te', 'abb tri', 'ABB-MICRO']) {
    const begin = performance.now();
    const { items } = await owner.act('/v1/items/search', { q, limit: 8, filter: { active: true } });
    times.push(performance.now() - begin);
    assert.ok(items.length > 0, q);
  }
  times.sort((a, b) => a - b);
  assert.ok(times[times.length / 2] < 100, `half of the searches took longer than ${times[times.length / 2].toFixed(0)} ms`);
});
