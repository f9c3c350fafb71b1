/* The path is drawn again and read by a small reader of our own, which follows ISO/IEC 18004: what a telephone would see is what was said.
 * It corrects no errors, since there are none. */
#include "check.h"

#include "limits.h"
#include "qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 177, VERSIONS = 10, BYTES_MAX = 512 };

struct picture {
	size_t side; /* modules, without the quiet zone */
	bool dark[SIDE_MAX][SIDE_MAX];
};

/* Level M, versions 1 to 10: the number of blocks, the data bytes of the shorter ones, and how many are one byte longer. */
static const struct {
	size_t blocks, bytes, longer, ecc;
} layout[VERSIONS] = {
	{ 1, 16, 0, 10 }, { 1, 28, 0, 16 }, { 1, 44, 0, 26 }, { 2, 32, 0, 18 }, { 2, 43, 0, 24 },
	{ 4, 27, 0, 16 }, { 4, 31, 0, 18 }, { 4, 38, 2, 22 }, { 5, 36, 2, 22 }, { 5, 43, 1, 26 },
};

/* Where the small squares stand; 0 ends a row. */
static const size_t squares[VERSIONS][4] = {
	{ 0 }, { 6, 18 }, { 6, 22 }, { 6, 26 }, { 6, 30 }, { 6, 34 }, { 6, 22, 38 }, { 6, 24, 42 }, { 6, 26, 46 }, { 6, 28, 50 },
};

/* Only the form that the header promises, each run inside and none drawn twice. */
static void draw(struct str path, size_t size, struct picture *p)
{
	*p = (struct picture){ .side = size - 2 * QR_QUIET };
	const char *at = path.p, *end = path.p + path.n;
	while (at < end) {
		unsigned x, y, n, back;
		int used = 0;
		assert_int_equal(sscanf(at, "M%u %uh%uv1h-%uz%n", &x, &y, &n, &back, &used), 4);
		assert_true(used > 0 && n > 0 && n == back);
		assert_true(x >= QR_QUIET && y >= QR_QUIET && x + n <= QR_QUIET + p->side && y < QR_QUIET + p->side);
		for (unsigned i = 0; i < n; i++) {
			assert_false(p->dark[y - QR_QUIET][x - QR_QUIET + i]);
			p->dark[y - QR_QUIET][x - QR_QUIET + i] = true;
		}
		at += used;
	}
}

static void check_finder(const struct picture *p, size_t x, size_t y)
{
	for (size_t j = 0; j < 7; j++)
		for (size_t i = 0; i < 7; i++) {
			bool ring = i == 0 || i == 6 || j == 0 || j == 6, heart = i > 1 && i < 5 && j > 1 && j < 5;
			assert_int_equal(p->dark[y + j][x + i], ring || heart);
		}
}

/* Modules that hold no data: finders with the format beside them, timing, small squares, the version's own number. */
static bool is_fixed(size_t version, size_t side, size_t x, size_t y)
{
	bool left = x < 9, top = y < 9, right = x >= side - 8, bottom = y >= side - 8;
	if ((left && top) || (right && top) || (left && bottom) || x == 6 || y == 6)
		return true;
	if (version >= 7 && ((x < 6 && y >= side - 11) || (y < 6 && x >= side - 11)))
		return true;
	const size_t *s = squares[version - 1];
	for (size_t i = 0; i < 4 && s[i]; i++)
		for (size_t k = 0; k < 4 && s[k]; k++) {
			bool corner = (s[i] == 6 && (s[k] == 6 || s[k] == side - 7)) || (s[k] == 6 && s[i] == side - 7);
			if (!corner && x + 2 >= s[i] && x <= s[i] + 2 && y + 2 >= s[k] && y <= s[k] + 2)
				return true;
		}
	return false;
}

static bool masked(unsigned mask, size_t x, size_t y)
{
	switch (mask) {
	case 0: return (x + y) % 2 == 0;
	case 1: return y % 2 == 0;
	case 2: return x % 3 == 0;
	case 3: return (x + y) % 3 == 0;
	case 4: return (y / 2 + x / 3) % 2 == 0;
	case 5: return x * y % 2 + x * y % 3 == 0;
	case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
	default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
	}
}

/* Fifteen bits beside the first finder, under a mask of their own: level (2), mask (3), check. */
static unsigned format_of(const struct picture *p)
{
	unsigned v = 0;
	for (size_t i = 0; i < 15; i++) {
		size_t x = i < 6 ? i : i == 6 ? 7 : 8, y = i < 8 ? 8 : i == 8 ? 7 : 14 - i;
		v = v << 1 | p->dark[y][x];
	}
	return v ^ 0x5412;
}

