/* openapi.h - what the dictionary says, printed for others: OpenAPI 3.1, TypeScript types. */
#ifndef OPENAPI_H
#define OPENAPI_H

#include "api.h"

struct str openapi_text(struct arena *a, const struct catalogue *c, const struct route *routes);
struct str typescript_text(struct arena *a, const struct catalogue *c);

#endif
