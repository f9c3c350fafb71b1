// Amounts, dates and times as the customer reads them, on the wall clock of the company.

import { formatMoney, formatPrice, formatQty, numberStyle } from '../../core/money.ts';
import type { Company } from './types.ts';
import { words } from './words.svelte.ts';

const tag = () => (words.language === 'af' ? 'af-ZA' : 'en-ZA');

export const money = (company: Company, cents: number): string => formatMoney(cents, numberStyle(company.locale));
export const price = (company: Company, e4: number): string => formatPrice(e4, numberStyle(company.locale));
export const qty = (company: Company, milli: number): string => formatQty(milli, numberStyle(company.locale));

/** A calendar day, "22 December 2026"; it belongs to no zone. */
export function day(text: string): string {
  return new Intl.DateTimeFormat(tag(), { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${text}T00:00:00Z`));
}

export function instant(company: Company, at: string): string {
  const format = { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: company.timezone } as const;
  return new Intl.DateTimeFormat(tag(), format).format(new Date(at));
}

export function weekday(company: Company, at: string): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', timeZone: company.timezone } as const;
  return new Intl.DateTimeFormat(tag(), format).format(new Date(at));
}

export function time(company: Company, at: string): string {
  const format = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: company.timezone } as const;
  return new Intl.DateTimeFormat(tag(), format).format(new Date(at));
}
