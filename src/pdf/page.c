#include "page.h"

#include "buf.h"
#include "limits.h"
#include "utf8.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* as gcc says it */
#endif
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
/* Fontconfig keeps what it has by its distance and not by its address, so the sanitizer takes its caches for lost. */
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
#endif
#ifdef __SANITIZE_THREAD__
/* Pango reads the fonts in threads of its own; these libraries are not built for the sanitizer, which sees no lock in them. */
const char *__tsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libfontconfig\ncalled_from_lib:libcairo\ncalled_from_lib:libpango-1\n"
	       "called_from_lib:libpangoft2\ncalled_from_lib:libpangocairo\ncalled_from_lib:libglib-2\n"
	       "called_from_lib:libharfbuzz\ncalled_from_lib:libfreetype\ncalled_from_lib:libpixman\n";
}
#endif

static const double PAPER_WIDTH = 595.276, PAPER_HEIGHT = 841.89; /* A4 */
static const double MARGIN_SIDE = 48, MARGIN_TOP = 44, MARGIN_BOTTOM = 58, FOOTER_FROM_BOTTOM = 44;
static const double ROW_KEEP = 180; /* rows up to this height are never divided */

enum { IMAGE_SIDE_MAX = 3000, IMAGE_PIXELS_MAX = 4000000, IMAGE_BYTES_MAX = 4 * 1024 * 1024 };

static const struct look_row {
	double size;
	bool bold;
	enum ink ink;
	double leading; /* between lines */
} looks[LOOKS] = {
	[LOOK_BODY] = { 9.5, false, INK_TEXT, 1.0 },     [LOOK_STRONG] = { 9.5, true, INK_TEXT, 1.0 },
	[LOOK_SMALL] = { 8, false, INK_GREY, 0.8 },      [LOOK_LABEL] = { 7.5, false, INK_GREY, 0.5 },
	[LOOK_HEADING] = { 10.5, true, INK_ACCENT, 1 },  [LOOK_TITLE] = { 20, true, INK_TEXT, 1 },
	[LOOK_NUMBER] = { 13, true, INK_TEXT, 1 },       [LOOK_NAME] = { 15, true, INK_ACCENT, 1 },
	[LOOK_MUTED] = { 9.5, false, INK_GREY, 1 },      [LOOK_TOTAL] = { 12, true, INK_TEXT, 1 },
	[LOOK_MARK] = { 12, true, INK_MARK, 1 },
};

static const double inks[INKS][3] = {
	[INK_TEXT] = { 0.10, 0.11, 0.13 }, [INK_GREY] = { 0.38, 0.41, 0.45 },   [INK_LINE] = { 0.80, 0.82, 0.85 },
	[INK_FAINT] = { 0.95, 0.96, 0.97 }, [INK_ACCENT] = { 0.06, 0.28, 0.44 }, [INK_MARK] = { 0.70, 0.13, 0.10 },
};

struct pages {
	struct arena *arena;
	const struct pages_info *info;
	struct buf out;
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoContext *context;
	PangoFontDescription *fonts[LOOKS];
	PangoLayout *layouts[2][CELLS_MAX]; /* used again for each row; the second set for heads and feet, drawn in the middle of one */
	bool drawing;                    /* the second time */
	unsigned page, total;
	double y; /* from the upper edge of the paper */
	bool in_head;
	pages_lay *repeat;
	const void *repeat_arg;
};

/* ---- the document ---- */

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
	struct pages *p = closure;
	buf_add(&p->out, (struct str){ (const char *)data, length });
	return p->out.over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Fontconfig, Pango and cairo share their fonts between threads, and not well: two documents at once now and then came out short, or not
 * at all. So one is made after the other, from one map of fonts; a card takes some ten milliseconds. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static PangoFontMap *fonts(void)
{
	static PangoFontMap *map;
	if (!map)
		map = pango_cairo_font_map_new();
	return map;
}

