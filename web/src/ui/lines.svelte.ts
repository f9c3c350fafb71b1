// The lines of a quote or invoice that is being written. What is typed is saved by itself, at most every two seconds, as a
// whole; the totals on the screen are ours while something is unsaved and the server's as soon as it has answered.

import {
  asksPrice,
  emptyLine,
  fromItem,
  readLine,
  sentLines,
  typedLines,
  typedTotals,
  waitsForWords,
  type Discount,
  type DocLine,
  type PriceMode,
  type TypedField,
  type TypedLine,
} from '../core/document.ts';
import { readAmount, readPercent, showQty, typeAmount, typePercent, typePrice, type Writing } from '../core/amount.ts';
import { Problem } from '../core/api.ts';
import { t } from '../core/i18n.ts';
import type { Item } from '../core/types.ts';
import { taxTables } from './money.svelte.ts';
import { toasts } from './toasts.svelte.ts';

const PAUSE_MS = 700;
const EVERY_MS = 2000;
const AGAIN_MS = 10_000;

/** The figures of a document as the server has them. */
export interface Figures {
  price_mode: PriceMode;
  currency: string;
  discount_bp: number;
  discount: number;
  sum: number;
  discount_taken: number;
  net: number;
  vat: number;
  total: number;
  vat_groups: unknown;
}

interface Options<D extends Figures> {
  /** Sends the whole; `last` when the page is being left. */
  put: (body: Record<string, unknown>, last: boolean) => Promise<D>;
  saved: (document: D) => void;
  day: () => string;
  writing: (currency: string) => Writing;
  /** The lines as the server has them: prices that it was asked for are read from there. */
  reread: () => Promise<DocLine[]>;
  /** The server's counter of changes of what these lines were read from; it tells whether somebody else saved meanwhile. */
  base: () => number | undefined;
  /** Reads that counter again. */
  refresh: () => Promise<void>;
  /** Whether a price list decides for this customer. */
  listed?: () => boolean;
  /** Lines may be optional. */
  optional?: boolean;
  texts?: boolean;
}

/** The lines in a few words, to tell whether they are the same. */
const gist = (lines: readonly DocLine[]) =>
  JSON.stringify(lines.map((line) => [line.kind, line.description, line.section ?? '', line.kind === 'item' ? [line.qty3, line.price4, line.discount_bp] : 0, line.optional ?? false, line.selected ?? false]));

export type DiscountKind = 'percent' | 'amount';

export class LinesDraft<D extends Figures> {
  lines = $state.raw<TypedLine[]>([]);
  document = $state.raw<D | null>(null);
  mode = $state<PriceMode>('excl');
  discountKind = $state<DiscountKind>('percent');
  discountText = $state('');
  intro = $state('');
  terms = $state('');
  phase = $state<'rest' | 'waiting' | 'saving' | 'saved' | 'failed' | 'clash'>('rest');
  error = $state.raw<unknown>(null);
  /** What the server found wrong, by key of the line and name of the field. */
  refused = $state.raw<Record<number, Record<string, string>>>({});
  readonly optional: boolean;
  readonly #options: Options<D>;
  #modeTyped = false;
  #mine = false;
  #round = $state(0);
  #savedRound = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #saving: Promise<void> | null = null;
  #sent: readonly number[] = [];
  /** What the server held when it last agreed with us. */
  #known = '';

  constructor(options: Options<D>) {
    this.#options = options;
    this.optional = options.optional ?? false;
  }

  get writing(): Writing {
    return this.#options.writing(this.document?.currency ?? '');
  }

