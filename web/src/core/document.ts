// The lines of a quote or invoice while somebody types them: what stands in the fields, what of it can be read, what is
// sent, and the totals as they will be. The figures come from core/money.ts, as the server's do from its twin.

import { readPercent, readPrice, readQty, showQty, typePercent, typePrice, type Writing } from './amount.ts';
import { BP_FULL, documentTotals, moneyPart, type DocumentAnswer, type MoneyDocument } from './money.ts';
import type { Item, TaxCode, TaxRate, VatStatus } from './types.ts';

export type PriceMode = 'excl' | 'incl';

/** What lines of all documents have; those of a quote can be optional, those of an invoice have a source. */
export interface DocLine {
  id?: string;
  position?: number;
  section?: string | null;
  kind: 'item' | 'text' | 'subtotal';
  item_id: string | null;
  description: string;
  qty3: number;
  unit: string | null;
  price4: number;
  /** Absent from the answer for people who may not see it. */
  cost4?: number | null;
  discount_bp: number;
  tax_code_id: string | null;
  /** Its code is nobody's choice: it was made while the company was not registered for VAT. */
  unregistered?: boolean | null;
  rate_bp?: number;
  line_net?: number;
  optional?: boolean;
  selected?: boolean;
  option_group?: string | null;
  source_line_id?: string | null;
}

/** A line in the editor. A section is a line of its own there; in the document each line below it names it. */
export interface TypedLine {
  key: number;
  kind: DocLine['kind'] | 'section';
  description: string;
  item_id: string | null;
  qty: string;
  unit: string;
  price: string;
  discount: string;
  tax_code_id: string | null;
  optional: boolean;
  selected: boolean;
  option_group: string | null;
  cost4: number | null | undefined;
  source_line_id: string | null;
  /** The price is the server's to say: a price list or the parts of a bundle decide it. */
  ask?: boolean;
  /** The last values that could be read: they are saved while a field holds something else. */
  good: { qty3: number; price4: number; discount_bp: number };
}

export type TypedField = 'qty' | 'price' | 'discount';

let lastKey = 0;

export function emptyLine(kind: TypedLine['kind'], fields: Partial<TypedLine> = {}): TypedLine {
  return {
    key: ++lastKey,
    kind,
    description: '',
    item_id: null,
    qty: '1',
    unit: '',
    price: '',
    discount: '',
    tax_code_id: null,
    optional: false,
    selected: false,
    option_group: null,
    cost4: undefined,
    source_line_id: null,
    good: { qty3: 1000, price4: 0, discount_bp: 0 },
    ...fields,
  };
}

/** The code that is sent back with a line: none where it is the server's to say. */
export const chosenCode = (line: Pick<DocLine, 'tax_code_id' | 'unregistered'>) => (line.unregistered ? null : line.tax_code_id);

/** Lines of a document as they are put into the fields. */
export function typedLines(lines: readonly DocLine[], writing: Writing): TypedLine[] {
  const typed: TypedLine[] = [];
  let section = '';
  for (const line of lines) {
    if ((line.section ?? '') !== section) {
      section = line.section ?? '';
      typed.push(emptyLine('section', { description: section }));
    }
    typed.push(
      emptyLine(line.kind, {
        description: line.description,
        item_id: line.item_id,
        qty: showQty(line.qty3, writing),
        unit: line.unit ?? '',
        price: typePrice(line.price4, writing),
        discount: line.discount_bp === 0 ? '' : typePercent(line.discount_bp, writing),
        tax_code_id: chosenCode(line),
        optional: line.optional ?? false,
        selected: line.selected ?? false,
        option_group: line.option_group ?? null,
        cost4: line.cost4,
        source_line_id: line.source_line_id ?? null,
        good: { qty3: line.qty3, price4: line.price4, discount_bp: line.discount_bp },
      }),
    );
  }
  return typed;
}

