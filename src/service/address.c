#include "address.h"

#include <arpa/inet.h>
#include <string.h>

struct range {
	uint8_t b[16];
	unsigned bits;
};

/* An IPv4 address is read as the IPv6 one that stands for it. */
static bool read_address(struct arena *a, struct str s, uint8_t ret[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	memcpy(ret, mapped, sizeof(mapped));
	return inet_pton(AF_INET, str_z(a, s), ret + 12) == 1 || inet_pton(AF_INET6, str_z(a, s), ret) == 1;
}

static bool read_range(struct arena *a, struct str line, struct range *ret)
{
	struct str bits, address = str_cut(line, '/', &bits);
	int64_t n = 128, most = memchr(address.p, ':', address.n) ? 128 : 32;
	if (!read_address(a, address, ret->b))
		return false;
	if (bits.p && (str_to_i64(bits, &n) != OK || n < 8 || n > most))
		return false;
	ret->bits = (unsigned)(bits.p && most == 32 ? n + 96 : n);
	return true;
}

static bool in_range(const struct range *r, const uint8_t address[16])
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;
	if (memcmp(r->b, address, whole) != 0)
		return false;
	return !rest || ((r->b[whole] ^ address[whole]) & (0xff << (8 - rest) & 0xff)) == 0;
}

bool address_in(struct arena *a, struct str ranges, struct str address)
{
	uint8_t b[16];
	struct range r;
	if (!read_address(a, address, b))
		return false;
	while (ranges.p && ranges.n)
		if (read_range(a, str_trim(str_cut(ranges, '\n', &ranges)), &r) && in_range(&r, b))
			return true;
	return false;
}

const char *check_ranges(struct arena *a, struct value *v)
{
	struct str rest = v->s;
	struct range r;
	while (rest.p && rest.n) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.n && !read_range(a, line, &r))
			return "One address or range on a line, such as 196.25.1.7, 196.25.1.0/24 or 2001:db8::/32 (at least /8).";
	}
	return NULL;
}
