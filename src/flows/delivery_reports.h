/* delivery_reports.h - where a gateway tells what became of what it took, and what was answered. It shows the secret that the company gave it. */
#ifndef DELIVERY_REPORTS_H
#define DELIVERY_REPORTS_H

#include "routes.h"

enum err delivery_report(struct call *c);

#define DELIVERY_ROUTES { "POST", "/v1/delivery_reports/*", ROUTE_OPEN, ROUTE_OFTEN, delivery_report }

#endif
