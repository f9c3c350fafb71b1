#include "routes.h"

#include <stdlib.h>

struct routes {
	struct store *store;
	const char *blob_dir;
};

const struct route routes_table[] = { { .path = NULL } };

struct routes *routes_new(struct store *store, const char *blob_dir)
{
	struct routes *r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	*r = (struct routes){ store, blob_dir };
	return r;
}

void routes_free(struct routes *routes)
{
	free(routes);
}
