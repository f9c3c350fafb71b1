/* consent.h - the act with which a customer or one of his people stops advertising. */
#ifndef CONSENT_H
#define CONSENT_H

#include "act.h"
#include "nouns.h"

enum { STOP_PARAMS = 4 };
extern const struct field stop_params[STOP_PARAMS];
must_use enum err stop_run(struct act_call *c);
#define STOP_ACT                                                                                                                                     \
	{ .name = "stop_marketing", .doc = "Wants no advertising any more; counts at once.", .right = "objection_event.create", .writes = true,         \
	  .status = 201, .returns = &noun_objection_event, PARAMS(stop_params), .run = stop_run }

#endif
