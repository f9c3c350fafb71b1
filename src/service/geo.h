/* geo.h - which country an address belongs to, and how far apart two countries are: a hint that a sign-in comes from where its owner can
 * hardly be, no proof of anything. Nothing is asked of anybody; the table is part of the program (tools/mkgeo.mjs).
 *
 * The country is that of the network's registration, which on a day in 2026 was another table's answer too for 95 of 100 addresses. The
 * data are from the registries, by way of nro.net (CC BY 4.0). */
#ifndef GEO_H
#define GEO_H

#include "str.h"

/* geo_country() - two capital letters (ISO 3166-1), a view of something that is always there; empty when nobody knows, as of private
 * addresses and of what is none. `address` is IPv4 or IPv6 as text; a network ("198.51.100.0/24") counts as its first address. Of IPv6 the
 * first 48 bits matter. */
struct str geo_country(struct str address);

/* geo_km() - how many kilometres lie at least between a place in country `a` and one in `b`, give or take a hundred. 0 for one and the same,
 * for neighbours, and where a country is unknown: what is left is a journey that takes its time. */
int geo_km(struct str a, struct str b);

#endif
