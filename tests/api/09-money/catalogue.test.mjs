// What a line takes from the catalogue: units, bundles, price lists of customers.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

let owner;
let office;
let tech;
let valve;
let pipe;
const quoteFor = async (customer, lines) => {
  const quote = await office.make('quotes', { customer_id: customer.id, title: 'Prices' });
  return { quote, answer: await office.send('POST', `/v1/quotes/${quote.id}/lines`, { lines }) };
};
const linesOf = async (quote) => (await office.read(`/v1/quote_lines?filter[quote_version_id]=${quote.version_id}&sort=position`)).items;

before(async () => {
  const company = await Company.create(await shared());
  owner = company.owner;
  office = await company.person('dispatcher', { name: 'Ayesha Patel' });
  tech = await company.person('technician', { name: 'Thabo Nkosi', employee: true });
  valve = await owner.make('items', { code: 'VALVE', name: 'Pressure valve', sell4: 389_0000, cost4: 210_0000 });
  pipe = await owner.make('items', { code: 'PIPE22', name: 'Copper pipe 22 mm', unit: 'm', sell4: 119_9900, cost4: 70_0000 });
});
after(doneWithShared);

test('a company starts with the usual units, and a quantity has no more decimals than its unit', async () => {
  const units = (await owner.read('/v1/units?sort=code')).items;
  assert.deepEqual(units.map((u) => [u.code, u.decimals]), [['ea', 0], ['h', 3], ['kg', 3], ['km', 3], ['l', 3], ['m', 3], ['m2', 3], ['set', 0]]);
  const customer = await owner.make('customers', { name: 'Half a valve' });
  const { answer } = await quoteFor(customer, [{ item_id: pipe.id, qty3: 2500 }, { item_id: valve.id, qty3: 1500 }, { description: 'Own word', unit: 'pallet', qty3: 1500, price4: 1_0000 }]);
  assert.deepEqual([answer.status, answer.json.errors.map((e) => e.pointer)], [422, ['/lines/1/qty3']]);
});

test('a bundle costs the sum of its parts until it has a price of its own, and says what it is made of', async () => {
  const kit = await owner.make('items', { code: 'KIT', name: 'Geyser kit', kind: 'bundle', unit: 'set' });
  await owner.make('bundle_lines', { bundle_id: kit.id, item_id: valve.id, qty3: 2000, position: 10 });
  await owner.make('bundle_lines', { bundle_id: kit.id, item_id: pipe.id, qty3: 1500, position: 20 });
  assert.equal((await owner.send('POST', '/v1/bundle_lines', { bundle_id: valve.id, item_id: pipe.id, qty3: 1000 })).json.errors[0].pointer, '/bundle_id');
  assert.equal((await owner.send('POST', '/v1/bundle_lines', { bundle_id: kit.id, item_id: kit.id, qty3: 1000 })).json.errors[0].pointer, '/item_id');
  const customer = await owner.make('customers', { name: 'Bundle buyer' });
  const { quote, answer } = await quoteFor(customer, [{ item_id: kit.id, qty3: 1000 }]);
  assert.equal(answer.status, 200, answer.text);
  const [line] = await linesOf(quote.version_id ? quote : await office.read(`/v1/quotes/${quote.id}`));
  assert.deepEqual([line.description, line.price4, line.line_net], ['Geyser kit', 957_9850, 95799]); // 2 x 389.00 + 1.5 x 119.99
  assert.ok(!('cost4' in line), 'not for the office');
  assert.equal((await owner.read(`/v1/quote_lines/${line.id}`)).cost4, 525_0000); // 2 x 210 + 1.5 x 70
  assert.deepEqual((await office.read(`/v1/items/${kit.id}/parts`)).lines.map((l) => l.description), ['2 ea Pressure valve', '1.5 m Copper pipe 22 mm']);
  await owner.change('items', kit.id, { sell4: 900_0000 });
  const second = await quoteFor(customer, [{ item_id: kit.id, qty3: 1000 }]);
  assert.equal(second.answer.json.net, 90000);
});

test("a customer's price list says a price, a discount on one item, or a discount on everything else, each for its time", async () => {
  const list = await owner.make('price_lists', { name: 'Body corporates', discount_bp: 1000 });
  await owner.make('price_list_lines', { price_list_id: list.id, item_id: valve.id, sell4: 350_0000 });
  await owner.make('price_list_lines', { price_list_id: list.id, item_id: valve.id, sell4: 1_0000, valid_until: '2020-01-01' });
  assert.equal((await owner.send('POST', '/v1/price_list_lines', { price_list_id: list.id, item_id: pipe.id })).json.errors[0].pointer, '/sell4');
  const customer = await owner.make('customers', { name: 'Body corporate', price_list_id: list.id });
  const { answer } = await quoteFor(customer, [{ item_id: valve.id, qty3: 1000 }, { item_id: pipe.id, qty3: 1000 }, { item_id: pipe.id, qty3: 1000, price4: 50_0000 }]);
  assert.equal(answer.json.net, 35000 + 10799 + 5000); // 119.99 less 10 % is 107.991
  await owner.make('price_list_lines', { price_list_id: list.id, item_id: pipe.id, discount_bp: 2500 });
  assert.equal((await quoteFor(customer, [{ item_id: pipe.id, qty3: 1000 }])).answer.json.net, 8999); // 89.9925
  await owner.change('price_lists', list.id, { active: false });
  assert.equal((await quoteFor(customer, [{ item_id: valve.id, qty3: 1000 }])).answer.json.net, 38900);
});

test('prices and costs of the catalogue are not for a technician', async () => {
  assert.equal((await tech.send('GET', '/v1/price_lists')).status, 403);
  const [line] = (await tech.read('/v1/bundle_lines')).items;
  assert.ok(line.qty3);
  for (const item of (await tech.read('/v1/items')).items) assert.ok(!('sell4' in item) && !('cost4' in item));
});
