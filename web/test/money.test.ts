import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney, parseMoney } from '../src/core/money.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('money is written as in the country', () => {
  assert.equal(plain(formatMoney(123450, 'ZAR', 'en-ZA')), 'R 1 234,50');
  assert.equal(plain(formatMoney(5, 'ZAR', 'en-ZA')), 'R 0,05');
  assert.equal(plain(formatMoney(-82110, 'ZAR', 'en-ZA')), '\u2212R 821,10');
  assert.equal(plain(formatMoney(123456789, 'USD', 'en-US')), '$ 1,234,567.89');
  assert.equal(plain(formatMoney(0, 'CHF', 'en-US')), 'CHF 0.00');
});

test('money is read however it is typed', () => {
  for (const typed of ['1 200,50', '1,200.50', 'R1200.5', 'R 1 200,5', '1200.50', '1.200,50', ' 1\u00a0200,50 '])
    assert.equal(parseMoney(typed), 120050, typed);
  assert.equal(parseMoney('1,200'), 120000);
  assert.equal(parseMoney('12'), 1200);
  assert.equal(parseMoney('0,05'), 5);
  assert.equal(parseMoney('-3.10'), -310);
});

test('what is no amount is refused', () => {
  for (const typed of ['', 'R', 'ten', '1,2,3', '1..5', '1.2345', '12,34,567', '99999999999999999'])
    assert.equal(parseMoney(typed), null, typed);
});

test('every amount reads back as it was written', () => {
  for (const cents of [0, 1, 99, 100, 12345, 100000, 99999999, -1, -120050])
    for (const locale of ['en-ZA', 'en-US', 'de-DE'])
      assert.equal(parseMoney(formatMoney(cents, 'ZAR', locale).replace('\u2212R', '\u2212')), cents, `${cents} ${locale}`);
});
