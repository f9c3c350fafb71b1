/* role.h - what a role gives, be it one of the presets or the company's own. */
#ifndef NOUN_ROLE_H
#define NOUN_ROLE_H

#include "nouns.h"
#include "policy.h"

/* role_actor() - somebody with the role of this membership, as far as rights go: for looking what he could do. */
must_use enum err role_actor(struct tx *tx, const struct row *membership, struct actor *ret);

#endif
