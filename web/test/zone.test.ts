// What the customer ticks is what the server agrees to: the same algorithm, over what the page was given.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counts, marked, toggled, totalsOf } from '../src/features/zone/totals.ts';
import type { Figures, Line } from '../src/features/zone/types.ts';

const line = (id: string, price4: number, more: Partial<Line> = {}): Line => ({
  id, section: null, kind: 'item', description: id, qty3: 1000, unit: 'ea', price4, discount_bp: 0, tax_code_id: 'std', rate_bp: 1500, line_net: price4 / 100, ...more,
});
const offer = (lines: Line[], more: Partial<Figures> = {}): Figures => ({ price_mode: 'excl', discount_bp: 0, discount: 0, sum: 0, discount_taken: 0, net: 0, vat: 0, total: 0, lines, ...more });

const doc = offer([
  line('geyser', 5499_0000),
  line('labour', 650_0000, { qty3: 3500 }),
  line('words', 0, { kind: 'text', qty3: 0 }),
  line('blanket', 450_0000, { optional: true, selected: false }),
  line('simple', 300_0000, { optional: true, selected: true, option_group: 'timer' }),
  line('app', 900_0000, { optional: true, selected: false, option_group: 'timer' }),
]);

test('as it is marked, then with what is ticked', () => {
  const chosen = marked(doc);
  assert.deepEqual([...chosen], ['simple']);
  assert.equal(totalsOf(doc, chosen)?.total, 928510);
  assert.equal(totalsOf(doc, new Set())?.total, 894010);
  assert.equal(totalsOf(doc, toggled(doc, chosen, doc.lines[3] as Line, true))?.total, 980260);
});

test('of a group one is chosen, and none is a choice too', () => {
  const app = toggled(doc, marked(doc), doc.lines[5] as Line, true);
  assert.deepEqual([...app], ['app']);
  assert.deepEqual([...toggled(doc, app, doc.lines[5] as Line, false)], []);
});

test('texts never count, what is not optional always does', () => {
  assert.deepEqual(doc.lines.map((l) => counts(l, new Set())), [true, true, false, false, false, false]);
});

test('a discount on the whole is spread over what is chosen; prices with VAT stay what was typed', () => {
  const discounted = offer(doc.lines, { discount_bp: 1000 });
  assert.deepEqual([totalsOf(discounted, new Set())?.discount, totalsOf(discounted, new Set())?.total], [77740, 804609]);
  const inclusive = totalsOf(offer([line('all in', 1150_0000)], { price_mode: 'incl' }), new Set());
  assert.deepEqual([inclusive?.net, inclusive?.vat, inclusive?.total], [100000, 15000, 115000]);
});
