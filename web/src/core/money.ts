// Amounts, quantities and prices as whole numbers, and the one way in which a document's totals come about.
// The same algorithm as the server's src/base/money.h, to the cent: every rounding is half away from zero, so a
// credit is exactly minus its invoice. Products are BigInt inside; what goes in and out are whole numbers far
// below 2^53. Cents for amounts, thousandths for quantities, ten-thousandths for prices, hundredths of a percent (bp).

export const MONEY_MAX = 10_000_000_000_000;
export const QTY_MAX = 9_999_999_999; // 9,999,999.999
export const PRICE_MAX = 99_999_999_999; // 9,999,999.9999
export const BP_FULL = 10_000;
export const DOCUMENT_LINES_MAX = 2000;

export interface DocumentLine {
  /** Thousandths; negative on a credit. */
  qty: number;
  /** Ten-thousandths. */
  price: number;
  discount_bp?: number;
  /** The caller's number; lines of different codes are never added up, zero-rated and exempt stay apart. */
  tax_code: number;
  rate_bp: number;
  /** A text, a subtotal, an option that was not chosen: all its figures are 0. */
  skip?: boolean;
}

/** At most one of the two discounts: percent of the sum, or an amount from 0 to |sum| that takes the sum's sign. */
export interface MoneyDocument {
  /** Whether prices contain the tax. */
  mode: 'exclusive' | 'inclusive';
  lines: readonly DocumentLine[];
  discount_bp?: number;
  discount?: number;
}

export interface LineFigures {
  /** After the line's own discount; contains VAT in inclusive mode, as do all but the group's figures. */
  net: number;
  /** Of the document's discount. */
  share: number;
  /** net - share: what a credit of this line is worth. */
  after: number;
}

export interface VatGroup {
  tax_code: number;
  rate_bp: number;
  /** The sum of its lines' `after`. */
  base: number;
  net: number;
  vat: number;
}

export interface Totals {
  /** As many as the document has. */
  lines: LineFigures[];
  /** In the order in which a line first needs them. */
  groups: VatGroup[];
  sum: number;
  /** Has the sign of the sum. */
  discount: number;
  net: number;
  vat: number;
  total: number;
}

export type FaultField = 'qty' | 'price' | 'discount_bp' | 'rate_bp' | 'net' | 'discount' | 'total' | 'lines';

/** What is wrong with a document: `line` counts from 0 and is null when it is about the whole. */
export interface DocumentFault {
  line: number | null;
  field: FaultField;
}

export type DocumentAnswer = { totals: Totals; fault?: never } | { fault: DocumentFault; totals?: never };

/**
 * The figures of one document, or the first thing that is beyond its limit, including any figure beyond
 * MONEY_MAX even if it would cancel. A number that is not whole is beyond its limit too.
 */
export function documentTotals(document: MoneyDocument): DocumentAnswer {
  const { lines } = document;
  if (lines.length > DOCUMENT_LINES_MAX) return fault(null, 'lines');

  const nets: bigint[] = [];
  for (const [at, line] of lines.entries()) {
    const field = line.skip ? null : lineFault(line);
    if (field) return fault(at, field);
    const net = line.skip ? 0n : lineNet(line);
    if (tooLarge(net)) return fault(at, 'net');
    nets.push(net);
  }
  const sum = added(nets);
  if (tooLarge(sum)) return fault(null, 'total');

  const discount = documentDiscount(document, sum);
  if (discount === null) return fault(null, 'discount');
  const shares = spread(discount, nets, sum);

  const groups = groupsOf(document, nets, shares);
  if (groups.some(({ base }) => tooLarge(base))) return fault(null, 'total');
  const net = added(groups.map((group) => group.net));
  const vat = added(groups.map((group) => group.vat));
  if (tooLarge(net) || tooLarge(vat) || tooLarge(net + vat)) return fault(null, 'total');

  return {
    totals: {
      lines: nets.map((of, at) => figures(of, shares[at] ?? 0n)),
      groups: groups.map((group) => ({
        ...group, base: whole(group.base), net: whole(group.net), vat: whole(group.vat),
      })),
      sum: whole(sum),
      discount: whole(discount),
      net: whole(net),
      vat: whole(vat),
      total: whole(net + vat),
    },
  };
}

/** cents * bp / of, rounded half away from zero. The tax in an inclusive amount is moneyPart(cents, rate, BP_FULL + rate). */
export function moneyPart(cents: number, bp: number, of: number): number {
  return whole(divideHalfAway(BigInt(cents) * BigInt(bp), BigInt(of)));
}

/** Toward zero to 10 cents: what changes hands in coins. The difference is posted, never put on the document. */
export function moneyCash(cents: number): number {
  return whole(BigInt(cents) - (BigInt(cents) % 10n));
}

// ---- totals ----

interface Group {
  tax_code: number;
  rate_bp: number;
  base: bigint;
  net: bigint;
  vat: bigint;
}

