/* staff_routes.h - what staff of whoever runs the platform do outside of companies: sign in, ask to be let in, enter, leave; and what a company does
 * besides the acts of its grants (nouns/support_grant.h). */
#ifndef STAFF_ROUTES_H
#define STAFF_ROUTES_H

#include "api.h"

must_use enum err staff_sign_in(struct call *c);
must_use enum err staff_me(struct call *c);
must_use enum err staff_companies(struct call *c);
must_use enum err staff_request(struct call *c);
must_use enum err staff_look(struct call *c);
must_use enum err staff_approve(struct call *c);
must_use enum err staff_go_in(struct call *c);
must_use enum err staff_leave(struct call *c);
must_use enum err support_let_in(struct call *c);
must_use enum err support_managers(struct call *c);
#define STAFF_ROUTES \
	{ "POST", "/v1/staff/login", ROUTE_OPEN, 0, staff_sign_in }, \
	{ "GET", "/v1/staff/me", ROUTE_STAFF, ROUTE_ENROL, staff_me }, \
	{ "GET", "/v1/staff/companies", ROUTE_STAFF, 0, staff_companies }, \
	{ "POST", "/v1/staff/requests", ROUTE_STAFF, 0, staff_request }, \
	{ "POST", "/v1/staff/look", ROUTE_STAFF, 0, staff_look }, \
	{ "POST", "/v1/staff/approve", ROUTE_STAFF, 0, staff_approve }, \
	{ "POST", "/v1/staff/enter", ROUTE_STAFF, 0, staff_go_in }, \
	{ "POST", "/v1/staff/leave", ROUTE_STAFF, 0, staff_leave }, \
	{ "POST", "/v1/support_grants", "support_grant.create", 0, support_let_in }, \
	{ "GET", "/v1/support_grants/managers", "support_grant.read", 0, support_managers }

#endif
