// Amounts, prices and quantities as a company's people write and read them: in the currency of the document and with
// the marks of their locale. The numbers themselves are core/money.ts.

import {
  formatMoney,
  formatPrice,
  formatQty,
  numberStyle,
  parseMoney,
  parsePrice,
  parseQty,
  type NumberStyle,
} from './money.ts';

export interface Writing {
  style: NumberStyle;
  /** Three letters. */
  currency: string;
}

const SIGNS: Record<string, string> = { ZAR: 'R', EUR: '€', USD: '$', GBP: '£', NAD: 'N$', BWP: 'P' };
const BARE = /R\u00a0?/;
const SPACE = '\u00a0';

export const writingOf = (tenant: { locale: string; currency: string }, currency = tenant.currency): Writing => ({
  style: numberStyle(tenant.locale),
  currency,
});

/** "R 1 234,50", "€1,234.50", "CHF 1,234.50". */
export function showAmount(cents: number, { style, currency }: Writing): string {
  const sign = SIGNS[currency] ?? `${currency}${SPACE}`;
  return formatMoney(cents, style).replace(BARE, (found) => (sign.endsWith(SPACE) ? sign : found.replace('R', sign)));
}

/** A price of one, with its currency: two decimals or as many as it has. */
export function showPrice(e4: number, { style, currency }: Writing): string {
  const sign = SIGNS[currency] ?? `${currency}${SPACE}`;
  return formatPrice(e4, style).replace(BARE, (found) => (sign.endsWith(SPACE) ? sign : found.replace('R', sign)));
}

export const showQty = (milli: number, { style }: Writing): string => formatQty(milli, style);

/** The same without a currency, for a field in which it will be changed. */
export const typeAmount = (cents: number, { style }: Writing): string => formatMoney(cents, style).replace(BARE, '');
export const typePrice = (e4: number, { style }: Writing): string => formatPrice(e4, style).replace(BARE, '');

/** 750 → "7,5 %". */
export function showPercent(bp: number, { style }: Writing): string {
  return `${typePercent(bp, { style })}${SPACE}%`;
}
export function typePercent(bp: number, { style }: Pick<Writing, 'style'>): string {
  const text = (bp / 100).toString();
  return style === 'comma' ? text.replace('.', ',') : text;
}

/** "7,5", "7.5 %" → 750; null for what is no percentage from 0 to 100 with at most two decimals. */
export function readPercent(text: string): number | null {
  const found = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.replace(/%\s*$/, '').trim());
  if (!found) return null;
  const bp = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  return bp <= 10_000 ? bp : null;
}

/** Somebody else's currency is no amount of this document. */
function own(text: string, currency: string): string | null {
  const typed = text.trim();
  if (currency !== 'ZAR' && /^[-\u2212]?\s*(ZAR|R(?![a-z]))/i.test(typed)) return null;
  for (const sign of [currency, SIGNS[currency] ?? currency])
    if (sign !== 'R' && sign !== 'ZAR' && typed.replace(/^[-\u2212]\s*/, '').toUpperCase().startsWith(sign.toUpperCase()))
      return typed.replace(new RegExp(sign.replace(/[$]/g, '\\$&'), 'i'), '').trim();
  return typed;
}

const LONE_COMMA = /^\D*\d{1,3},\d{3}\s*$/;

/** "1,200" is twelve hundred where points divide decimals, and one and a fifth where commas do. */
const decided = (text: string, style: NumberStyle) =>
  LONE_COMMA.test(text) ? text.replace(',', style === 'comma' ? '.' : '') : text;

export function readAmount(text: string, { currency }: Writing): number | null {
  const typed = own(text, currency);
  return typed === null ? null : parseMoney(typed);
}

export function readPrice(text: string, { style, currency }: Writing): number | null {
  const typed = own(text, currency);
  return typed === null ? null : (parsePrice(typed) ?? parsePrice(decided(typed, style)));
}

export function readQty(text: string, { style }: Pick<Writing, 'style'>): number | null {
  return parseQty(text) ?? parseQty(decided(text, style));
}
