import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  BP_FULL, DOCUMENT_LINES_MAX, documentTotals, formatMoney, formatPrice, formatQty, MONEY_MAX, moneyCash, moneyPart,
  numberStyle, parseMoney, parsePrice, parseQty, PRICE_MAX, QTY_MAX,
  type DocumentFault, type DocumentLine, type MoneyDocument, type NumberStyle, type Totals,
} from '../src/core/money.ts';

type Kind = 'money' | 'qty' | 'price';
type Expected = Omit<Totals, 'lines'> & { line_net: number[]; shares: number[] };

/** What the server is held to as well. */
const vectors = JSON.parse(
  readFileSync(join(process.env['FIELDWARD_SOURCE'] ?? '..', 'tests/vectors/money.json'), 'utf8'),
) as {
  about: string;
  documents: (MoneyDocument & { name: string; expect: Expected })[];
  refused: (MoneyDocument & DocumentFault & { name: string })[];
  vat_of_inclusive_15: [number, number][];
  cash: [number, number][];
  typed: Record<Kind, [string, number | null][]>;
  shown: Record<Kind, [number, string, string, string][]>;
};

const PARSE = { money: parseMoney, qty: parseQty, price: parsePrice };
const FORMAT = { money: formatMoney, qty: formatQty, price: formatPrice };
const STYLES: NumberStyle[] = ['plain', 'comma', 'point'];
const KINDS: Kind[] = ['money', 'qty', 'price'];

const line = (more: Partial<DocumentLine> = {}): DocumentLine => ({ qty: 1000, price: 10000, tax_code: 1, rate_bp: 1500, ...more });
const faultOf = (document: Partial<MoneyDocument>) => documentTotals({ mode: 'exclusive', lines: [line()], ...document }).fault;

test('no part of the vectors is left out here', () => {
  const known = ['about', 'documents', 'refused', 'vat_of_inclusive_15', 'cash', 'typed', 'shown'];
  assert.deepEqual(Object.keys(vectors), known);
  assert.deepEqual(Object.keys(vectors.typed), KINDS);
  assert.deepEqual(Object.keys(vectors.shown), KINDS);
  assert.ok(vectors.documents.length >= 20 && vectors.refused.length >= 10);
});

test('documents give the vectors', () => {
  for (const { name, expect, ...document } of vectors.documents) {
    const { line_net: nets, shares, ...figures } = expect;
    const lines = nets.map((net, at) => ({ net, share: shares[at], after: net - (shares[at] ?? 0) }));
    assert.deepEqual(documentTotals(document), { totals: { lines, ...figures } }, name);
  }
});

test('what is beyond a limit is named: which line, which field', () => {
  for (const { name, line: at, field, ...document } of vectors.refused)
    assert.deepEqual(documentTotals(document), { fault: { line: at, field } }, name);
});

test('the small functions give the vectors', () => {
  for (const [cents, vat] of vectors.vat_of_inclusive_15) assert.equal(moneyPart(cents, 1500, BP_FULL + 1500), vat);
  for (const [cents, coins] of vectors.cash) assert.equal(moneyCash(cents), coins);
});

test('numbers are read however they are typed', () => {
  for (const kind of KINDS)
    for (const [typed, want] of vectors.typed[kind]) assert.equal(PARSE[kind](typed), want, `${kind} "${typed}"`);
});

test('numbers are shown in three styles, and read back', () => {
  for (const kind of KINDS)
    for (const [value, ...texts] of vectors.shown[kind])
      STYLES.forEach((style, at) => {
        assert.equal(FORMAT[kind](value, style), texts[at], `${kind} ${style}`);
        if (kind === 'money' || style === 'plain') assert.equal(PARSE[kind](texts[at] ?? ''), value);
      });
});

test('a locale has a style', () => {
  assert.equal(numberStyle('en-ZA'), 'comma');
  assert.equal(numberStyle('de-DE'), 'comma');
  assert.equal(numberStyle('en-US'), 'point');
});

test('the limit itself is allowed, one past it is not', () => {
  assert.deepEqual(faultOf({ lines: Array(DOCUMENT_LINES_MAX + 1).fill(line()) }), { line: null, field: 'lines' });
  assert.equal(faultOf({ lines: Array(DOCUMENT_LINES_MAX).fill(line()) }), undefined);
  assert.equal(faultOf({ lines: [line({ qty: QTY_MAX }), line({ price: PRICE_MAX }), line({ qty: -QTY_MAX })] }), undefined);
  assert.deepEqual(faultOf({ lines: [line(), line({ qty: -QTY_MAX - 1 })] }), { line: 1, field: 'qty' });
  assert.deepEqual(faultOf({ lines: [line({ price: PRICE_MAX + 1 })] }), { line: 0, field: 'price' });
  assert.deepEqual(faultOf({ lines: [line({ rate_bp: BP_FULL + 1 })] }), { line: 0, field: 'rate_bp' });
  assert.deepEqual(faultOf({ discount: 101 }), { line: null, field: 'discount' });
  assert.deepEqual(faultOf({ discount: 1, discount_bp: 1 }), { line: null, field: 'discount' });
  const largest = { qty: 1_000_000_000, price: 1_000_000_000, rate_bp: 0 };
  assert.equal(documentTotals({ mode: 'exclusive', lines: [line(largest)] }).totals?.total, MONEY_MAX);
});

test('a number that is not whole is a fault and never rounded away', () => {
  for (const odd of [0.5, NaN, Infinity, 2 ** 53]) {
    for (const field of ['qty', 'price', 'discount_bp', 'rate_bp'] as const)
      assert.deepEqual(faultOf({ lines: [line({ [field]: odd })] }), { line: 0, field });
    assert.deepEqual(faultOf({ discount: odd }), { line: null, field: 'discount' });
    assert.deepEqual(faultOf({ discount_bp: odd }), { line: null, field: 'discount' });
  }
  for (const odd of [0.5, NaN, Infinity]) assert.throws(() => formatMoney(odd, 'plain'), RangeError);
  assert.throws(() => moneyPart(MONEY_MAX, BP_FULL, 1), RangeError);
});

test('a line that does not count has no figures and no faults', () => {
  const { totals } = documentTotals({ mode: 'exclusive', lines: [line({ qty: NaN, skip: true }), line()], discount: 50 });
  assert.deepEqual(totals?.lines, [{ net: 0, share: 0, after: 0 }, { net: 100, share: 50, after: 50 }]);
  assert.equal(totals?.groups.length, 1);
});

test('nothing comes of nothing, and never minus nothing', () => {
  for (const mode of ['exclusive', 'inclusive'] as const) {
    const empty = { lines: [], groups: [], sum: 0, discount: 0, net: 0, vat: 0, total: 0 };
    assert.deepEqual(documentTotals({ mode, lines: [] }), { totals: empty });
    const free = documentTotals({ mode, lines: [line({ qty: -1000, price: 0 })], discount_bp: 1000 }).totals;
    assert.ok([free?.total, free?.discount, free?.vat].every((figure) => Object.is(figure, 0)));
  }
  assert.ok(Object.is(parseMoney('-0'), 0) && Object.is(moneyCash(-5), 0) && Object.is(moneyPart(-1, 1, 10000), 0));
});
