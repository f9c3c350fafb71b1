#include "http.h"

#include <assert.h>

void response_header(struct response *rs, const char *name, struct str value)
{
	assert(rs->header_count < RESPONSE_HEADERS_MAX);
	rs->headers[rs->header_count++] = (struct header){ name, value };
}

static int hex(char ch)
{
	return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

struct str url_decode(struct arena *a, struct str s)
{
	char *out = ARENA_ARRAY(a, char, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		int hi = i + 2 < s.n ? hex(s.p[i + 1]) : -1, lo = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
		if (s.p[i] == '%' && hi >= 0 && lo >= 0) {
			out[n++] = (char)(hi << 4 | lo);
			i += 2;
		} else {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return (struct str){ out, n };
}
