// What must hold of every document, whatever its figures: thousands of random ones, the same on every machine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BP_FULL, documentTotals, formatMoney, formatPrice, formatQty, MONEY_MAX, parseMoney, parsePrice, parseQty, PRICE_MAX, QTY_MAX,
  type DocumentLine, type MoneyDocument, type NumberStyle, type Totals,
} from '../src/core/money.ts';

const CASES = 4000;
const RATES = [0, 500, 1400, 1500, 1550, 2000, 10000];

/** A number below `below`, from a generator of Park and Miller. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647);
  return (below) => ((next() % 2 ** 22) * 2 ** 31 + next()) % below; // below 2^53
}

function lineOf(roll: (below: number) => number, even: boolean): DocumentLine {
  const size = roll(3);
  const qty = even ? 1000 : roll([5000, 1_000_000, 100_000_000][size] ?? 1);
  return {
    qty: roll(6) ? qty : -qty,
    price: even ? 1000 * (1 + roll(3)) : roll(size === 2 ? 100_000_000 : 20_000_000),
    discount_bp: roll(3) ? 0 : roll(BP_FULL + 1),
    tax_code: roll(2),
    rate_bp: RATES[roll(RATES.length)] ?? 0,
    skip: roll(10) === 0,
  };
}

/** Every fourth document has lines of equal worth, so that remainders tie. */
function documentOf(roll: (below: number) => number): MoneyDocument {
  const even = roll(4) === 0;
  const document: MoneyDocument = {
    mode: roll(2) ? 'exclusive' : 'inclusive',
    lines: Array.from({ length: 1 + roll(12) }, () => lineOf(roll, even)),
  };
  const way = roll(3);
  if (way === 0) document.discount_bp = roll(BP_FULL + 1);
  if (way === 1) document.discount = roll(Math.abs(totalsOf(document).sum) + 1);
  return document;
}

function totalsOf(document: MoneyDocument): Totals {
  const { totals, fault } = documentTotals(document);
  assert.ok(totals, `refused: ${fault?.field}`);
  return totals;
}

function forAll(seed: number, property: (document: MoneyDocument, totals: Totals, roll: (below: number) => number) => void): void {
  const roll = dice(seed);
  for (let i = 0; i < CASES; i++) {
    const document = documentOf(roll);
    try {
      property(document, totalsOf(document), roll);
    } catch (error) {
      throw new Error(JSON.stringify(document), { cause: error });
    }
  }
}

const added = (all: number[]) => all.reduce((sum, v) => sum + v, 0);
const minus = (v: number) => (v === 0 ? 0 : -v);

test('a credit is exactly minus its invoice, in every figure', () => {
  forAll(1, (document, totals) => {
    const lines = document.lines.map((line) => ({ ...line, qty: -line.qty }));
    const wanted = JSON.parse(JSON.stringify(totals), (key, value: unknown) =>
      typeof value === 'number' && key !== 'tax_code' && key !== 'rate_bp' ? minus(value) : value,
    ) as Totals;
    assert.deepEqual(totalsOf({ ...document, lines }), wanted);
  });
});

test('a discount is spread without a cent left over, no line a cent off its part', () => {
  forAll(2, (document, totals) => {
    const shares = totals.lines.map(({ share }) => share);
    assert.equal(added(shares), totals.discount);
    const [discount, sum] = [BigInt(totals.discount), BigInt(totals.sum)];
    totals.lines.forEach(({ net, share, after }, at) => {
      assert.equal(after, net - share);
      if (document.lines[at]?.skip) assert.deepEqual([net, share, after], [0, 0, 0]);
      if (sum === 0n) assert.equal(share, 0);
      const off = BigInt(share) * sum - discount * BigInt(net);
      assert.ok(sum === 0n || (off < 0n ? -off : off) < (sum < 0n ? -sum : sum));
    });
  });
});

test('the groups add up to the totals', () => {
  forAll(3, (document, totals) => {
    const { groups, lines, sum, discount, net, vat, total } = totals;
    assert.equal(sum, added(lines.map((line) => line.net)));
    assert.equal(net, added(groups.map((group) => group.net)));
    assert.equal(vat, added(groups.map((group) => group.vat)));
    assert.equal(total, net + vat);
    assert.equal(added(groups.map(({ base }) => base)), sum - discount);
    const names = groups.map(({ tax_code, rate_bp }) => `${tax_code} ${rate_bp}`);
    const needed = document.lines.filter(({ skip }) => !skip).map(({ tax_code, rate_bp }) => `${tax_code} ${rate_bp}`);
    assert.deepEqual(names, [...new Set(needed)]);
  });
});

test('an inclusive total is what was typed', () => {
  forAll(4, (document, { sum, discount, net, vat, total }) => {
    if (document.mode === 'inclusive') assert.equal(total, sum - discount);
    else assert.equal(net, sum - discount);
    assert.equal(total, net + vat);
  });
});

/** Ties of remainders go by position, so only with a discount and between rates can the order matter at all. */
test('without a discount the order of lines does not change the totals', () => {
  forAll(5, (document, totals, roll) => {
    const shuffled = document.lines.map((line) => ({ line, at: roll(1000) })).sort((a, b) => a.at - b.at).map(({ line }) => line);
    const other = totalsOf({ ...document, lines: shuffled });
    assert.deepEqual([other.sum, other.discount], [totals.sum, totals.discount]);
    if (totals.discount === 0 || totals.groups.length === 1)
      assert.deepEqual([other.net, other.vat, other.total], [totals.net, totals.vat, totals.total]);
    if (totals.discount === 0) {
      const byName = (of: Totals) => of.groups.map((group) => JSON.stringify(group)).sort();
      assert.deepEqual(byName(other), byName(totals));
    }
  });
});

test('every number reads back as it was shown', () => {
  const roll = dice(6);
  const kinds = [
    { max: MONEY_MAX, min: -MONEY_MAX, parse: parseMoney, format: formatMoney, styles: ['plain', 'comma', 'point'] as NumberStyle[] },
    // A quantity or price of "1,200" would be a guess when it is typed; shown in style "comma" or "point" it is none.
    { max: QTY_MAX, min: -QTY_MAX, parse: parseQty, format: formatQty, styles: ['plain'] as NumberStyle[] },
    { max: PRICE_MAX, min: 0, parse: parsePrice, format: formatPrice, styles: ['plain'] as NumberStyle[] },
  ];
  for (const { max, min, parse, format, styles } of kinds)
    for (let i = 0; i < CASES; i++) {
      const size = roll(roll(2) ? 100_000 : max + 1);
      const value = min < 0 && roll(2) ? minus(size) : size;
      for (const style of styles) assert.equal(parse(format(value, style)), value, format(value, style));
    }
});
