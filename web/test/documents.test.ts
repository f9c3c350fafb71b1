// Amounts as people write them, lines while they are typed, and what follows from documents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAmount, readPercent, readPrice, readQty, showAmount, showPercent, typePrice, writingOf, type Writing } from '../src/core/amount.ts';
import { convertPrice, emptyLine, fromItem, readLine, sentLines, taxesOn, totalsWith, typedLines, typedTotals, waitsForWords, type DocLine, type Taxes } from '../src/core/document.ts';
import { listSearch, readListFilter, withChoice, writeListFilter, type ListSpec } from '../src/core/listing.ts';
import { isExpired, isOverdue, standingOf } from '../src/core/papers.ts';
import type { Item, TaxCode, TaxRate, VatStatus } from '../src/core/types.ts';

const rand: Writing = { style: 'comma', currency: 'ZAR' };
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('an amount is written in the currency of its document', () => {
  assert.equal(plain(showAmount(123450, rand)), 'R 1 234,50');
  assert.equal(plain(showAmount(-44735, rand)), '-R 447,35');
  assert.equal(plain(showAmount(123450, { style: 'point', currency: 'NAD' })), 'N$1,234.50');
  assert.equal(plain(showAmount(123450, { style: 'comma', currency: 'EUR' })), '€ 1 234,50');
  assert.equal(plain(showAmount(123450, { style: 'point', currency: 'CHF' })), 'CHF 1,234.50');
  assert.equal(plain(showPercent(1550, rand)), '15,5 %');
  assert.deepEqual(writingOf({ locale: 'en-ZA', currency: 'ZAR' }, 'EUR'), { style: 'comma', currency: 'EUR' });
});

test('what people type is read by their locale, and nobody else\'s currency is taken for ours', () => {
  for (const text of ['1 200,50', '1,200.50', 'R1200.5', '1200.50', 'R 1 200,50']) assert.equal(readAmount(text, rand), 120050, text);
  assert.equal(readAmount('€1 200,50', { style: 'comma', currency: 'EUR' }), 120050);
  assert.equal(readAmount('R1 200,50', { style: 'comma', currency: 'EUR' }), null);
  assert.equal(readAmount('N$ 5', { style: 'comma', currency: 'NAD' }), 500);
  assert.equal(readAmount('5 apples', rand), null);
  assert.equal(readPrice('1,200', rand), 12000, 'where commas divide decimals it is one and a fifth');
  assert.equal(readPrice('1,200', { style: 'point', currency: 'ZAR' }), 12000000);
  assert.equal(readQty('3,5', rand), 3500);
  assert.equal(readQty('0,3334', rand), null, 'never rounded');
  assert.deepEqual(['7,5', '7.5 %', '100', '0', '101', '1,234', '-1', ''].map(readPercent), [750, 750, 10000, 0, null, null, null, null]);
  assert.equal(plain(typePrice(54990000, rand)), '5 499,00');
});

const code = (id: string, name: string) => ({ id, code: name, name, active: true }) as TaxCode;
const rate = (tax_code_id: string, rate_bp: number, valid_from: string, valid_until: string | null = null) => ({ tax_code_id, rate_bp, valid_from, valid_until }) as TaxRate;
const CODES = [code('s', 'STD'), code('z', 'ZERO'), code('o', 'OUT')];
const RATES = [rate('s', 1400, '1993-04-01'), rate('s', 1500, '2018-04-01'), rate('s', 1550, '2027-01-01'), rate('z', 0, '1991-10-01'), rate('o', 0, '1991-10-01')];
const STATUS = [{ valid_from: '2020-01-01', registered: true }, { valid_from: '2026-12-01', registered: false }] as VatStatus[];
const taxes: Taxes = taxesOn('2026-11-22', CODES, RATES, STATUS);

test('tax follows the day: the rate that has begun last, and none for who is not registered', () => {
  assert.equal(taxes.registered, true);
  assert.deepEqual([taxes.rateOf(null), taxes.rateOf('s'), taxes.rateOf('z')], [1500, 1500, 0]);
  assert.equal(taxesOn('2018-03-31', CODES, RATES, [{ valid_from: '2000-01-01', registered: true }] as VatStatus[]).rateOf('s'), 1400);
  const later = taxesOn('2027-02-01', CODES, RATES, STATUS);
  assert.deepEqual([later.registered, later.usual, later.rateOf('s')], [false, 'o', 0]);
  assert.equal(taxesOn('1980-01-01', CODES, RATES, []).rateOf('s'), null);
});

