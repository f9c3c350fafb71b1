// 830 real orders at 15 %: VAT is rounded once a document and rate. The two other usual ways differ by cents on the same orders, and
// that is how one would notice that somebody had mixed them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dataFile } from '../harness/server.mjs';
import { answers, clientMoney } from './client.mjs';

const path = dataFile('northwind.sql');
const skip = path ? false : 'northwind.sql is not here (FIELDWARD_TEST_DATA)';
const money = await clientMoney();
const RATE = 1500;
const BP_PER_PERCENT = 100;

const added = (all) => all.reduce((sum, v) => sum + v, 0);
/** "0.15" → 1500 bp: read as an amount it is 15 hundredths. */
const percent = (text) => money.parseMoney(text) * BP_PER_PERCENT;

function orders() {
  const lines = /INSERT INTO \[Order Details\] \([^)]*\)\s*VALUES\s*\((\d+), *\d+, *([\d.]+), *(\d+), *([\d.]+)\)/g;
  const found = new Map();
  for (const [, order, price, qty, discount] of readFileSync(path, 'utf8').matchAll(lines)) {
    const line = { qty: money.parseQty(qty), price: money.parsePrice(price), discount_bp: percent(discount), tax_code: 1, rate_bp: RATE };
    found.set(order, [...(found.get(order) ?? []), line]);
  }
  return [...found.values()].map((those) => ({ mode: 'exclusive', lines: those, discount_bp: 0, discount: 0 }));
}

test('the orders give their known sums, on the server and on the client', { skip }, () => {
  const documents = orders();
  assert.equal(documents.length, 830);
  assert.equal(added(documents.map(({ lines }) => lines.length)), 2155);
  const server = answers(['answer'], documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  const client = documents.map((document) => money.documentTotals(document));
  assert.deepEqual(client.map(({ totals }) => totals), server.map(({ totals }) => totals));
  const net = added(client.map(({ totals }) => totals.net));
  assert.equal(net, 126_579_329, 'net 1,265,793.29');
  assert.equal(added(client.map(({ totals }) => totals.vat)), 18_986_960, 'VAT once a document: 189,869.60');

  const perLine = added(client.flatMap(({ totals }) => totals.lines.map((line) => money.moneyPart(line.net, RATE, money.BP_FULL))));
  assert.equal(perLine, 18_987_008, 'VAT of every line by itself: 189,870.08');
  assert.equal(money.moneyPart(net, RATE, money.BP_FULL), 18_986_899, 'VAT of all orders at once: 189,868.99');
});

test('a credit of every order brings each back to nothing', { skip }, () => {
  for (const document of orders()) {
    const credit = { ...document, lines: document.lines.map((line) => ({ ...line, qty: -line.qty })) };
    const [there, back] = [document, credit].map((d) => money.documentTotals(d).totals);
    for (const figure of ['sum', 'net', 'vat', 'total']) assert.equal(there[figure] + back[figure], 0);
  }
});