/* Up and down in columns of two, from the right, passing the timing by. */
static size_t read_bytes(const struct picture *p, size_t version, unsigned mask, uint8_t *out)
{
	size_t bits = 0;
	bool up = true;
	for (size_t right = p->side - 1; right > 0 && right < p->side; right -= 2, up = !up) {
		if (right == 6)
			right--;
		for (size_t k = 0; k < p->side; k++)
			for (size_t side = 0; side < 2; side++) {
				size_t x = right - side, y = up ? p->side - 1 - k : k;
				if (is_fixed(version, p->side, x, y))
					continue;
				if (bits % 8 == 0)
					out[bits / 8] = 0;
				out[bits / 8] = (uint8_t)(out[bits / 8] << 1 | (p->dark[y][x] ^ masked(mask, x, y)));
				bits++;
			}
	}
	return bits / 8;
}

/* The blocks are dealt like cards: the data bytes of all of them come first, in turns. */
static size_t gather(size_t version, const uint8_t *dealt, uint8_t *out)
{
	size_t blocks = layout[version - 1].blocks, bytes = layout[version - 1].bytes, longer = layout[version - 1].longer;
	size_t starts[8] = { 0 }, at = 0;
	for (size_t i = 1; i < blocks; i++)
		starts[i] = starts[i - 1] + bytes + (i - 1 >= blocks - longer);
	for (size_t k = 0; k <= bytes; k++)
		for (size_t i = k < bytes ? 0 : blocks - longer; i < blocks; i++)
			out[starts[i] + k] = dealt[at++];
	return at;
}

static void check_reads(struct arena *a, struct str text)
{
	static struct picture p;
	uint8_t dealt[BYTES_MAX], data[BYTES_MAX], said[BYTES_MAX];
	size_t size = 0;
	struct str path = qr_path(a, text, &size);
	draw(path, size, &p);
	size_t version = (p.side - 17) / 4;
	assert_true(version >= 1 && version <= VERSIONS && p.side == 17 + 4 * version);
	check_finder(&p, 0, 0);
	check_finder(&p, p.side - 7, 0);
	check_finder(&p, 0, p.side - 7);
	for (size_t i = 8; i < p.side - 8; i++)
		assert_true(p.dark[6][i] == (i % 2 == 0) && p.dark[i][6] == (i % 2 == 0));
	unsigned format = format_of(&p);
	assert_int_equal(format >> 13, 0); /* level M */
	size_t total = read_bytes(&p, version, format >> 10 & 7, dealt);
	size_t bytes = gather(version, dealt, data);
	assert_int_equal(total, bytes + layout[version - 1].blocks * layout[version - 1].ecc);
	/* Bytes (0100), how many, and they. */
	size_t head = version < 10 ? 12 : 20, n = version < 10 ? (size_t)(data[0] & 15) << 4 | data[1] >> 4
	                                                      : (size_t)(data[0] & 15) << 12 | (size_t)data[1] << 4 | data[2] >> 4;
	assert_int_equal(data[0] >> 4, 4);
	assert_int_equal(n, text.n);
	for (size_t i = 0; i < n; i++)
		said[i] = (uint8_t)(data[(head + 8 * i) / 8] << 4 | data[(head + 8 * i) / 8 + 1] >> 4);
	assert_memory_equal(said, text.p, n);
}

static void what_was_said_is_read(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	check_reads(a, STR("x"));
	check_reads(a, STR("otpauth://totp/Fieldward:owner%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	                   "&issuer=Fieldward&algorithm=SHA1&digits=6&period=30"));
	char long_text[214];
	for (size_t n = 1; n < sizeof(long_text); n += 7) {
		for (size_t i = 0; i < n; i++)
			long_text[i] = (char)('a' + (i * 7 + n) % 26);
		check_reads(a, (struct str){ long_text, n });
	}
}

static void what_does_not_fit_gives_nothing(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * MIB);
	static char text[QR_TEXT_MAX + 1];
	size_t size = 7;
	memset(text, 0xe9, sizeof(text));
	assert_int_equal(qr_path(a, STR(""), &size).n, 0);
	assert_int_equal(qr_path(a, (struct str){ text, QR_TEXT_MAX + 1 }, &size).n, 0);
	assert_int_equal(size, 7);
	struct str path = qr_path(a, (struct str){ text, QR_TEXT_MAX }, &size);
	static struct picture p;
	draw(path, size, &p);
	assert_int_equal((p.side - 17) % 4, 0);
	check_finder(&p, p.side - 7, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_is_read),
		cmocka_unit_test(what_does_not_fit_gives_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
