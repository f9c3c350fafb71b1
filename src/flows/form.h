/* form.h - the enquiry form that anybody may fill in: a page of our own that works without JavaScript, and the same form on the company's own site
 * (rulings G11). What a person types becomes an enquiry; whether he is known, only the office learns. */
#ifndef FORM_H
#define FORM_H

#include "routes.h"

enum err form_show(struct call *c);
enum err form_take(struct call *c);
enum err form_tell(struct call *c);

#define FORM_ROUTES \
	{ "GET", "/f/*", ROUTE_OPEN, 0, form_show }, \
	{ "POST", "/f/*", ROUTE_OPEN, 0, form_take }, \
	{ "GET", "/v1/enquiry_form", "tenant.read", 0, form_tell }

#endif
