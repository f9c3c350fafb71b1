/* pdf_file.h - what the tests of printed documents share: a picture, the programs that read a PDF, and what a process has used. */
#ifndef PDF_FILE_H
#define PDF_FILE_H

#include "check.h"

#include "arena.h"
#include "str.h"

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* For tables that are fixed when the program is compiled. */
#define TXT(literal) { "" literal "", sizeof(literal) - 1 }

enum { PICTURE_MAX = 20000 };

static inline cairo_status_t picture_write(void *closure, const unsigned char *data, unsigned int length)
{
	struct str *s = closure;
	if (s->n + length > PICTURE_MAX)
		return CAIRO_STATUS_WRITE_ERROR;
	memcpy((char *)(uintptr_t)s->p + s->n, data, length);
	s->n += length;
	return CAIRO_STATUS_SUCCESS;
}

/* A PNG with something like a signature, or like a logo. */
static inline struct str picture(struct arena *a, bool logo)
{
	struct str s = { ARENA_ARRAY(a, char, PICTURE_MAX), 0 };
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 300, 100);
	cairo_t *cr = cairo_create(surface);
	cairo_set_line_width(cr, 4);
	if (logo) {
		cairo_set_source_rgb(cr, 0.85, 0.45, 0.1);
		cairo_arc(cr, 50, 50, 40, 0, 6.3);
		cairo_fill(cr);
		cairo_rectangle(cr, 110, 30, 180, 40);
		cairo_fill(cr);
	} else {
		cairo_set_source_rgb(cr, 0.1, 0.1, 0.3);
		cairo_move_to(cr, 20, 70);
		for (int i = 1; i < 7; i++)
			cairo_curve_to(cr, 40 * i - 20, 100.0 - 13 * i, 40 * i, -10.0 + 20 * i % 60, 40 * i + 20, 40.0 + 40 * (i % 2));
		cairo_stroke(cr);
	}
	cairo_surface_write_to_png_stream(surface, picture_write, &s);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return s;
}

static inline void save(struct str pdf, const char *path)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
	fclose(f);
}

/* Output of a command with the file's name in it; NULL when there is no such program. */
static inline const char *run(struct arena *a, const char *program, const char *before, const char *path, const char *after)
{
	if (system(str_fmt(a, "command -v %s >/dev/null", program).p) != 0)
		return NULL;
	FILE *f = popen(str_fmt(a, "%s %s %s %s 2>&1", program, before, path, after).p, "r");
	assert_non_null(f);
	char *out = ARENA_ARRAY(a, char, 400000);
	size_t n = fread(out, 1, 399999, f);
	out[n] = 0;
	pclose(f);
	return out;
}

/* Sound, with every font inside, of so many pages (0: any), and with these words in its text. */
static inline void check_file(struct arena *a, struct str pdf, const char *const *words, unsigned pages)
{
	char path[] = "/tmp/fw-pdf-XXXXXX";
	close(mkstemp(path));
	save(pdf, path);
	const char *out = run(a, "qpdf", "--check", path, "");
	assert_true(!out || strstr(out, "No syntax or stream encoding errors"));
	out = run(a, "pdffonts", "", path, "");
	assert_true(!out || (strstr(out, "yes") && !strstr(out, " no  ") && !strstr(out, "Type 3")));
	out = run(a, "pdfinfo", "", path, "");
	if (out && pages)
		assert_non_null(strstr(out, str_fmt(a, "Pages:           %u\n", pages).p));
	out = run(a, "pdftotext", "-layout", path, "-");
	for (size_t i = 0; out && words[i]; i++)
		if (!strstr(out, words[i]))
			fail_msg("not in the text: %s", words[i]);
	unlink(path);
}

static inline double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline long resident_kib(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (f && fscanf(f, "%*s %ld", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

#endif