static void pages_undo(void *what)
{
	pthread_mutex_lock(&one_at_a_time);
	struct pages *p = what;
	for (size_t i = 0; i < CELLS_MAX; i++) {
		g_clear_object(&p->layouts[0][i]);
		g_clear_object(&p->layouts[1][i]);
	}
	for (size_t i = 0; i < LOOKS; i++)
		pango_font_description_free(p->fonts[i]);
	g_clear_object(&p->context);
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
	pthread_mutex_unlock(&one_at_a_time);
}

static void set_metadata(struct pages *p)
{
	const struct {
		cairo_pdf_metadata_t what;
		struct str text;
	} rows[] = {
		{ CAIRO_PDF_METADATA_TITLE, p->info->title },
		{ CAIRO_PDF_METADATA_AUTHOR, p->info->author },
		{ CAIRO_PDF_METADATA_CREATOR, STR("Fieldward") },
		{ CAIRO_PDF_METADATA_CREATE_DATE, str_slice(instant_str(p->arena, p->info->made), 0, 19) },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *tail = rows[i].what == CAIRO_PDF_METADATA_CREATE_DATE ? "Z" : "";
		if (rows[i].text.n && utf8_valid(rows[i].text))
			cairo_pdf_surface_set_metadata(p->surface, rows[i].what,
			                               str_fmt(p->arena, STR_FMT "%s", STR_ARG(rows[i].text), tail).p);
	}
}

/* Letters keep their shapes and distances on paper: nothing is fitted to pixels. */
static void make_context(struct pages *p)
{
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	p->context = pango_font_map_create_context(fonts());
	pango_cairo_context_set_resolution(p->context, 72);
	pango_cairo_context_set_font_options(p->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(p->context, FALSE); /* else each letter is moved to a whole point */
	pango_cairo_update_context(p->cr, p->context);
	for (size_t i = 0; i < LOOKS; i++) {
		p->fonts[i] = pango_font_description_from_string("Noto Sans, DejaVu Sans");
		pango_font_description_set_absolute_size(p->fonts[i], looks[i].size * PANGO_SCALE);
		pango_font_description_set_weight(p->fonts[i], looks[i].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	}
	/* A serial number or address that is divided gets no hyphen that it does not have. */
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
	for (size_t i = 0; i < 2 * CELLS_MAX; i++) {
		PangoLayout **layout = &p->layouts[i / CELLS_MAX][i % CELLS_MAX];
		*layout = pango_layout_new(p->context);
		pango_layout_set_wrap(*layout, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_attributes(*layout, attributes);
	}
	pango_attr_list_unref(attributes);
}

static struct pages *pages_new(struct arena *a, const struct pages_info *info)
{
	struct pages *p = ARENA_NEW(a, struct pages);
	p->arena = a;
	p->info = info;
	buf_init(&p->out, a, RESPONSE_MAX);
	p->surface = cairo_pdf_surface_create_for_stream(write_bytes, p, PAPER_WIDTH, PAPER_HEIGHT);
	cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
	p->cr = cairo_create(p->surface);
	make_context(p);
	set_metadata(p);
	arena_defer(a, pages_undo, p);
	return p;
}

/* ---- text ---- */

struct str text_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_slice(s, 0, max);
}

/* What pango can take: valid text, no control characters but line feeds, not without end. */
static struct str clean(struct arena *a, struct str s)
{
	s = text_cut(s, CELL_BYTES_MAX);
	if (utf8_valid(s) && utf8_printable(s, false))
		return s;
	s = utf8_valid(s) ? s : utf8_from_windows1252(a, s);
	char *out = str_z(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)out[i] < 0x20 && out[i] != '\n') || out[i] == 0x7f)
			out[i] = ' ';
	return (struct str){ out, s.n };
}