  readonly taxes = $derived.by(() => taxTables.on(this.#options.day()));
  readonly discount = $derived.by<Discount | null>(() => {
    if (this.discountText.trim() === '') return { discount: 0, discount_bp: 0 };
    if (this.discountKind === 'percent') {
      const bp = readPercent(this.discountText);
      return bp === null ? null : { discount: 0, discount_bp: bp };
    }
    const cents = readAmount(this.discountText, this.writing);
    return cents === null || cents < 0 ? null : { discount: cents, discount_bp: 0 };
  });
  readonly typed = $derived.by(() =>
    typedTotals(this.lines, this.mode, this.taxes, this.discount ?? { discount: 0, discount_bp: 0 }),
  );
  readonly unsaved = $derived.by(() => this.#round !== this.#savedRound);
  /** The server's figures once they are those of what stands here. */
  readonly figures = $derived.by(() => {
    const ours = this.typed.answer.totals;
    const server = this.document;
    if (server && !this.unsaved)
      return { sum: server.sum, discount: server.discount_taken, net: server.net, vat: server.vat, total: server.total, from: 'server' };
    return ours ? { sum: ours.sum, discount: ours.discount, net: ours.net, vat: ours.vat, total: ours.total, from: 'typed' } : null;
  });
  readonly faults = $derived.by(() => new Map(this.lines.map((line) => [line.key, readLine(line, this.writing).faults])));
  readonly waiting = $derived.by(() => this.lines.filter(waitsForWords).length);

  /** Begins with what the server holds. */
  take(document: D, lines: readonly DocLine[], texts: { intro?: string | null; terms?: string | null } = {}): void {
    this.document = document;
    this.#known = gist(lines);
    this.mode = document.price_mode;
    this.#modeTyped = false;
    this.lines = typedLines(lines, this.writing);
    this.discountKind = document.discount > 0 ? 'amount' : 'percent';
    if (document.discount > 0) this.discountText = typeAmount(document.discount, this.writing);
    else this.discountText = document.discount_bp > 0 ? typePercent(document.discount_bp, this.writing) : '';
    this.intro = texts.intro ?? '';
    this.terms = texts.terms ?? '';
    this.refused = {};
    this.error = null;
    this.phase = 'rest';
    this.#savedRound = this.#round;
  }

  change(key: number, fields: Partial<TypedLine>): void {
    this.lines = this.lines.map((line) => (line.key === key ? readLine({ ...line, ...fields }, this.writing).line : line));
    if (key in this.refused) {
      const { [key]: _, ...others } = this.refused;
      this.refused = others;
    }
    this.touch();
  }

  /** A field was left: what was typed is written as we would write it. */
  tidy(key: number): void {
    this.lines = this.lines.map((line) => {
      if (line.key !== key || line.kind !== 'item') return line;
      const bad = this.faults.get(key) ?? [];
      const { qty3, price4, discount_bp } = line.good;
      return {
        ...line,
        qty: bad.includes('qty') ? line.qty : showQty(qty3, this.writing),
        price: bad.includes('price') || line.price.trim() === '' ? line.price : typePrice(price4, this.writing),
        discount: bad.includes('discount') || discount_bp === 0 ? line.discount : typePercent(discount_bp, this.writing),
      };
    });
  }

  pickItem(key: number, item: Item): void {
    this.change(key, fromItem(item, this.mode, this.taxes, this.writing, this.#options.listed?.() ?? false));
  }

  add(kind: TypedLine['kind'], after?: number): TypedLine {
    const line = emptyLine(kind, kind === 'subtotal' ? { description: t('lines.subtotalWord') } : {});
    const at = after === undefined ? this.lines.length : this.lines.findIndex(({ key }) => key === after) + 1;
    this.lines = this.lines.toSpliced(at, 0, line);
    if (kind === 'subtotal') this.touch();
    return line;
  }

  remove(key: number): void {
    const at = this.lines.findIndex((line) => line.key === key);
    const line = this.lines[at];
    if (!line) return;
    this.lines = this.lines.toSpliced(at, 1);
    this.touch();
    if (line.description.trim() === '') return;
    toasts.say(t('lines.removed'), () => {
      this.lines = this.lines.toSpliced(at, 0, line);
      this.touch();
      return Promise.resolve();
    });
  }

  move(key: number, by: number): void {
    const at = this.lines.findIndex((line) => line.key === key);
    const to = at + by;
    const line = this.lines[at];
    if (!line || to < 0 || to >= this.lines.length) return;
    this.lines = this.lines.toSpliced(at, 1).toSpliced(to, 0, line);
    this.touch();
  }

  setMode(mode: PriceMode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.#modeTyped = true;
    this.touch();
  }

  touch(): void {
    this.#round++;
    if (this.phase === 'clash') return; // a person decides first
    if (this.phase !== 'saving') this.phase = 'waiting';
    this.#plan(Math.max(PAUSE_MS, this.#last + EVERY_MS - Date.now()));
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(false), ms);
  }

  /** Saves at once what is not saved yet; resolves when the server has it, throws when it will not. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.unsaved) {
      await this.#save(false);
      if (this.phase === 'failed' || this.phase === 'clash') throw this.error;
    }
  }

  /** The page is being left. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.unsaved && this.phase !== 'clash') void this.#save(true);
  }

  #save(last: boolean): Promise<void> {
    this.#saving ??= this.#send(last).finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #send(last: boolean): Promise<void> {
    const round = this.#round;
    const { lines, keys } = sentLines(this.lines, this.optional);
    this.#sent = keys;
    const asked = this.lines.filter(asksPrice).map(({ key }) => key);
    this.phase = 'saving';
    this.#last = Date.now();
    const body: Record<string, unknown> = { lines };
    const discount = this.discount;
    if (discount?.discount_bp) body['discount_bp'] = discount.discount_bp;
    if (discount?.discount) body['discount'] = discount.discount;
    if (this.#options.texts) Object.assign(body, { intro: this.intro, terms: this.terms });
    if (this.#modeTyped) body['price_mode'] = this.mode;
    const base = this.#options.base();
    if (base !== undefined && !this.#mine) body['base_version'] = base;
    try {
      const document = await this.#options.put(body, last);
      this.document = document;
      this.#savedRound = round;
      this.#mine = false;
      this.refused = {};
      this.error = null;
      this.#known = gist(asked.length > 0 ? await this.#answer(keys, asked) : (lines as unknown as DocLine[]));
      this.phase = this.unsaved ? 'waiting' : 'saved';
      this.#options.saved(document);
      if (this.unsaved) this.#plan(EVERY_MS);
    } catch (error) {
      this.error = error;
      if (error instanceof Problem && error.status === 409 && 'base_version' in body) {
        await this.#clashed();
        return;
      }
      this.phase = 'failed';
      this.refused = error instanceof Problem ? this.#placed(error) : {};
      // An item that has no price anywhere: it is typed, as for any other.
      const unknown = asked.filter((key) => this.refused[key]?.['price4'] !== undefined);
      if (unknown.length > 0) {
        this.lines = this.lines.map((line) => (unknown.includes(line.key) ? { ...line, ask: false } : line));
        this.touch();
      }
      // What the server refuses it will refuse again; what did not reach it may reach it later.
      if (!(error instanceof Problem)) this.#plan(AGAIN_MS);
    }
  }

  /** Refused as too old: where only something beside the lines has changed, they are sent again; else a person decides. */
  async #clashed(): Promise<void> {
    this.phase = 'failed';
    try {
      const theirs = gist(await this.#options.reread());
      if (theirs !== this.#known) {
        this.phase = 'clash';
        return;
      }
      await this.#options.refresh();
      this.phase = 'waiting';
      this.#plan(0);
    } catch {
      this.#plan(AGAIN_MS);
    }
  }

  /** After a clash: what stands here is put over theirs, which stays in the diary. */
  async keepMine(): Promise<void> {
    this.#mine = true;
    await this.#options.refresh();
    await this.#save(false);
  }

  async #answer(keys: readonly number[], asked: readonly number[]): Promise<DocLine[]> {
    const lines = await this.#options.reread();
    this.lines = this.lines.map((line) => {
      const told = asked.includes(line.key) ? lines[keys.indexOf(line.key)] : undefined;
      if (!told || line.price.trim() !== '') return line;
      return { ...line, ask: false, price: typePrice(told.price4, this.writing), cost4: told.cost4, good: { ...line.good, price4: told.price4 } };
    });
    return lines;
  }

  #placed(problem: Problem): Record<number, Record<string, string>> {
    const found: Record<number, Record<string, string>> = {};
    for (const { pointer, detail } of problem.faults) {
      const [, at, field = ''] = /^\/lines\/(\d+)\/(\w+)$/.exec(pointer) ?? [];
      const key = this.#sent[Number(at)];
      if (key !== undefined) found[key] = { ...found[key], [field]: detail };
    }
    return found;
  }

  isBad(line: TypedLine, field: TypedField): boolean {
    const server = { qty: 'qty3', price: 'price4', discount: 'discount_bp' }[field];
    return (this.faults.get(line.key)?.includes(field) ?? false) || this.refused[line.key]?.[server] !== undefined;
  }
}