const LIMIT = BigInt(MONEY_MAX);
const FULL = BigInt(BP_FULL);

const fault = (line: number | null, field: FaultField): DocumentAnswer => ({ fault: { line, field } });
const size = (v: bigint) => (v < 0n ? -v : v);
const tooLarge = (v: bigint) => size(v) > LIMIT;
const added = (all: readonly bigint[]) => all.reduce((sum, v) => sum + v, 0n);
const isWhole = (v: number, min: number, max: number) => Number.isSafeInteger(v) && v >= min && v <= max;

/** Out of BigInt again; what does not fit is a defect of ours, never a rounded figure. */
function whole(v: bigint): number {
  const number = Number(v);
  if (!Number.isSafeInteger(number)) throw new RangeError('a figure beyond every limit');
  return number;
}

/** a / b for b > 0. */
function divideHalfAway(a: bigint, b: bigint): bigint {
  const quotient = (2n * size(a) + b) / (2n * b);
  return a < 0n ? -quotient : quotient;
}

function lineFault(line: DocumentLine): FaultField | null {
  if (!isWhole(line.qty, -QTY_MAX, QTY_MAX)) return 'qty';
  if (!isWhole(line.price, 0, PRICE_MAX)) return 'price';
  if (!isWhole(line.discount_bp ?? 0, 0, BP_FULL)) return 'discount_bp';
  return isWhole(line.rate_bp, 0, BP_FULL) ? null : 'rate_bp';
}

/** qty/1000 * price/10000 * 100 cents * (1 - discount), rounded once. */
function lineNet(line: DocumentLine): bigint {
  const kept = BigInt(BP_FULL - (line.discount_bp ?? 0));
  return divideHalfAway(BigInt(line.qty) * BigInt(line.price) * kept, 1000n * 100n * FULL);
}

function documentDiscount(document: MoneyDocument, sum: bigint): bigint | null {
  const { discount_bp: percent = 0, discount: amount = 0 } = document;
  if (!isWhole(percent, 0, BP_FULL) || !isWhole(amount, 0, MONEY_MAX) || (percent && amount)) return null;
  if (BigInt(amount) > size(sum)) return null;
  if (percent) return divideHalfAway(sum * BigInt(percent), FULL);
  return sum < 0n ? -BigInt(amount) : BigInt(amount);
}

/**
 * The largest remainder: every share is cut toward zero, then the missing cents go one each to the lines that lost
 * most in the direction of what is missing, the earlier line first where two lost the same. There are always enough:
 * the losses add up to what is missing and each is below one cent.
 */
function spread(discount: bigint, nets: readonly bigint[], sum: bigint): bigint[] {
  if (discount === 0n) return nets.map(() => 0n);
  const shares = nets.map((net) => (discount * net) / sum);
  const missing = discount - added(shares);
  const cent = missing < 0n ? -1n : 1n;
  const direction = sum < 0n ? -cent : cent;
  const losers = nets
    .map((net, line) => ({ line, lost: (discount * net - (shares[line] ?? 0n) * sum) * direction }))
    .filter(({ lost }) => lost > 0n)
    .sort((a, b) => (a.lost === b.lost ? a.line - b.line : a.lost < b.lost ? 1 : -1));
  for (const { line } of losers.slice(0, Number(size(missing)))) shares[line] = (shares[line] ?? 0n) + cent;
  return shares;
}

function groupsOf(document: MoneyDocument, nets: readonly bigint[], shares: readonly bigint[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [at, { tax_code, rate_bp, skip }] of document.lines.entries()) {
    if (skip) continue;
    const name = `${tax_code} ${rate_bp}`;
    const group = groups.get(name) ?? { tax_code, rate_bp, base: 0n, net: 0n, vat: 0n };
    group.base += (nets[at] ?? 0n) - (shares[at] ?? 0n);
    groups.set(name, group);
  }
  for (const group of groups.values()) {
    const rate = BigInt(group.rate_bp);
    const inclusive = document.mode === 'inclusive';
    group.vat = divideHalfAway(group.base * rate, inclusive ? FULL + rate : FULL);
    group.net = inclusive ? group.base - group.vat : group.base;
  }
  return [...groups.values()];
}

function figures(net: bigint, share: bigint): LineFigures {
  return { net: whole(net), share: whole(share), after: whole(net - share) };
}

// ---- text ----

/** What the three kinds of number differ in. */
interface NumberKind {
  decimals: number;
  /** How many of them are always shown. */
  shown: number;
  currency: boolean;
  /** "1,200" is read as a group. */
  groupsLikely: boolean;
  min: number;
  max: number;
}

const MONEY: NumberKind = { decimals: 2, shown: 2, currency: true, groupsLikely: true, min: -MONEY_MAX, max: MONEY_MAX };
const QTY: NumberKind = { decimals: 3, shown: 0, currency: false, groupsLikely: false, min: -QTY_MAX, max: QTY_MAX };
const PRICE: NumberKind = { decimals: 4, shown: 2, currency: true, groupsLikely: false, min: 0, max: PRICE_MAX };

