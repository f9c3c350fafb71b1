// Money is whole cents everywhere; only these two functions know how it looks.

const SYMBOLS: Record<string, string> = { ZAR: 'R', USD: '$', EUR: '€', GBP: '£' };

/** 123450 → "R 1 234,50" for South Africa, "$ 1,234.50" where the point is the custom. */
export function formatMoney(cents: number, currency: string, locale: string): string {
  const decimal = decimalOf(locale);
  const group = decimal === ',' ? '\u00a0' : ',';
  const whole = Math.floor(Math.abs(cents) / 100)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, group);
  const fraction = (Math.abs(cents) % 100).toString().padStart(2, '0');
  const sign = cents < 0 ? '\u2212' : '';
  return `${sign}${SYMBOLS[currency] ?? currency}\u00a0${whole}${decimal}${fraction}`;
}

/**
 * What a person typed, in cents, or null if it is no amount. "1 200,50", "1,200.50" and "R1200.5" are all
 * 120050: the last separator followed by one or two digits is the decimal one, whatever the locale says.
 * A single separator followed by three digits groups thousands.
 */
export function parseMoney(text: string): number | null {
  const bare = text.trim().replace(/^(?:R|\$|€|£|[A-Z]{3})\s*/i, '').replace(/[\s\u00a0\u202f']/g, '');
  const found = /^([-\u2212]?)(\d[\d.,]*)$/.exec(bare);
  if (!found) return null;
  const digits = found[2] ?? '';
  const parts = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits);
  const whole = parts?.[1] ?? '';
  if (!/^\d+$/.test(whole) && !/^\d{1,3}([.,]\d{3})+$/.test(whole)) return null;
  const cents = Number(whole.replace(/[.,]/g, '')) * 100 + Number((parts?.[2] ?? '').padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) return null;
  return found[1] ? -cents : cents;
}

function decimalOf(locale: string): string {
  if (locale === 'en-ZA') return ',';
  const part = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal');
  return part?.value ?? '.';
}
