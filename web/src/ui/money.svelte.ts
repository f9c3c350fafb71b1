// How this company writes amounts, and how things are taxed: read once by the pages that need it.

import { showAmount, showPrice, showQty, writingOf, type Writing } from '../core/amount.ts';
import { taxesOn, type Taxes } from '../core/document.ts';
import { dayOf } from '../core/time.ts';
import type { TaxCode, TaxRate, VatStatus } from '../core/types.ts';
import { session, whoIs } from './session.svelte.ts';

export const writing = (currency?: string): Writing => writingOf(whoIs().tenant, currency);
export const money = (cents: number, currency?: string): string => showAmount(cents, writing(currency));
export const price = (e4: number, currency?: string): string => showPrice(e4, writing(currency));
export const quantity = (milli: number): string => showQty(milli, writing());
/** The date in the company's zone. */
export const today = (): string => dayOf(Date.now(), whoIs().tenant.timezone);

class TaxTables {
  codes = $state.raw<TaxCode[]>([]);
  rates = $state.raw<TaxRate[]>([]);
  statuses = $state.raw<VatStatus[]>([]);
  #loading: Promise<void> | null = null;

  load(): Promise<void> {
    this.#loading ??= this.reload().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async reload(): Promise<void> {
    [this.codes, this.rates, this.statuses] = await Promise.all([
      session.api.all<TaxCode>('tax_codes'),
      session.api.all<TaxRate>('tax_rates'),
      session.api.all<VatStatus>('vat_statuses'),
    ]);
  }

  on(day: string): Taxes {
    return taxesOn(day, this.codes, this.rates, this.statuses);
  }

  nameOf = (id: string | null) => this.codes.find((code) => code.id === id)?.code ?? '';
}

export const taxTables = new TaxTables();
