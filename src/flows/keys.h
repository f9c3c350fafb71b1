/* keys.h - making, rotating and revoking keys of integrations: acts over the company's row and the platform's hash. */
#ifndef KEYS_H
#define KEYS_H

#include "api.h"

must_use enum err keys_make(struct call *c);
must_use enum err keys_rotate(struct call *c);
must_use enum err keys_revoke(struct call *c);
#define KEY_ROUTES \
	{ "POST", "/v1/api_keys", "api_key.create", 0, keys_make }, \
	{ "POST", "/v1/api_keys/*/rotate", "api_key.update", 0, keys_rotate }, \
	{ "POST", "/v1/api_keys/*/revoke", "api_key.update", 0, keys_revoke }

#endif