static void cell_lay(struct pages *p, PangoLayout *layout, const struct cell *c)
{
	struct str text = clean(p->arena, c->text);
	pango_layout_set_font_description(layout, p->fonts[c->look]);
	pango_layout_set_width(layout, (int)(c->width * PANGO_SCALE));
	pango_layout_set_alignment(layout, c->side == SIDE_END ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
	pango_layout_set_spacing(layout, (int)(looks[c->look].leading * PANGO_SCALE));
	pango_layout_set_text(layout, text.p, (int)text.n);
}

static double layout_height(PangoLayout *layout)
{
	int height = 0;
	pango_layout_get_size(layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static void use_ink(struct pages *p, enum ink ink)
{
	cairo_set_source_rgb(p->cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

static void draw_line(struct pages *p, const struct cell *c, PangoLayoutIter *at, double y)
{
	PangoRectangle place;
	if (!p->drawing)
		return;
	pango_layout_iter_get_line_extents(at, NULL, &place);
	int baseline = pango_layout_iter_get_baseline(at);
	use_ink(p, looks[c->look].ink);
	cairo_move_to(p->cr, MARGIN_SIDE + c->x + (double)place.x / PANGO_SCALE, y + (double)(baseline - place.y) / PANGO_SCALE);
	pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(at));
}

/* How far a cell has come while its row is divided. */
struct progress {
	PangoLayoutIter *at; /* NULL: nothing left */
};

/* Draws the lines of a cell that fit into `room`; at least one when `force`. Returns their height. */
static double draw_cell(struct pages *p, const struct cell *c, struct progress *progress, double room, bool force)
{
	double used = 0;
	while (progress->at) {
		PangoRectangle place;
		pango_layout_iter_get_line_extents(progress->at, NULL, &place);
		double height = (double)place.height / PANGO_SCALE;
		if (used + height > room + 0.01 && !(force && used == 0))
			return used;
		draw_line(p, c, progress->at, p->y + used);
		used += height + looks[c->look].leading;
		if (!pango_layout_iter_next_line(progress->at)) {
			pango_layout_iter_free(progress->at);
			progress->at = NULL;
		}
	}
	return used;
}

/* ---- pages ---- */

static double bottom(void)
{
	return PAPER_HEIGHT - MARGIN_BOTTOM;
}

/* One cell of a head or foot: two lines at most, then an ellipsis; never a page break. Returns its height. */
static double draw_margin(struct pages *p, const struct cell *c)
{
	PangoLayout *layout = p->layouts[1][0];
	cell_lay(p, layout, c);
	pango_layout_set_height(layout, -2);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	struct progress progress = { pango_layout_get_iter(layout) };
	double used = draw_cell(p, c, &progress, MARGIN_BOTTOM, true);
	pango_layout_iter_free(progress.at);
	pango_layout_set_height(layout, -1);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE);
	return used;
}

static void draw_footer(struct pages *p)
{
	double kept = p->y, width = pages_width(p);
	struct str number = str_fmt(p->arena, "%u / %u", p->page, p->total);
	const struct cell cells[2] = { { text_cut(p->info->footer, 400), 0, width - 60, LOOK_SMALL, SIDE_START },
		                       { number, width - 60, 60, LOOK_SMALL, SIDE_END } };
	p->y = PAPER_HEIGHT - FOOTER_FROM_BOTTOM;
	pages_rule(p, 0, width, 0.5, INK_LINE);
	p->y += 4;
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		draw_margin(p, &cells[i]);
	p->y = kept;
}

static void page_end(struct pages *p)
{
	if (!p->drawing)
		return;
	draw_footer(p);
	cairo_show_page(p->cr);
}

static void page_begin(struct pages *p)
{
	p->page++;
	p->y = MARGIN_TOP;
}

/* The head is drawn with the mark set, so that nothing in it can break the page again. */
static void page_head(struct pages *p)
{
	double width = pages_width(p), mark_width = p->info->mark.n ? width * 0.3 : 0;
	const struct cell running = { text_cut(p->info->running, 200), 0, width - mark_width, LOOK_SMALL, SIDE_START };
	const struct cell mark = { text_cut(p->info->mark, 24), width - mark_width, mark_width, LOOK_MARK, SIDE_END };
	p->in_head = true;
	if (mark.text.n) {
		p->y -= 4;
		draw_margin(p, &mark);
		p->y += 4;
	}
	if (running.text.n) {
		p->y += draw_margin(p, &running) + 3;
		pages_rule(p, 0, width, 0.5, INK_LINE);
		p->y += 10;
	}
	if (p->repeat)
		p->repeat(p, p->repeat_arg);
	p->in_head = false;
}

/* A document without end stops growing; pages_render() then refuses it. */
static void page_break(struct pages *p)
{
	if (p->in_head || p->page > PAGES_MAX)
		return;
	page_end(p);
	page_begin(p);
	page_head(p);
}

static void reset(struct pages *p, bool drawing)
{
	p->drawing = drawing;
	p->page = 0;
	p->repeat = NULL;
	page_begin(p);
}

static enum err finish(struct pages *p, struct str *ret)
{
	page_end(p);
	cairo_surface_finish(p->surface);
	if (p->out.over)
		return E_TOO_LARGE;
	if (cairo_status(p->cr) != CAIRO_STATUS_SUCCESS || cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS)
		return E_INTERNAL;
	*ret = buf_str(&p->out);
	return OK;
}

static enum err render(struct arena *a, const struct pages_info *info, pages_lay *lay, const void *arg, struct str *ret)
{
	struct pages *p = pages_new(a, info);
	reset(p, false);
	lay(p, arg);
	p->total = p->page;
	if (p->total > PAGES_MAX)
		return E_TOO_LARGE;
	reset(p, true);
	lay(p, arg);
	return finish(p, ret);
}

enum err pages_render(struct arena *a, const struct pages_info *info, pages_lay *lay, const void *arg, struct str *ret)
{
	pthread_mutex_lock(&one_at_a_time);
	enum err e = render(a, info, lay, arg, ret);
	pthread_mutex_unlock(&one_at_a_time);
	return e;
}

double pages_width(const struct pages *p)
{
	(void)p;
	return PAPER_WIDTH - 2 * MARGIN_SIDE;
}

double pages_text_width(struct pages *p, struct str text, enum look look)
{
	const struct cell cell = { text, 0, pages_width(p), look, SIDE_START };
	PangoLayout *layout = p->layouts[1][0];
	int width = 0;
	cell_lay(p, layout, &cell);
	pango_layout_set_width(layout, -1);
	pango_layout_get_size(layout, &width, NULL);
	return (double)width / PANGO_SCALE;
}

double pages_at(const struct pages *p)
{
	return p->y;
}

void pages_go(struct pages *p, double at)
{
	p->y = at;
}

void pages_space(struct pages *p, double height)
{
	if (p->y > MARGIN_TOP)
		p->y += height;
}

void pages_need(struct pages *p, double height)
{
	if (p->y + height > bottom() && p->y > MARGIN_TOP)
		page_break(p);
}

void pages_repeat(struct pages *p, pages_lay *head, const void *arg)
{
	p->repeat = head;
	p->repeat_arg = arg;
}

/* ---- rows ---- */

double pages_row_height(struct pages *p, const struct cell *cells, size_t count)
{
	double height = 0;
	for (size_t i = 0; i < count && i < CELLS_MAX; i++) {
		PangoLayout *layout = p->layouts[p->in_head][i];
		cell_lay(p, layout, &cells[i]);
		double h = layout_height(layout);
		height = h > height ? h : height;
	}
	return height;
}

/* Page after page until every cell is drawn. Each page takes at least one line, so it ends. */
static double row_divide(struct pages *p, const struct cell *cells, size_t count, struct progress *progress)
{
	bool left = true, fresh = false;
	double used = 0;
	while (left && p->page <= PAGES_MAX) {
		used = 0;
		left = false;
		for (size_t i = 0; i < count; i++) {
			double h = draw_cell(p, &cells[i], &progress[i], bottom() - p->y, fresh || p->in_head);
			used = h > used ? h : used;
			left = left || progress[i].at;
		}
		p->y += used;
		fresh = left;
		if (left)
			page_break(p);
		if (p->in_head)
			break;
	}
	return used;
}

double pages_row(struct pages *p, const struct cell *cells, size_t count)
{
	struct progress progress[CELLS_MAX] = { { NULL } };
	count = count < CELLS_MAX ? count : CELLS_MAX;
	double height = pages_row_height(p, cells, count), room = bottom() - p->y;
	if (height > room && (height <= ROW_KEEP || room < 40))
		pages_need(p, height);
	for (size_t i = 0; i < count; i++)
		progress[i].at = pango_layout_get_iter(p->layouts[p->in_head][i]);
	double used = row_divide(p, cells, count, progress);
	for (size_t i = 0; i < count; i++)
		if (progress[i].at)
			pango_layout_iter_free(progress[i].at);
	return used;
}

/* ---- lines and images ---- */

void pages_rule(struct pages *p, double x, double width, double thick, enum ink ink)
{
	pages_band(p, x, width, thick, ink);
}

void pages_band(struct pages *p, double x, double width, double height, enum ink ink)
{
	if (!p->drawing)
		return;
	use_ink(p, ink);
	cairo_rectangle(p->cr, MARGIN_SIDE + x, p->y, width, height);
	cairo_fill(p->cr);
}

void pages_box(struct pages *p, double x, double size, enum ink ink)
{
	if (!p->drawing)
		return;
	use_ink(p, ink);
	cairo_set_line_width(p->cr, 0.8);
	cairo_rectangle(p->cr, MARGIN_SIDE + x, p->y, size, size);
	cairo_stroke(p->cr);
}

void pages_line(struct pages *p, const double (*points)[2], size_t count, double thick, enum ink ink)
{
	if (!p->drawing)
		return;
	use_ink(p, ink);
	cairo_set_line_width(p->cr, thick);
	cairo_set_line_cap(p->cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_new_path(p->cr); /* what was drawn before leaves its point */
	for (size_t i = 0; i < count; i++)
		cairo_line_to(p->cr, MARGIN_SIDE + points[i][0], p->y + points[i][1]);
	cairo_stroke(p->cr);
}

static cairo_status_t read_bytes(void *closure, unsigned char *data, unsigned int length)
{
	struct str *s = closure;
	if (s->n < length)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, s->p, length);
	*s = str_slice(*s, length, s->n);
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t be32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* The size stands in the first chunk: it is judged before anything of that size is allocated. */
static bool image_size_sound(struct str png)
{
	static const char magic[16] = { (char)0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
	if (png.n < 33 || png.n > IMAGE_BYTES_MAX || memcmp(png.p, magic, sizeof(magic)) != 0)
		return false;
	uint32_t w = be32(png.p + 16), h = be32(png.p + 20);
	return w > 0 && h > 0 && w <= IMAGE_SIDE_MAX && h <= IMAGE_SIDE_MAX && w * h <= IMAGE_PIXELS_MAX;
}

static void draw_image(struct pages *p, cairo_surface_t *image, double x, double width, double height)
{
	double w = cairo_image_surface_get_width(image), h = cairo_image_surface_get_height(image);
	double scale = width / w < height / h ? width / w : height / h;
	cairo_save(p->cr);
	cairo_translate(p->cr, MARGIN_SIDE + x, p->y);
	cairo_scale(p->cr, scale, scale);
	cairo_set_source_surface(p->cr, image, 0, 0);
	cairo_paint(p->cr);
	cairo_restore(p->cr);
}

bool pages_image(struct pages *p, struct str png, double x, double width, double height)
{
	if (!image_size_sound(png))
		return false;
	cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &png);
	bool good = cairo_surface_status(image) == CAIRO_STATUS_SUCCESS;
	if (good && p->drawing)
		draw_image(p, image, x, width, height);
	cairo_surface_destroy(image);
	return good;
}

static cairo_status_t keep_bytes(void *closure, const unsigned char *p, unsigned n)
{
	struct buf *b = closure;
	buf_add(b, (struct str){ (const char *)p, n });
	return b->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

enum err page_image_again(struct arena *a, struct str png, struct str *ret)
{
	struct buf b;
	if (!image_size_sound(png))
		return E_INVALID;
	cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &png);
	enum err e = cairo_surface_status(image) == CAIRO_STATUS_SUCCESS ? OK : E_INVALID;
	buf_init(&b, a, IMAGE_BYTES_MAX);
	if (e == OK && cairo_surface_write_to_png_stream(image, keep_bytes, &b) != CAIRO_STATUS_SUCCESS)
		e = E_INTERNAL;
	cairo_surface_destroy(image);
	*ret = buf_str(&b);
	return e;
}