/**
 * What people type: "1200.5", "1 200,50", "1,200.50", "R1200.5", "-R 12"; white space around is ignored. A single
 * comma before exactly three digits groups them in an amount of money ("1,200"); in a quantity or price it would be
 * a guess and is refused, unless a 0 stands alone before it. Null also for digits other than 0 beyond 2, 3 or 4
 * decimals, which are never rounded away, and for what is out of range.
 */
export const parseMoney = (text: string): number | null => parseNumber(text, MONEY);
export const parseQty = (text: string): number | null => parseNumber(text, QTY);
export const parsePrice = (text: string): number | null => parseNumber(text, PRICE);

/** plain: 1234.50, for files and other programs. comma: R 1 234,50 with no-break spaces. point: R1,234.50. */
export type NumberStyle = 'plain' | 'comma' | 'point';

export const formatMoney = (cents: number, style: NumberStyle): string => formatNumber(cents, MONEY, style);
/** As few decimals as it has. */
export const formatQty = (milli: number, style: NumberStyle): string => formatNumber(milli, QTY, style);
/** Two decimals, or as many as it has. */
export const formatPrice = (e4: number, style: NumberStyle): string => formatNumber(e4, PRICE, style);

/** The style that a locale's readers expect. */
export function numberStyle(locale: string): NumberStyle {
  if (locale === 'en-ZA') return 'comma'; // browsers disagree about it
  const mark = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal');
  return mark?.value === ',' ? 'comma' : 'point';
}

const TYPED_MAX = 40;
const OUTER_SPACE = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;
/** Any of the spaces that programs put between groups of digits. */
const SPACE = /[ \u00a0\u202f\u2009]/g;
/** Sign and currency come in either order, each at most once. */
const FRONT = /^ *([-\u2212]?) *(?:(?:ZAR|R|r) *([-\u2212]?))?/;
const FRONT_BARE = /^ *([-\u2212]?) *()/;
/** Before the decimal mark: digits alone, or groups of three divided by one kind of mark. */
const GROUPS = /^(?:\d*|\d{1,3}(?:([.,' ])\d{3}(?:\1\d{3})*))$/;

function parseNumber(text: string, kind: NumberKind): number | null {
  const typed = text.replace(OUTER_SPACE, '').replace(SPACE, ' ');
  const [front = '', before = '', after = ''] = (kind.currency ? FRONT : FRONT_BARE).exec(typed) ?? [];
  const body = typed.slice(front.length);
  if ((before && after) || !/^[\d.,' ]+$/.test(body) || body.length > TYPED_MAX) return null;
  const digits = body.trimEnd();
  const mark = decimalMark(digits, kind.groupsLikely);
  if (mark === null) return null;

  if (!GROUPS.test(digits.slice(0, mark))) return null;
  const integer = digits.slice(0, mark).replace(/\D/g, '');
  const fraction = digits.slice(mark + 1);
  if (!/^\d*$/.test(fraction) || /[1-9]/.test(fraction.slice(kind.decimals)) || !(integer + fraction)) return null;

  const read = BigInt(integer + fraction.slice(0, kind.decimals).padEnd(kind.decimals, '0'));
  const value = before || after ? -read : read;
  return value < BigInt(kind.min) || value > BigInt(kind.max) ? null : whole(value);
}

/** Where the decimals begin: the place of the mark, or the length. Null when it would be a guess. */
function decimalMark(digits: string, groupsLikely: boolean): number | null {
  const points = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  const point = digits.lastIndexOf('.');
  const comma = digits.lastIndexOf(',');
  if (points && commas) return (point > comma ? points : commas) === 1 ? Math.max(point, comma) : null;
  if (points === 1) return point;
  if (commas !== 1) return digits.length;
  const zeroBefore = comma === 1 && digits[0] === '0';
  const threeAfter = comma > 0 && comma <= 3 && digits.length - comma === 4 && !digits.includes(' ');
  if (!threeAfter || zeroBefore) return comma;
  return groupsLikely ? digits.length : null;
}

const MARKS: Record<NumberStyle, { currency: string; group: string; point: string }> = {
  plain: { currency: '', group: '', point: '.' },
  comma: { currency: 'R\u00a0', group: '\u00a0', point: ',' },
  point: { currency: 'R', group: ',', point: '.' },
};

function formatNumber(value: number, kind: NumberKind, style: NumberStyle): string {
  const { currency, group, point } = MARKS[style];
  const digits = size(BigInt(value)).toString().padStart(kind.decimals + 1, '0');
  const integer = digits.slice(0, -kind.decimals).replace(/\B(?=(\d{3})+$)/g, group);
  const all = digits.slice(-kind.decimals);
  const fraction = all.slice(0, kind.shown) + all.slice(kind.shown).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${kind.currency ? currency : ''}${integer}${fraction && point}${fraction}`;
}
