/* rights.h - the table of rights.c, for the catalogue. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "policy.h"

extern const struct right role_rights[];
extern const size_t role_right_count;

#endif
