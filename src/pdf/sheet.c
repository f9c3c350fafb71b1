#include "sheet.h"

static const double LOGO_WIDTH = 170, LOGO_HEIGHT = 54;
static const double LETTERHEAD_MAX = 200; /* of its lines */

enum { HEAD_LINES_MAX = 16 };

struct pages_info sheet_info(struct arena *a, struct str company, struct str title, struct str number, struct str mark)
{
	struct str name = str_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(title), number.n ? " " : "", STR_ARG(number));
	struct pages_info info = { .title = name, .author = company, .mark = mark };
	info.running = str_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(company), company.n ? " \u00b7 " : "", STR_ARG(name));
	return info;
}

double sheet_text(struct pages *p, struct str text, double x, double width, enum look look, enum side side)
{
	const struct cell cell = { text, x, width, look, side };
	return text.n ? pages_row(p, &cell, 1) : 0;
}

double sheet_text_height(struct pages *p, struct str text, double width, enum look look)
{
	const struct cell cell = { text, 0, width, look, SIDE_START };
	return text.n ? pages_row_height(p, &cell, 1) : 0;
}

/* Name or logo on the left, the other lines on the right. */
void sheet_letterhead(struct pages *p, const struct sheet_head_lines *h)
{
	double top = pages_at(p), width = pages_width(p), low = top;
	bool logo = pages_image(p, h->logo, 0, LOGO_WIDTH, LOGO_HEIGHT);
	if (logo)
		low = top + LOGO_HEIGHT;
	else if (h->count)
		sheet_text(p, text_cut(h->lines[0], SHEET_LINE_MAX), 0, width * 0.55, LOOK_NAME, SIDE_START);
	low = larger(low, pages_at(p));
	pages_go(p, top);
	for (size_t i = logo ? 0 : 1; i < h->count && i < HEAD_LINES_MAX; i++)
		if (pages_at(p) - top < LETTERHEAD_MAX || i + h->always >= h->count)
			sheet_text(p, text_cut(h->lines[i], SHEET_LINE_MAX), width * 0.58, width * 0.42, i ? LOOK_SMALL : LOOK_STRONG, SIDE_END);
	pages_go(p, larger(low, pages_at(p)) + 9);
	pages_rule(p, 0, width, 1.6, INK_ACCENT);
	pages_space(p, 14);
}

void sheet_title(struct pages *p, struct str title, struct str number, struct str date)
{
	double top = pages_at(p), width = pages_width(p), low;
	sheet_text(p, text_cut(title, SHEET_TITLE_MAX), 0, width * 0.62, LOOK_TITLE, SIDE_START);
	low = pages_at(p);
	pages_go(p, top + 2);
	sheet_text(p, text_cut(number, SHEET_SHORT_MAX), width * 0.64, width * 0.36, LOOK_NUMBER, SIDE_END);
	sheet_text(p, text_cut(date, SHEET_SHORT_MAX), width * 0.64, width * 0.36, LOOK_SMALL, SIDE_END);
	pages_go(p, larger(low, pages_at(p)) + 4);
}

void sheet_heading(struct pages *p, struct str heading, double below)
{
	pages_space(p, 10);
	if (heading.n == 0)
		return;
	pages_need(p, 23 + below);
	sheet_text(p, heading, 0, pages_width(p), LOOK_HEADING, SIDE_START);
	pages_space(p, 2);
	pages_rule(p, 0, pages_width(p), 0.6, INK_LINE);
	pages_space(p, 5);
}

void sheet_head(struct pages *p, const struct cell *cells, size_t count)
{
	double height = pages_row_height(p, cells, count) + 2 * SHEET_PAD;
	pages_band(p, 0, pages_width(p), height, INK_FAINT);
	pages_space(p, SHEET_PAD);
	pages_row(p, cells, count);
	pages_space(p, SHEET_PAD);
	pages_rule(p, 0, pages_width(p), 0.6, INK_LINE);
	pages_space(p, SHEET_ROW_PAD);
}

void sheet_row_end(struct pages *p)
{
	pages_space(p, SHEET_ROW_PAD);
	pages_rule(p, 0, pages_width(p), 0.4, INK_LINE);
	pages_space(p, SHEET_ROW_PAD);
}

void sheet_row(struct pages *p, const struct cell *cells, size_t count)
{
	pages_row(p, cells, count);
	sheet_row_end(p);
}
