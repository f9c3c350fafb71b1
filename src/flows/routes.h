/* routes.h - the routes that no noun's table describes: acts over several nouns. */
#ifndef ROUTES_H
#define ROUTES_H

#include "api.h"
#include "throttle.h"

#include <stdatomic.h>

struct routes;
extern const struct route routes_table[];
/* routes_new() - what these routes need at run time: a thread for imports, a folder for sealed files. */
struct routes *routes_new(struct store *store, const char *blob_dir);
void routes_free(struct routes *routes);
struct throttle *routes_throttle(struct call *c); /* for what may be tried without signing in */
atomic_uint *routes_waits(struct call *c);        /* requests that wait for the courier */

#endif
