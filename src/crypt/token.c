#include "token.h"

#include <openssl/crypto.h>

struct str token_new(struct arena *a, uint8_t ret_hash[32])
{
	uint8_t random[32];
	random_bytes(random, sizeof(random));
	struct str token = str_base64url(a, random, sizeof(random));
	OPENSSL_cleanse(random, sizeof(random));
	sha256(&token, 1, ret_hash);
	return token;
}

static bool is_token_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

enum err token_hash(struct str token, uint8_t ret_hash[32])
{
	if (token.n != TOKEN_CHARS)
		return E_INVALID;
	for (size_t i = 0; i < token.n; i++)
		if (!is_token_char(token.p[i]))
			return E_INVALID;
	sha256(&token, 1, ret_hash);
	return OK;
}
