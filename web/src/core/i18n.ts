// Words come from one catalogue per language; keys are checked by the compiler.

import en from '../../locales/en.json' with { type: 'json' };

export type Key = keyof typeof en;
type Entry = string | { one: string; other: string };

const catalogue: Record<string, Entry> = en;
const plural = new Intl.PluralRules('en');
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Whole numbers are grouped with a thin space: 10 000 cannot be mistaken for ten. */
export function formatCount(n: number): string {
  return number.format(n).replaceAll(',', '\u202f');
}

/** The words for `key`, with `{name}` filled in. `n` picks the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry = catalogue[key] ?? key;
  let text: string;
  if (typeof entry === 'string') text = entry;
  else text = plural.select(Number(values['n'] ?? 0)) === 'one' ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? formatCount(value) : value;
  });
}

/** For words that the server names (actions, fields, kinds): ours if we have them, else its own, readable. */
export function wordFor(stem: string, name: string): string {
  const entry = catalogue[`${stem}.${name}`];
  if (typeof entry === 'string') return entry;
  return name.replace(/_(id|at|s)$/, '').replaceAll('_', ' ');
}
