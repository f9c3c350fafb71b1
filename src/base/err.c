#include "err.h"

#include <assert.h>

static const struct err_info infos[] = {
	[OK] = { "ok", "Done.", 200, false, false },
	[E_MALFORMED] = { "malformed", "The request cannot be read.", 400, false, false },
	[E_INVALID] = { "invalid", "Some fields need attention.", 422, false, false },
	[E_UNAUTHENTICATED] = { "unauthenticated", "Please sign in.", 401, false, false },
	[E_LOGIN] = { "login-refused", "The address or the password is not right.", 401, false, false },
	[E_TENANT_REQUIRED] = { "tenant-required", "Choose a company.", 401, false, false },
	[E_SECOND_FACTOR] = { "second-factor-required", "A code is needed.", 401, false, false },
	[E_FORBIDDEN] = { "forbidden", "You may not do this.", 403, false, false },
	[E_NOT_FOUND] = { "not-found", "Not found, or not yours: ask your administrator.", 404, false, false },
	[E_LINK] = { "link-gone", "This link does not work any more. Please ask for a new one.", 404, false, false },
	[E_METHOD] = { "method-not-allowed", "This address does not take that method.", 405, false, false },
	[E_CONFLICT] = { "conflict", "This cannot be done as things stand.", 409, false, false },
	[E_VERSION] = { "version-conflict", "Somebody else changed this in the meantime.", 412, false, false },
	[E_VERSION_REQUIRED] = { "version-required", "Say which version you have seen (If-Match).", 428, false, false },
	[E_UNIQUE] = { "not-unique", "Another record has this value.", 409, false, false },
	[E_REFERENCE] = { "reference", "A record that this refers to does not exist.", 422, false, false },
	[E_ENROL] = { "enrol-required", "Set up your second factor first.", 403, false, false },
	[E_STEP_UP] = { "step-up-required", "Show once more that it is you.", 403, false, false },
	[E_TOO_LARGE] = { "too-large", "This is larger than allowed.", 413, false, false },
	[E_MEDIA] = { "media-type", "This content type is not accepted here.", 415, false, false },
	[E_RATE] = { "too-many", "Too many tries. Wait a little.", 429, true, false },
	[E_BUSY] = { "unavailable", "Busy. Try again in a moment.", 503, true, false },
	[E_TIMEOUT] = { "timeout", "This took too long and was given up; nothing was changed.", 503, true, true },
	[E_FULL] = { "storage-full", "The disk is full; nothing was changed.", 507, true, true },
	[E_STORAGE] = { "storage", "The database could not do this; nothing was changed.", 503, true, true },
	[E_OUTCOME] = { "outcome-unknown", "The connection to the database broke while saving. Look before you try again.", 503, false, true },
	[E_CORRUPT] = { "corrupt", "Stored data fail their check.", 500, false, true },
	[E_KEY] = { "key", "A key is missing or wrong.", 500, false, true },
	[E_ERASED] = { "erased", "This person's information was erased.", 410, false, false },
	[E_NEED_KEY] = { "need-key", "A key has to be fetched first.", 503, true, true },
	[E_DENIED] = { "internal", "Something is wrong on our side.", 500, false, true },
	[E_MEMORY] = { "too-much", "This request needs more memory than it may have.", 503, false, true },
	[E_CONFIG] = { "configuration", "The configuration cannot be used.", 500, false, true },
	[E_INTERNAL] = { "internal", "Something is wrong on our side.", 500, false, true },
};
static_assert(sizeof(infos) / sizeof(infos[0]) == ERR_COUNT, "one row for each error");

const struct err_info *err_info(enum err e)
{
	return &infos[(unsigned)e < ERR_COUNT ? e : E_INTERNAL];
}
