#include "document_private.h"

static const double SUMS_AT = 0.52; /* where the sums begin, of the width */

enum { TAXES_BESIDE_MAX = 6 };

/* ---- sums ---- */

static size_t sum_cells(const struct pages *p, const struct lay *l, const struct sum *s, struct cell *cells)
{
	static const enum look look[] = { [SUM_PLAIN] = LOOK_BODY, [SUM_NOTE] = LOOK_SMALL, [SUM_STRONG] = LOOK_STRONG, [SUM_DUE] = LOOK_TOTAL };
	double x = pages_width(p) * SUMS_AT, width = pages_width(p) - x;
	cells[0] = (struct cell){ s->name, x + SHEET_PAD, width * 0.42, s->weight == SUM_PLAIN ? LOOK_MUTED : look[s->weight], SIDE_START };
	cells[1] = (struct cell){ money_str(l->scratch, s->value, l->doc->style), x + width * 0.42 + SHEET_PAD, width * 0.58 - 2 * SHEET_PAD,
		                  look[s->weight], SIDE_END };
	return 2;
}

static double sum_pad(const struct sum *s)
{
	return s->weight == SUM_DUE ? 6 : s->weight == SUM_NOTE ? 1.5 : 2.5;
}

double lay_sums_height(struct pages *p, const struct lay *l)
{
	struct cell cells[2];
	double height = 8;
	arena_reset(l->scratch);
	for (size_t i = 0; i < l->sum_count; i++)
		height += pages_row_height(p, cells, sum_cells(p, l, &l->sums[i], cells)) + 2 * sum_pad(&l->sums[i]) + 2;
	return height;
}

void lay_sums(struct pages *p, const struct lay *l)
{
	struct cell cells[2];
	double x = pages_width(p) * SUMS_AT, width = pages_width(p) - x;
	arena_reset(l->scratch);
	pages_space(p, 4);
	for (size_t i = 0; i < l->sum_count; i++) {
		const struct sum *s = &l->sums[i];
		size_t count = sum_cells(p, l, s, cells);
		if (s->weight == SUM_STRONG && i > 0)
			pages_rule(p, x, width, 0.6, INK_LINE);
		if (s->weight == SUM_DUE) {
			pages_space(p, 2);
			pages_band(p, x, width, pages_row_height(p, cells, count) + 2 * sum_pad(s), INK_FAINT);
			pages_rule(p, x, width, 1.2, INK_ACCENT);
		}
		pages_space(p, sum_pad(s));
		pages_row(p, cells, count);
		pages_space(p, sum_pad(s));
	}
}

/* ---- VAT by rate ---- */

static void tax_cells(const struct pages *p, struct str rate, struct str net, struct str vat, struct cell cells[3])
{
	double width = pages_width(p) * (SUMS_AT - 0.06);
	const double at[4] = { 0, width * 0.36, width * 0.7, width };
	const struct str texts[3] = { rate, net, vat };
	for (size_t i = 0; i < 3; i++)
		cells[i] = (struct cell){ texts[i], at[i] + SHEET_PAD, at[i + 1] - at[i] - 2 * SHEET_PAD, LOOK_SMALL, i ? SIDE_END : SIDE_START };
}

static void tax_head(struct pages *p, const void *arg)
{
	struct cell cells[3];
	(void)arg;
	tax_cells(p, STR("VAT by rate"), STR("Value"), STR("VAT"), cells);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		cells[i].look = LOOK_LABEL;
	pages_space(p, 6);
	pages_row(p, cells, ARRAY_LEN(cells));
	pages_space(p, 2);
	pages_rule(p, 0, pages_width(p) * (SUMS_AT - 0.06), 0.6, INK_LINE);
	pages_space(p, 2);
}

static void lay_taxes(struct pages *p, const struct lay *l)
{
	struct cell cells[3];
	pages_need(p, 40);
	tax_head(p, l);
	pages_repeat(p, tax_head, l);
	for (size_t i = 0; i < l->doc->tax_count; i++) {
		const struct pdf_tax *t = &l->doc->taxes[i];
		arena_reset(l->scratch);
		tax_cells(p, text_cut(t->rate, SHEET_SHORT_MAX), lay_amount(l, t->net), lay_amount(l, t->vat), cells);
		pages_row(p, cells, ARRAY_LEN(cells));
		pages_space(p, 2);
	}
	pages_repeat(p, NULL, NULL);
}

static bool shows_taxes(const struct lay *l)
{
	return l->doc->vat_registered && l->doc->tax_count > 0;
}

static double taxes_height(struct pages *p, const struct lay *l)
{
	struct cell cells[3];
	double height = 26;
	for (size_t i = 0; i < l->doc->tax_count; i++) {
		tax_cells(p, text_cut(l->doc->taxes[i].rate, SHEET_SHORT_MAX), STR("0"), STR("0"), cells);
		height += pages_row_height(p, cells, ARRAY_LEN(cells)) + 2;
	}
	return height;
}

static bool taxes_beside(const struct lay *l)
{
	return shows_taxes(l) && l->doc->tax_count <= TAXES_BESIDE_MAX;
}

double lay_totals_height(struct pages *p, const struct lay *l)
{
	double height = lay_sums_height(p, l);
	return taxes_beside(l) ? larger(height, taxes_height(p, l)) : height;
}

/* A few rates stand beside the sums, many below them. */
void lay_totals(struct pages *p, const struct lay *l)
{
	double top = pages_at(p), low = top;
	if (taxes_beside(l)) {
		lay_taxes(p, l);
		low = pages_at(p);
		pages_go(p, top);
	}
	lay_sums(p, l);
	pages_go(p, larger(low, pages_at(p)));
	if (shows_taxes(l) && !taxes_beside(l))
		lay_taxes(p, l);
}