/** Reads the fields again: what can be read becomes good, what cannot is named. */
export function readLine(line: TypedLine, writing: Writing): { line: TypedLine; faults: TypedField[] } {
  if (line.kind !== 'item') return { line, faults: [] };
  const qty3 = readQty(line.qty, writing);
  const price4 = line.price.trim() === '' ? 0 : readPrice(line.price, writing);
  const discount_bp = line.discount.trim() === '' ? 0 : readPercent(line.discount);
  const faults: TypedField[] = [];
  if (qty3 === null || qty3 === 0) faults.push('qty');
  if (price4 === null) faults.push('price');
  if (discount_bp === null) faults.push('discount');
  const good = {
    qty3: qty3 || line.good.qty3,
    price4: price4 ?? line.good.price4,
    discount_bp: discount_bp ?? line.good.discount_bp,
  };
  return { line: { ...line, good }, faults };
}

const isBlank = (line: TypedLine) => line.description.trim() === '';

/** Lines that have no words yet are not part of the document: the server would rightly refuse them. */
const counts = (line: TypedLine) => line.kind !== 'section' && !isBlank(line);

export const waitsForWords = (line: TypedLine) =>
  line.kind === 'item' && isBlank(line) && (line.price.trim() !== '' || line.qty.trim() !== '1');

export const asksPrice = (line: TypedLine) => line.ask === true && line.price.trim() === '';

/** What is sent, and for each line sent the key of the line in the editor. */
export function sentLines(lines: readonly TypedLine[], optional: boolean): { lines: Record<string, unknown>[]; keys: number[] } {
  const sent: Record<string, unknown>[] = [];
  const keys: number[] = [];
  let section = '';
  for (const line of lines) {
    if (line.kind === 'section') section = line.description.trim();
    if (!counts(line)) continue;
    keys.push(line.key);
    const fields: Record<string, unknown> = { kind: line.kind, description: line.description.trim() };
    if (section !== '') fields['section'] = section;
    if (line.kind === 'item') {
      Object.assign(fields, line.good);
      if (asksPrice(line)) delete fields['price4'];
      if (line.item_id) fields['item_id'] = line.item_id;
      if (line.unit.trim() !== '') fields['unit'] = line.unit.trim();
      if (line.tax_code_id) fields['tax_code_id'] = line.tax_code_id;
      if (line.cost4 != null) fields['cost4'] = line.cost4;
      if (line.source_line_id) fields['source_line_id'] = line.source_line_id;
      if (optional && line.optional) {
        fields['optional'] = true;
        fields['selected'] = line.selected;
        if (line.option_group) fields['option_group'] = line.option_group;
      }
    }
    sent.push(fields);
  }
  return { lines: sent, keys };
}

export interface Discount {
  discount_bp: number;
  discount: number;
}

/** How things are taxed on a day. */
export interface Taxes {
  registered: boolean;
  codes: readonly TaxCode[];
  /** The code that a line without one gets. */
  usual: string | null;
  /** Basis points; null where the code has no rate on that day. */
  rateOf: (code: string | null) => number | null;
}

export function taxesOn(
  day: string,
  codes: readonly TaxCode[],
  rates: readonly TaxRate[],
  statuses: readonly VatStatus[],
): Taxes {
  const begun = statuses.filter(({ valid_from }) => valid_from <= day);
  const status = begun.reduce<VatStatus | undefined>((last, one) => (!last || one.valid_from > last.valid_from ? one : last), undefined);
  const registered = status?.registered ?? false;
  const codeOf = (code: string) => codes.find((one) => one.code === code)?.id ?? null;
  const outside = codeOf('OUT');
  const usual = registered ? codeOf('STD') : outside;
  return {
    registered,
    codes,
    usual,
    rateOf: (code) => {
      // Who is not registered charges no VAT, whatever the line says.
      const wanted = registered ? (code ?? usual) : outside;
      const valid = rates.filter(
        ({ tax_code_id, valid_from, valid_until }) =>
          tax_code_id === wanted && valid_from <= day && (valid_until === null || valid_until >= day),
      );
      return valid.reduce<TaxRate | undefined>((last, one) => (!last || one.valid_from > last.valid_from ? one : last), undefined)?.rate_bp ?? null;
    },
  };
}

/** A price in the other way of meaning it, to four decimals, half away from zero. */
export function convertPrice(price4: number, isIncl: boolean, wantsIncl: boolean, rate_bp: number): number {
  if (isIncl === wantsIncl) return price4;
  return wantsIncl ? moneyPart(price4, BP_FULL + rate_bp, BP_FULL) : moneyPart(price4, BP_FULL, BP_FULL + rate_bp);
}

