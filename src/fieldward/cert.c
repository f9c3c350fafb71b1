/* cert.c - a certificate authority of one's own for a start on localhost; real installations bring their certificate. */
#include "commands.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AUTHORITY_DAYS = 3650, LEAF_DAYS = 825 };

static int add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	int ok = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return ok;
}

/* A certificate for `key`, signed by `issuer_key` (itself when there is no issuer). NULL on failure. */
static X509 *certify(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key, int days)
{
	X509 *cert = X509_new();
	uint64_t serial;
	if (!cert)
		return NULL;
	random_bytes(&serial, sizeof(serial));
	X509_set_version(cert, 2);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -300);
	X509_time_adj_ex(X509_getm_notAfter(cert), days, 0, NULL);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert));
	int ok = issuer ? add_extension(cert, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
	                          add_extension(cert, issuer, NID_key_usage, "critical,digitalSignature") &&
	                          add_extension(cert, issuer, NID_ext_key_usage, "serverAuth") &&
	                          add_extension(cert, issuer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") :
	                  add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
	                          add_extension(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	if (!ok || !X509_sign(cert, issuer_key, EVP_sha256())) {
		X509_free(cert);
		return NULL;
	}
	return cert;
}

static enum err write_pem(struct tool *t, const char *name, X509 *cert, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p;
	int ok = bio && (cert ? PEM_write_bio_X509(bio, cert) : PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	long n = ok ? BIO_get_mem_data(bio, &p) : 0;
	enum err e = ok ? write_file(config_path(t->arena, t->config, name), (struct str){ p, (size_t)n }, cert ? 0644 : 0600) : E_CONFIG;
	BIO_free(bio);
	return e;
}

enum err cert_make(struct tool *t)
{
	EVP_PKEY *authority_key = EVP_EC_gen("P-256"), *leaf_key = EVP_EC_gen("P-256");
	X509 *authority = NULL, *leaf = NULL;
	enum err e = E_CONFIG;
	if (authority_key && leaf_key)
		authority = certify(authority_key, "Fieldward local authority", NULL, authority_key, AUTHORITY_DAYS);
	if (authority)
		leaf = certify(leaf_key, "localhost", authority, authority_key, LEAF_DAYS);
	if (leaf) {
		e = write_pem(t, "tls/authority.pem", authority, NULL);
		if (e == OK)
			e = write_pem(t, "tls/localhost.pem", leaf, NULL);
		if (e == OK)
			e = write_pem(t, "tls/localhost.key", NULL, leaf_key);
	}
	/* The authority's key is not kept: nobody can make further certificates with it. */
	X509_free(authority);
	X509_free(leaf);
	EVP_PKEY_free(authority_key);
	EVP_PKEY_free(leaf_key);
	return e == OK ? OK : problem_set(t->problem, e, "The local certificate could not be made.");
}

enum err command_cert(struct tool *t)
{
	const char *path = config_path(t->arena, t->config, "tls/authority.pem");
	if (access(path, R_OK) != 0)
		return problem_set(t->problem, E_CONFIG, "%s is not there: this installation brings its own certificate.", path);
	printf("The certificate for localhost is signed by %s.\n"
	       "To trust it on this machine:\n"
	       "  sudo cp %s /usr/local/share/ca-certificates/fieldward.crt && sudo update-ca-certificates\n"
	       "  (Firefox: Settings, Certificates, Authorities, Import.)\n"
	       "For a public address set certificate and certificate-key in fieldward.toml.\n",
	       path, path);
	return OK;
}
