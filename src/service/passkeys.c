#include "passkeys.h"

#include "log.h"
#include "qr.h"
#include "webauthn.h"

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

static struct webauthn_expect expect_of(const struct ctx *c, const uint8_t challenge[32])
{
	return (struct webauthn_expect){ .rp_id = c->host, .origins = c->origins, .challenge = { (const char *)challenge, WEBAUTHN_CHALLENGE } };
}

enum err passkey_check(struct ctx *c, struct str public, int64_t counter, const uint8_t challenge[32], const struct passkey_proof *proof,
                       int64_t *ret_counter)
{
	const struct webauthn_expect expect = expect_of(c, challenge);
	const struct webauthn_assertion assertion = { proof->client_data, proof->authenticator_data, proof->signature };
	struct webauthn_use use;
	TRY(webauthn_assert_check(c->arena, &expect, public, (uint32_t)counter, &assertion, &c->problem, &use));
	if (use.counter_fell)
		LOG(LOG_WARN, "passkey.counter_fell", LOG_I("was", counter), LOG_I("is", use.sign_count));
	*ret_counter = use.sign_count;
	return OK;
}

enum err passkey_new_check(struct ctx *c, const uint8_t challenge[32], struct str client_data, struct str attestation, struct str *ret_id,
                           struct str *ret_public, int64_t *ret_counter)
{
	const struct webauthn_expect expect = expect_of(c, challenge);
	struct webauthn_credential credential;
	TRY(webauthn_register_check(c->arena, &expect, client_data, attestation, &c->problem, &credential));
	*ret_id = credential.id;
	*ret_public = credential.key;
	*ret_counter = credential.sign_count;
	return OK;
}