/** What choosing an item of the catalogue puts into a line; its price is converted once, here. */
export function fromItem(item: Item, mode: PriceMode, taxes: Taxes, writing: Writing, listed: boolean): Partial<TypedLine> {
  const ask = listed ? item.sell4 != null || item.kind === 'bundle' : item.sell4 == null && item.kind === 'bundle';
  const code = item.tax_code_id ?? taxes.usual;
  const rate = taxes.rateOf(code) ?? 0;
  const price4 = item.sell4 == null ? null : convertPrice(item.sell4, item.price_includes_vat, mode === 'incl', rate);
  return {
    item_id: item.id,
    description: item.name,
    unit: item.unit,
    price: price4 === null || ask ? '' : typePrice(price4, writing),
    ask,
    tax_code_id: taxes.registered ? code : null,
    cost4: item.cost4,
  };
}

export interface TypedTotals {
  answer: DocumentAnswer;
  /** Of each line in the editor, by key; a subtotal's is the sum of its section so far. */
  nets: Map<number, number>;
  /** Net less costs, where every cost is known. */
  margin: number | null;
}

export function typedTotals(lines: readonly TypedLine[], mode: PriceMode, taxes: Taxes, discount: Discount): TypedTotals {
  const codes: string[] = [];
  const numberOf = (code: string | null) => {
    const at = codes.indexOf(code ?? '');
    return at >= 0 ? at : codes.push(code ?? '') - 1;
  };
  const real = lines.filter(counts);
  const document: MoneyDocument = {
    mode: mode === 'incl' ? 'inclusive' : 'exclusive',
    discount_bp: discount.discount_bp,
    discount: discount.discount,
    lines: real.map((line) => ({
      qty: line.good.qty3,
      price: line.good.price4,
      discount_bp: line.good.discount_bp,
      tax_code: numberOf(taxes.registered ? (line.tax_code_id ?? taxes.usual) : 'OUT'),
      rate_bp: taxes.rateOf(line.tax_code_id) ?? 0,
      skip: line.kind !== 'item' || (line.optional && !line.selected),
    })),
  };
  const answer = documentTotals(document);
  const nets = new Map<number, number>();
  let above = 0;
  let cost: number | null = 0;
  const places = new Map(real.map((line, at) => [line.key, at]));
  for (const line of lines) {
    const at = places.get(line.key);
    if (line.kind === 'section') above = 0;
    if (at === undefined) continue;
    if (line.kind === 'subtotal') {
      nets.set(line.key, above);
    } else if (line.kind === 'item') {
      // An option that is not chosen shows what it would cost.
      const own = { ...document, discount: 0, discount_bp: 0, lines: [{ ...document.lines[at]!, skip: false }] };
      const net = documentTotals(own).totals?.sum ?? 0;
      nets.set(line.key, net);
      if (document.lines[at]?.skip) continue;
      above += net;
      if (line.cost4 == null) cost = null;
      else if (cost !== null) cost += moneyPart(line.good.qty3, line.cost4, 100_000);
    }
  }
  const margin = cost === null || !answer.totals || real.length === 0 ? null : answer.totals.net - cost;
  return { answer, nets, margin };
}

/** What a document that was sent comes to with other options chosen; its rates are those that it was sent with. */
export function totalsWith(
  lines: readonly DocLine[],
  mode: PriceMode,
  discount: Discount,
  chosen: ReadonlySet<string>,
): DocumentAnswer {
  const codes = [...new Set(lines.map(({ tax_code_id }) => tax_code_id ?? ''))];
  return documentTotals({
    mode: mode === 'incl' ? 'inclusive' : 'exclusive',
    discount_bp: discount.discount_bp,
    discount: discount.discount,
    lines: lines.map((line) => ({
      qty: line.qty3,
      price: line.price4,
      discount_bp: line.discount_bp,
      tax_code: codes.indexOf(line.tax_code_id ?? ''),
      rate_bp: line.rate_bp ?? 0,
      skip: line.kind !== 'item' || ((line.optional ?? false) && !chosen.has(line.id ?? '')),
    })),
  });
}
