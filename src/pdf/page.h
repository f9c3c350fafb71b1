/* page.h - text, rows and rules that flow down A4 pages and become a PDF.
 *
 * Over cairo and pango: any script that the installed fonts have, fonts embedded, text that can be searched and copied. It knows paper
 * and nothing of what is printed; card.h does. The same input gives the same bytes: the time in the file is the caller's.
 *
 * Lengths are points (1/72 inch) as double: the only floating point of the program, and nothing is computed with it but places on
 * paper. Threads may render at the same time, each document in its own. */
#ifndef PAGE_H
#define PAGE_H

#include "time.h"

enum { PAGES_MAX = 500, CELLS_MAX = 12, CELL_BYTES_MAX = 64 * 1024 };

struct pages;

struct pages_info {
	struct str title, author; /* of the file; both also stand in it */
	struct str running;       /* at the head of every page but the first */
	struct str mark;          /* beside it, in red */
	struct str footer;        /* at the foot of every page, before "2 / 5" */
	struct instant made;
};

/* How text looks; page.c has the table. */
enum look { LOOK_BODY, LOOK_STRONG, LOOK_SMALL, LOOK_LABEL, LOOK_HEADING, LOOK_TITLE, LOOK_NUMBER, LOOK_NAME, LOOK_MUTED, LOOK_TOTAL, LOOK_MARK, LOOKS };
enum side { SIDE_START, SIDE_END }; /* of its own direction: the start of Arabic is on the right */
enum ink { INK_TEXT, INK_GREY, INK_LINE, INK_FAINT, INK_ACCENT, INK_MARK, INKS };

struct cell {
	struct str text;
	double x, width; /* from the left margin */
	enum look look;
	enum side side;
};

/* pages_render() - calls lay() twice, once to count the pages and once to draw them; it must do the same both times.
 * E_TOO_LARGE: more than PAGES_MAX pages or RESPONSE_MAX bytes. E_INTERNAL: cairo failed. */
typedef void pages_lay(struct pages *p, const void *arg);
must_use enum err pages_render(struct arena *a, const struct pages_info *info, pages_lay *lay, const void *arg, struct str *ret);

/* text_cut() - at most `max` bytes of a text, ending between two characters. */
struct str text_cut(struct str s, size_t max);

double pages_width(const struct pages *p);
double pages_text_width(struct pages *p, struct str text, enum look look); /* on one line */
double pages_at(const struct pages *p);                    /* how far down the page we are */
void pages_go(struct pages *p, double at);                 /* back up on the same page, for things side by side */
void pages_space(struct pages *p, double height);          /* nothing at the top of a page */
void pages_need(struct pages *p, double height);           /* a new page unless this much is left */
/* pages_row() - cells side by side. A row that does not fit goes to the next page; one that is long is divided between its lines.
 * At most CELLS_MAX cells of CELL_BYTES_MAX bytes; more is cut. Returns its height if it stayed on one page. */
double pages_row(struct pages *p, const struct cell *cells, size_t count);
double pages_row_height(struct pages *p, const struct cell *cells, size_t count);
/* pages_repeat() - what is drawn again at the top of each new page (a table's head); NULL ends it. It must fit on a page. */
void pages_repeat(struct pages *p, pages_lay *head, const void *arg);
void pages_rule(struct pages *p, double x, double width, double thick, enum ink ink);
void pages_band(struct pages *p, double x, double width, double height, enum ink ink); /* filled, down from here */
void pages_box(struct pages *p, double x, double size, enum ink ink);
void pages_line(struct pages *p, const double (*points)[2], size_t count, double thick, enum ink ink); /* from the left margin and here */
/* page_image_again() - the same PNG drawn anew, without anything but its points. E_INVALID: no sound PNG. E_INTERNAL: cairo failed. */
must_use enum err page_image_again(struct arena *a, struct str png, struct str *ret);
/* pages_image() - a PNG no larger than this, its shape kept. False, and nothing is drawn, when it is not a sound image. */
bool pages_image(struct pages *p, struct str png, double x, double width, double height);

#endif
