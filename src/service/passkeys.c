#include "passkeys.h"

#include "log.h"
#include "qr.h"
#include "utf8.h"

#include <string.h>

enum { TIMEOUT_MS = CHALLENGE_S * 1000 };

static void write_ids(struct json_out *o, struct arena *a, const char *member, const struct str *ids, size_t count)
{
	jw_key(o, member);
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(o, '{');
		jw_member_str(o, "type", STR("public-key"));
		jw_member_str(o, "id", str_base64url(a, ids[i].p, ids[i].n));
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

void passkey_request_write(struct ctx *c, struct json_out *o, const uint8_t challenge[32], const struct str *ids, size_t count)
{
	jw_open(o, '{');
	jw_member_str(o, "challenge", str_base64url(c->arena, challenge, 32));
	jw_member_str(o, "rpId", c->host);
	jw_member_int(o, "timeout", TIMEOUT_MS);
	jw_member_str(o, "userVerification", STR("required"));
	write_ids(o, c->arena, "allowCredentials", ids, count);
	jw_close(o, '}');
}

void passkey_creation_write(struct ctx *c, struct json_out *o, const uint8_t challenge[32], struct id user, struct str account, struct str name,
                            const struct str *ids, size_t count)
{
	static const int algorithms[] = { -7, -8, -257 }; /* ES256, EdDSA, RS256 (RFC 9053) */
	uint8_t handle[32];
	const struct str parts[] = { STR("passkey handle|"), { (const char *)user.b, 16 } };
	sha256(parts, 2, handle); /* not the id itself: it is nobody's business outside */
	jw_open(o, '{');
	jw_member_str(o, "challenge", str_base64url(c->arena, challenge, 32));
	jw_member_int(o, "timeout", TIMEOUT_MS);
	jw_member_str(o, "attestation", STR("none"));
	jw_key(o, "rp");
	jw_open(o, '{');
	jw_member_str(o, "id", c->host);
	jw_member_str(o, "name", STR("Fieldward"));
	jw_close(o, '}');
	jw_key(o, "user");
	jw_open(o, '{');
	jw_member_str(o, "id", str_base64url(c->arena, handle, sizeof(handle)));
	jw_member_str(o, "name", account);
	jw_member_str(o, "displayName", name);
	jw_close(o, '}');
	jw_key(o, "pubKeyCredParams");
	jw_open(o, '[');
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		jw_open(o, '{');
		jw_member_str(o, "type", STR("public-key"));
		jw_member_int(o, "alg", algorithms[i]);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	write_ids(o, c->arena, "excludeCredentials", ids, count);
	jw_key(o, "authenticatorSelection");
	jw_open(o, '{');
	jw_member_str(o, "residentKey", STR("required"));
	jw_member_str(o, "userVerification", STR("required"));
	jw_close(o, '}');
	jw_close(o, '}');
}

enum err passkey_qr_write(struct ctx *c, struct json_out *o, struct str text)
{
	size_t size = 0;
	struct str path = qr_path(c->arena, text, &size);
	jw_key(o, "qr");
	jw_open(o, '{');
	jw_member_int(o, "size", (int64_t)size);
	jw_member_str(o, "path", path);
	jw_close(o, '}');
	return OK;
}

enum err passkey_check(struct ctx *c, struct str public, int64_t counter, const uint8_t challenge[32], const struct passkey_proof *proof,
                       int64_t *ret_counter)
{
	(void)c; (void)public; (void)counter; (void)challenge; (void)proof; (void)ret_counter;
	return E_LOGIN;
}

enum err passkey_new_check(struct ctx *c, const uint8_t challenge[32], struct str client_data, struct str attestation, struct str *ret_id,
                           struct str *ret_public, int64_t *ret_counter)
{
	(void)c; (void)challenge; (void)client_data; (void)attestation; (void)ret_id; (void)ret_public; (void)ret_counter;
	return E_LOGIN;
}
