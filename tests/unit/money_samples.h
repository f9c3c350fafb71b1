/* money_samples.h - documents for the tests of money: out of JSON as tests/vectors/money.json writes it, and random ones, the same on
 * every machine. */
#ifndef MONEY_SAMPLES_H
#define MONEY_SAMPLES_H

#include "money.h"

#include <jansson.h>
#include <string.h>

static inline int64_t json_number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static inline struct document document_from_json(struct arena *a, const json_t *o)
{
	const json_t *lines = json_object_get(o, "lines");
	const char *mode = json_string_value(json_object_get(o, "mode"));
	size_t count = json_array_size(lines);
	struct document_line *l = ARENA_ARRAY(a, struct document_line, count + 1);
	for (size_t i = 0; i < count; i++) {
		const json_t *from = json_array_get(lines, i);
		l[i] = (struct document_line){ .qty = { json_number(from, "qty") },
			                       .price = { json_number(from, "price") },
			                       .discount_bp = (int32_t)json_number(from, "discount_bp"),
			                       .tax_code = (int32_t)json_number(from, "tax_code"),
			                       .rate_bp = (int32_t)json_number(from, "rate_bp"),
			                       .skip = json_is_true(json_object_get(from, "skip")) };
	}
	return (struct document){ .mode = mode && strcmp(mode, "inclusive") == 0 ? VAT_INCLUSIVE : VAT_EXCLUSIVE,
		                  .lines = l,
		                  .count = count,
		                  .discount_bp = (int32_t)json_number(o, "discount_bp"),
		                  .discount = { json_number(o, "discount") } };
}

/* Knuth's linear generator. */
struct dice {
	uint64_t x;
};

/* dice() - 0 to below - 1; 0 < below < 2^44. */
static inline uint64_t dice(struct dice *d, uint64_t below)
{
	d->x = d->x * 6364136223846793005u + 1442695040888963407u;
	return (d->x >> 20) % below;
}

/* A line of everyday size, or 0, 1 or 2: how large. */
static inline struct document_line sample_line(struct dice *x, uint64_t size)
{
	static const int32_t rates[] = { 0, 500, 1400, 1500, 1550, 2000, 10000 };
	int64_t qty = (int64_t)dice(x, size == 0 ? 5000 : size == 1 ? 1000000 : 100000000);
	return (struct document_line){ .qty = { dice(x, 6) ? qty : -qty / 3 },
		                       .price = { (int64_t)dice(x, size == 2 ? 100000000 : 20000000) },
		                       .discount_bp = dice(x, 3) ? 0 : (int32_t)dice(x, BP_FULL + 1),
		                       .rate_bp = rates[dice(x, ARRAY_LEN(rates))],
		                       .tax_code = (int32_t)dice(x, 2),
		                       .skip = dice(x, 10) == 0 };
}

/* sample_document() - one that is allowed, with a percent off or nothing. In every fourth the lines are of few different worths, so that
 * remainders tie. `lines` has room for `count`. */
static inline struct document sample_document(struct dice *x, struct document_line *lines, size_t count)
{
	uint64_t size = dice(x, 3);
	bool even = dice(x, 4) == 0;
	for (size_t i = 0; i < count; i++) {
		lines[i] = sample_line(x, size);
		if (even) {
			lines[i].qty.milli = lines[i].qty.milli < 0 ? -1000 : 1000;
			lines[i].price.e4 = 1000 * (1 + (int64_t)dice(x, 3));
		}
	}
	struct document d = { .mode = (enum vat_mode)dice(x, 2), .lines = lines, .count = count };
	if (dice(x, 3) == 0)
		d.discount_bp = (int32_t)dice(x, BP_FULL + 1);
	return d;
}

/* sample_stretch() - moves one figure to a limit or beyond it. */
static inline void sample_stretch(struct dice *x, struct document *d, struct document_line *lines)
{
	struct document_line *l = &lines[dice(x, d->count)];
	int64_t past = (int64_t)dice(x, 3) - 1; /* one below, the limit, one beyond */
	int32_t percent = dice(x, 2) ? BP_FULL + (int32_t)past : (int32_t)past;
	switch (dice(x, 8)) {
	case 0: l->qty.milli = (QTY_MAX + past) * (dice(x, 2) ? 1 : -1); break;
	case 1: l->price.e4 = dice(x, 2) ? PRICE_MAX + past : past; break;
	case 2: l->discount_bp = percent; break;
	case 3: l->rate_bp = percent; break;
	case 4: d->discount_bp = percent; break;
	case 5: d->discount.minor = (int64_t)dice(x, 200) - 100; break;
	case 6: /* 10^13 cents, or as near as a cent comes */
		*l = (struct document_line){ .qty = { dice(x, 2) ? 1000000000 : -1000000000 }, .price = { 1000000000 + past } };
		break;
	default: /* a line of 10^14 cents, or a large one that VAT may carry over the limit */
		l->qty.milli = QTY_MAX;
		l->price.e4 = dice(x, 2) ? PRICE_MAX : 90000000;
	}
}

#endif
