#include "http.h"

#include <assert.h>

void response_header(struct response *rs, const char *name, struct str value)
{
	assert(rs->header_count < RESPONSE_HEADERS_MAX);
	rs->headers[rs->header_count++] = (struct header){ name, value };
}