const line = (description: string, qty: string, price: string, more = {}) => readLine(emptyLine('item', { description, qty, price, ...more }), rand).line;

test('totals while typing are those of the acceptance scenario', () => {
  const lines = [line('Geyser 150 l', '1', '5 499,00'), line('Labour', '3,5', '650')];
  const { answer, nets } = typedTotals(lines, 'excl', taxes, { discount: 0, discount_bp: 0 });
  assert.deepEqual([answer.totals?.net, answer.totals?.vat, answer.totals?.total], [777400, 116610, 894010]);
  assert.deepEqual([...nets.values()], [549900, 227500]);
});

test('a field that cannot be read keeps its last good value, and is named', () => {
  const good = line('Pipe', '2', '10,00');
  const { line: bad, faults } = readLine({ ...good, qty: 'two', price: '10,12345' }, rand);
  assert.deepEqual(faults, ['qty', 'price']);
  assert.deepEqual(bad.good, { qty3: 2000, price4: 100000, discount_bp: 0 });
  assert.deepEqual(readLine({ ...good, qty: '0' }, rand).faults, ['qty'], 'nothing of something is no line');
});

test('sections go to their lines and come back; lines without words wait', () => {
  const typed = [line('First', '1', '10'), emptyLine('section', { description: 'Bathroom' }), line('Tap', '2', '100', { optional: true, selected: false }), emptyLine('subtotal', { description: 'Subtotal' }), line('', '3', '5'), emptyLine('text', { description: 'As agreed' })];
  const { lines, keys } = sentLines(typed, true);
  assert.deepEqual(lines.map(({ description, section, kind }) => [description, section, kind]), [['First', undefined, 'item'], ['Tap', 'Bathroom', 'item'], ['Subtotal', 'Bathroom', 'subtotal'], ['As agreed', 'Bathroom', 'text']]);
  assert.deepEqual(keys, [typed[0], typed[2], typed[3], typed[5]].map((one) => one?.key));
  assert.equal(typed.filter(waitsForWords).length, 1);
  assert.deepEqual([lines[1]?.['optional'], lines[1]?.['selected']], [true, false]);
  assert.ok(!('optional' in (sentLines(typed, false).lines[1] ?? {})), 'an invoice knows no options');
  const again = typedLines(lines.map((one) => ({ item_id: null, unit: null, qty3: 0, price4: 0, discount_bp: 0, tax_code_id: null, ...one }) as DocLine), rand);
  assert.deepEqual(again.map(({ kind, description }) => [kind, description]), [['item', 'First'], ['section', 'Bathroom'], ['item', 'Tap'], ['subtotal', 'Subtotal'], ['text', 'As agreed']]);
});

test('a code that nobody chose is not sent back', () => {
  const line = { kind: 'item', description: 'Pump', item_id: null, unit: null, qty3: 1000, price4: 100_0000, discount_bp: 0, tax_code_id: 'out' } as const;
  const codes = sentLines(typedLines([{ ...line, unregistered: true }, line], rand), false).lines.map((one) => one['tax_code_id']);
  assert.deepEqual(codes, [undefined, 'out']);
});

test('options that are not chosen and texts do not count; a subtotal sums its section', () => {
  const lines = [line('Base', '1', '100'), line('Extra', '1', '50', { optional: true, selected: false }), line('Taken', '1', '20', { optional: true, selected: true }), emptyLine('subtotal', { description: 'Subtotal' })];
  const { answer, nets, margin } = typedTotals(lines.map((one) => ({ ...one, cost4: 300000 })), 'excl', taxes, { discount: 0, discount_bp: 1000 });
  assert.deepEqual([answer.totals?.sum, answer.totals?.discount, answer.totals?.net], [12000, 1200, 10800]);
  assert.deepEqual([...nets.values()], [10000, 5000, 2000, 12000]);
  assert.equal(margin, 10800 - 2 * 3000);
  assert.equal(typedTotals(lines, 'excl', taxes, { discount: 0, discount_bp: 0 }).margin, null, 'a cost that is not known is no zero');
});

test('with VAT in the price the total is what was typed', () => {
  const { answer } = typedTotals([line('Pump', '1', '1 150,00')], 'incl', taxes, { discount: 0, discount_bp: 0 });
  assert.deepEqual([answer.totals?.net, answer.totals?.vat, answer.totals?.total], [100000, 15000, 115000]);
});

