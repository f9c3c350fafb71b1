// What an offer comes to with the options that are ticked: the server's algorithm, so that the figure on the button
// is the figure that is agreed to.

import { documentTotals, type Totals } from '../../core/money.ts';
import type { Figures, Line } from './types.ts';

export const counts = (line: Line, chosen: ReadonlySet<string>): boolean =>
  line.kind === 'item' && (!line.optional || chosen.has(line.id));

export function totalsOf(doc: Figures, chosen: ReadonlySet<string>): Totals | null {
  const codes: (string | null)[] = [];
  const lines = doc.lines.map((line) => {
    if (!codes.includes(line.tax_code_id)) codes.push(line.tax_code_id);
    return {
      qty: line.qty3,
      price: line.price4,
      discount_bp: line.discount_bp,
      tax_code: codes.indexOf(line.tax_code_id),
      rate_bp: line.rate_bp,
      skip: !counts(line, chosen),
    };
  });
  const mode = doc.price_mode === 'incl' ? ('inclusive' as const) : ('exclusive' as const);
  const answer = documentTotals({ mode, lines, discount_bp: doc.discount_bp, discount: doc.discount ?? 0 });
  return answer.totals ?? null;
}

/** The options that are marked when the offer is opened. */
export const marked = (doc: Figures): Set<string> =>
  new Set(doc.lines.filter((line) => line.optional && line.selected).map((line) => line.id));

/** Ticks or unticks one; of a group one is chosen at most. */
export function toggled(doc: Figures, chosen: ReadonlySet<string>, line: Line, on: boolean): Set<string> {
  const next = new Set(chosen);
  if (!on) next.delete(line.id);
  if (on && line.option_group)
    for (const other of doc.lines) if (other.option_group === line.option_group) next.delete(other.id);
  if (on) next.add(line.id);
  return next;
}
