// What the client computes while somebody types is what the server stores: both are asked the same thousands of questions.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { answers, clientMoney } from './client.mjs';

const money = await clientMoney();
const SEED = Number(process.env.FIELDWARD_SEED ?? 20261122);
const DOCUMENTS = 10_000;
const NUMBERS = 20_000;
const STYLES = ['plain', 'comma', 'point'];

test('every figure and every fault of 10,000 random documents is the same', () => {
  const faults = new Set();
  let refused = 0;
  const all = answers(['documents', SEED, DOCUMENTS]);
  assert.equal(all.length, DOCUMENTS);
  for (const { document, ...answer } of all) {
    assert.deepEqual(money.documentTotals(document), answer, JSON.stringify(document));
    if (!answer.fault) continue;
    refused += 1;
    faults.add(answer.fault.field);
  }
  assert.ok(refused > DOCUMENTS / 20 && refused < DOCUMENTS / 4, `${refused} refused`);
  assert.deepEqual([...faults].sort(), ['discount', 'discount_bp', 'lines', 'net', 'price', 'qty', 'rate_bp', 'total'], 'every kind of fault was met');
});

test('the questions are the same ones for the same seed, and others for another', () => {
  const text = (seed) => JSON.stringify(answers(['documents', seed, 20]));
  assert.equal(text(SEED), text(SEED));
  assert.notEqual(text(SEED), text(SEED + 1));
});

test('a document that is handed in gets the answer of the same one made at random', () => {
  const made = answers(['documents', SEED, 200]);
  assert.deepEqual(answers(['answer'], made.map(({ document }) => `${JSON.stringify(document)}\n`).join('')), made);
});

test('what people type is read alike', () => {
  const all = answers(['typed', SEED, NUMBERS]);
  for (const { typed, ...wanted } of all)
    assert.deepEqual({ money: money.parseMoney(typed), qty: money.parseQty(typed), price: money.parsePrice(typed) }, wanted, JSON.stringify(typed));
  for (const kind of ['money', 'qty', 'price']) assert.ok(all.filter((row) => row[kind] !== null).length > NUMBERS / 20, `enough were read as ${kind}`);
});

test('numbers are shown alike', () => {
  for (const { value, ...wanted } of answers(['shown', SEED, NUMBERS])) {
    const shown = (format) => STYLES.map((style) => format(value, style));
    assert.deepEqual({ money: shown(money.formatMoney), qty: shown(money.formatQty), price: shown(money.formatPrice) }, wanted);
  }
});