test('an item brings its price once converted; a list or a bundle leaves it to the server', () => {
  const item = { id: 'i', name: 'Tap', unit: 'ea', kind: 'product', sell4: 1150000, price_includes_vat: true, tax_code_id: null, cost4: 700000 } as Item;
  assert.equal(fromItem(item, 'excl', taxes, rand, false).price, '100,00');
  assert.equal(fromItem(item, 'incl', taxes, rand, false).price, '115,00');
  assert.equal(convertPrice(1, true, false, 1500), 1);
  const listed = { ...emptyLine('item'), ...fromItem(item, 'excl', taxes, rand, true) };
  assert.deepEqual([listed.price, listed.ask], ['', true]);
  assert.ok(!('price4' in (sentLines([listed], false).lines[0] ?? {})));
  assert.equal(fromItem({ ...item, kind: 'bundle', sell4: null } as Item, 'excl', taxes, rand, false).ask, true);
  assert.equal(fromItem({ ...item, sell4: null } as Item, 'excl', taxes, rand, false).ask, false);
});

test('other options, other total; the rates are those it was sent with', () => {
  const stored = (id: string, price4: number, optional = false): DocLine => ({ id, kind: 'item', item_id: null, description: id, qty3: 1000, unit: null, price4, discount_bp: 0, tax_code_id: 's', rate_bp: 1400, optional, selected: false });
  const lines = [stored('a', 1000000), stored('b', 500000, true)];
  assert.equal(totalsWith(lines, 'excl', { discount: 0, discount_bp: 0 }, new Set()).totals?.total, 11400);
  assert.equal(totalsWith(lines, 'excl', { discount: 0, discount_bp: 0 }, new Set(['b'])).totals?.total, 17100);
});

test('overdue and expired are computed: the last day is still good', () => {
  const invoice = { status: 'sent', due_date: '2026-11-22', balance: 1 } as const;
  assert.equal(isOverdue(invoice, '2026-11-22'), false);
  assert.equal(isOverdue(invoice, '2026-11-23'), true);
  assert.equal(isOverdue({ ...invoice, balance: 0 }, '2026-11-23'), false);
  assert.equal(isOverdue({ ...invoice, status: 'draft' }, '2026-11-23'), false);
  assert.deepEqual([isExpired({ status: 'sent', valid_until: '2026-11-22' }, '2026-11-22'), isExpired({ status: 'viewed', valid_until: '2026-11-22' }, '2026-11-23'), isExpired({ status: 'accepted', valid_until: '2026-11-22' }, '2026-12-23')], [false, true, false]);
});

test('a balance is invoices less what stands on account', () => {
  const standing = standingOf(
    [{ status: 'paid', due_date: null, balance: 0 }, { status: 'sent', due_date: '2026-01-01', balance: 10000 }, { status: 'draft', due_date: null, balance: 0 }, { status: 'void', due_date: '2026-01-01', balance: 0 }],
    [{ status: 'approved', total: -44735, allocated: 0 }, { status: 'draft', total: -99999, allocated: 0 }, { status: 'allocated', total: -5000, allocated: 4000 }],
    [{ status: 'allocated', amount: 1000000, allocated: 976120 }, { status: 'reversed', amount: 5000, allocated: 0 }],
    '2026-11-22',
  );
  assert.deepEqual(standing, { owed: 10000, overdue: 10000, onAccount: 44735 + 1000 + 23880, balance: 10000 - 69615 });
});

test('a filter stands in the address, and what is not known there is left out', () => {
  const spec: ListSpec = {
    path: '/quotes', plural: 'quotes', expand: ['customer_id'], fixed: { kind: 'quote' },
    sorts: [{ sort: '-created_at', word: 'sort.newest' }, { sort: 'code', word: 'sort.code' }],
    filters: [{ name: 'status', label: 'filter.status', choices: [{ value: 'draft', word: 'Draft' }, { value: 'sent', word: 'Sent' }], filter: (status) => ({ status }) }],
  };
  const read = readListFilter(spec, new URLSearchParams('status=sent,nonsense&sort=evil&kind=x'));
  assert.deepEqual(read, { chosen: { status: ['sent'] }, sort: '-created_at' });
  assert.equal(writeListFilter(spec, { chosen: { status: ['draft', 'sent'] }, sort: 'code' }), '?status=draft,sent&sort=code');
  assert.equal(writeListFilter(spec, withChoice(read, 'status', [])), '');
  assert.deepEqual(listSearch(spec, read, ' gate '), { sort: '-created_at', expand: ['customer_id'], filter: { kind: 'quote', status: ['sent'] }, q: 'gate' });
});
