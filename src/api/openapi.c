#include "openapi.h"

#include "api_private.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *type, *format;
} json_types[] = {
	[F_INVALID] = { "null", NULL }, [F_ID] = { "string", "uuid" },        [F_REF] = { "string", "uuid" },   [F_TEXT] = { "string", NULL },
	[F_LINES] = { "string", NULL }, [F_ENUM] = { "string", NULL },        [F_BOOL] = { "boolean", NULL },   [F_INT] = { "integer", "int64" },
	[F_MONEY] = { "integer", "int64" }, [F_DURATION] = { "integer", "int64" }, [F_DATE] = { "string", "date" }, [F_TIME] = { "string", "date-time" },
	[F_JSON] = { "object", NULL },  [F_BYTES] = { "string", "byte" },
};
_Static_assert(ARRAY_LEN(json_types) == F_TYPES, "one row for each type");

static void write_schema_of(struct json_out *o, const struct field *f)
{
	bool nullable = !(f->flags & REQUIRED), text = f->type == F_TEXT || f->type == F_LINES;
	jw_open(o, '{');
	jw_key(o, "type");
	if (f->type == F_JSON || nullable) {
		jw_open(o, '[');
		jw_str(o, str_from(json_types[f->type].type));
		if (f->type == F_JSON)
			jw_str(o, STR("array"));
		if (nullable)
			jw_str(o, STR("null"));
		jw_close(o, ']');
	} else {
		jw_str(o, str_from(json_types[f->type].type));
	}
	if (json_types[f->type].format)
		jw_member_str(o, "format", str_from(json_types[f->type].format));
	jw_member_str(o, "description", str_from(f->doc));
	if (f->values) {
		jw_key(o, "enum");
		jw_open(o, '[');
		for (const char *const *v = f->values; *v; v++)
			jw_str(o, str_from(*v));
		if (nullable)
			jw_null(o);
		jw_close(o, ']');
	}
	if (text && f->max)
		jw_member_int(o, "maxLength", f->max);
	if (text && f->min)
		jw_member_int(o, "minLength", f->min);
	if (f->flags & READONLY)
		jw_member_bool(o, "readOnly", true);
	if (f->ref)
		jw_member_str(o, "x-refers-to", str_from(f->ref->name));
	if (field_sealed(f))
		jw_member_bool(o, "x-personal", true);
	if (f->see)
		jw_member_str(o, "x-right-to-read", str_from(f->see));
	if (f->set)
		jw_member_str(o, "x-right-to-set", str_from(f->set));
	jw_close(o, '}');
}

static void write_object(struct json_out *o, const struct field *fields, size_t count, bool input)
{
	jw_open(o, '{');
	jw_member_str(o, "type", STR("object"));
	jw_member_bool(o, "additionalProperties", !input);
	jw_key(o, "properties");
	jw_open(o, '{');
	for (size_t i = 0; i < count; i++) {
		if (fields[i].flags & INTERNAL || (input && fields[i].flags & READONLY) || (!input && fields[i].flags & WRITE_ONLY))
			continue;
		jw_key(o, fields[i].name);
		write_schema_of(o, &fields[i]);
	}
	jw_close(o, '}');
	jw_key(o, "required");
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++)
		if (fields[i].flags & REQUIRED && !(fields[i].flags & (READONLY | INTERNAL | DERIVED)) && !fields[i].initial && input)
			jw_str(o, str_from(fields[i].name));
	jw_close(o, ']');
	jw_close(o, '}');
}

static void write_ref(struct json_out *o, struct arena *a, const char *name)
{
	jw_open(o, '{');
	jw_member_str(o, "$ref", str_fmt(a, "#/components/schemas/%s", name));
	jw_close(o, '}');
}

static void write_content(struct json_out *o, struct arena *a, const char *type, const char *schema)
{
	jw_key(o, "content");
	jw_open(o, '{');
	jw_key(o, type);
	jw_open(o, '{');
	jw_key(o, "schema");
	if (schema)
		write_ref(o, a, schema);
	else {
		jw_open(o, '{');
		jw_close(o, '}');
	}
	jw_close(o, '}');
	jw_close(o, '}');
}

struct operation {
	const char *id, *summary, *content, *answer, *body;
	int status;
	const char *right; /* what an act takes */
};

static void write_operation(struct json_out *o, struct arena *a, const char *method, const struct operation *op)
{
	jw_key(o, method);
	jw_open(o, '{');
	jw_member_str(o, "operationId", str_from(op->id));
	jw_member_str(o, "summary", str_from(op->summary));
	if (op->right)
		jw_member_str(o, "x-right", str_from(op->right));
	if (op->body) {
		jw_key(o, "requestBody");
		jw_open(o, '{');
		write_content(o, a, strcmp(method, "patch") == 0 ? "application/merge-patch+json" : "application/json", op->body);
		jw_close(o, '}');
	}
	jw_key(o, "responses");
	jw_open(o, '{');
	jw_key_str(o, str_fmt(a, "%d", op->status));
	jw_open(o, '{');
	jw_member_str(o, "description", STR("Done."));
	if (op->status != 204)
		write_content(o, a, op->content ? op->content : "application/json", op->answer);
	jw_close(o, '}');
	jw_key(o, "default");
	jw_open(o, '{');
	jw_member_str(o, "description", STR("A problem (RFC 9457)."));
	write_content(o, a, "application/problem+json", "problem");
	jw_close(o, '}');
	jw_close(o, '}');
	jw_close(o, '}');
}

static void write_path_id(struct json_out *o)
{
	jw_key(o, "parameters");
	jw_raw(o, STR("[{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\",\"format\":\"uuid\"}}]"));
}

static void write_noun_paths(struct json_out *o, struct arena *a, const struct noun *n)
{
	const char *input = str_fmt(a, "%s_input", n->name).p, *patch = str_fmt(a, "%s_patch", n->name).p, *list = str_fmt(a, "%s_list", n->name).p;
	if (!n->system) {
		jw_key_str(o, str_fmt(a, "/v1/%s", n->plural));
		jw_open(o, '{');
		write_operation(o, a, "get", &(struct operation){ str_fmt(a, "list_%s", n->plural).p, n->doc, NULL, list, NULL, 200, NULL });
		write_operation(o, a, "post", &(struct operation){ str_fmt(a, "create_%s", n->name).p, n->doc, NULL, n->name, input, 201, NULL });
		jw_close(o, '}');
		jw_key_str(o, str_fmt(a, "/v1/%s/search", n->plural));
		jw_open(o, '{');
		write_operation(o, a, "post", &(struct operation){ str_fmt(a, "search_%s", n->plural).p, "The list, with its parameters in a body.", NULL, list, "search", 200, NULL });
		jw_close(o, '}');
		jw_key_str(o, str_fmt(a, "/v1/%s/export.csv", n->plural));
		jw_open(o, '{');
		write_operation(o, a, "get", &(struct operation){ str_fmt(a, "export_%s", n->plural).p, "Everything that you may see, as CSV.", "text/csv", NULL, NULL, 200, NULL });
		jw_close(o, '}');
		jw_key_str(o, str_fmt(a, "/v1/%s/{id}/history", n->plural));
		jw_open(o, '{');
		write_path_id(o);
		write_operation(o, a, "get", &(struct operation){ str_fmt(a, "history_of_%s", n->name).p, "What happened to it, newest first.", NULL, "history", NULL, 200, NULL });
		jw_close(o, '}');
		jw_key_str(o, str_fmt(a, "/v1/%s/{id}/seen", n->plural));
		jw_open(o, '{');
		write_path_id(o);
		write_operation(o, a, "get", &(struct operation){ str_fmt(a, "who_saw_%s", n->name).p, "Who has seen it, and on which day.", NULL, "history", NULL, 200, NULL });
		jw_close(o, '}');
	}
	jw_key_str(o, str_fmt(a, "/v1/%s/{id}", n->plural));
	jw_open(o, '{');
	write_path_id(o);
	write_operation(o, a, "get", &(struct operation){ str_fmt(a, "get_%s", n->name).p, n->doc, NULL, n->name, NULL, 200, NULL });
	write_operation(o, a, "patch", &(struct operation){ str_fmt(a, "patch_%s", n->name).p, "Changes fields; wants If-Match.", NULL, n->name, patch, 200, NULL });
	if (!n->system)
		write_operation(o, a, "delete", &(struct operation){ str_fmt(a, "delete_%s", n->name).p, "Marks it deleted.", NULL, NULL, NULL, 204, NULL });
	jw_close(o, '}');
	for (const struct act *act = n->acts; act && act->name; act++) {
		const char *body = act->param_count ? str_fmt(a, "%s_%s", n->name, act->name).p : NULL;
		jw_key_str(o, act->on_noun ? str_fmt(a, "/v1/%s/%s", n->plural, act->name) : str_fmt(a, "/v1/%s/{id}/%s", n->plural, act->name));
		jw_open(o, '{');
		if (!act->on_noun)
			write_path_id(o);
		write_operation(o, a, act->writes || act->param_count ? "post" : "get",
		                &(struct operation){ str_fmt(a, "%s_%s", n->name, act->name).p, act->doc, act->content_type,
		                                     act->returns ? act->returns->name : NULL, body, act->status ? act->status : 200, act->right });
		jw_close(o, '}');
	}
}

static void write_noun_schemas(struct json_out *o, struct arena *a, const struct noun *n)
{
	jw_key(o, n->name);
	write_object(o, n->fields, n->field_count, false);
	jw_key_str(o, str_fmt(a, "%s_input", n->name));
	write_object(o, n->fields, n->field_count, true);
	jw_key_str(o, str_fmt(a, "%s_patch", n->name));
	jw_open(o, '{');
	jw_member_str(o, "type", STR("object"));
	jw_member_str(o, "description", STR("Any of the fields that may be set."));
	jw_close(o, '}');
	jw_key_str(o, str_fmt(a, "%s_list", n->name));
	jw_raw(o, str_fmt(a,
	                  "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
	                  "\"next_cursor\":{\"type\":[\"string\",\"null\"]},\"total\":{\"type\":\"integer\"}},\"required\":[\"items\",\"next_cursor\"]}"));
	for (const struct act *act = n->acts; act && act->name; act++) {
		if (!act->param_count)
			continue;
		jw_key_str(o, str_fmt(a, "%s_%s", n->name, act->name));
		write_object(o, act->params, act->param_count, true);
	}
}

static const char common_schemas[] =
	"\"problem\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
	"\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
	"\"pointer\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}},\"required\":[\"pointer\",\"code\",\"detail\"]}}},"
	"\"required\":[\"type\",\"title\",\"status\"]},"
	"\"history\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},\"next_cursor\":{\"type\":[\"string\",\"null\"]}},"
	"\"required\":[\"items\",\"next_cursor\"]},"
	"\"search\":{\"type\":\"object\",\"properties\":{\"filter\":{\"type\":\"object\"},\"sort\":{\"type\":\"string\"},\"limit\":{\"type\":\"integer\"},"
	"\"cursor\":{\"type\":\"string\"},\"q\":{\"type\":\"string\"},\"count\":{\"type\":\"boolean\"},\"expand\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
	"\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
	"\"login\":{\"type\":\"object\",\"properties\":{\"email\":{\"type\":\"string\"},\"password\":{\"type\":\"string\"},\"tenant_id\":{\"type\":\"string\",\"format\":\"uuid\"},"
	"\"code\":{\"type\":\"string\"},\"challenge\":{\"type\":\"string\"},\"passkey\":{\"type\":\"object\"},\"remember\":{\"type\":\"boolean\"}}}";

/* Answers that are not JSON, or have a schema of their own. */
static const struct {
	const char *path, *method, *content_type, *answer, *body;
	int status;
} special[] = {
	{ "/v1/login", "post", NULL, NULL, "login", 200 },
	{ "/v1/logout", "post", NULL, NULL, NULL, 204 },
	{ "/v1/audit_events", "get", NULL, "history", NULL, 200 },
	{ "/v1/audit_events.csv", "get", "text/csv", NULL, NULL, 200 },
	{ "/v1/audit/checkpoint", "get", "text/plain", NULL, NULL, 200 },
};

/* "/v1/me/passkeys/{id}" */
static struct str shown_path(struct arena *a, const char *path)
{
	const char *star = strchr(path, '*');
	return star ? str_fmt(a, "%.*s{id}%s", (int)(star - path), path, star + 1) : str_from(path);
}

/* "get_me_passkeys" */
static struct str operation_name(struct arena *a, struct str method, const char *path)
{
	struct buf b;
	buf_init(&b, a, 200);
	buf_add(&b, method);
	for (const char *p = strncmp(path, "/v1", 3) == 0 ? path + 3 : path; *p; p++)
		buf_char(&b, (*p >= 'a' && *p <= 'z') || *p == '_' ? *p : *p == '*' ? 'x' : '_');
	return buf_str(&b);
}

static void write_own_route(struct json_out *o, struct arena *a, const struct own_route *r)
{
	struct str method = str_lower_ascii(a, str_from(r->method));
	struct operation op = { str_z(a, operation_name(a, method, r->path)), r->doc, NULL, NULL, NULL, 200, NULL };
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (strcmp(special[i].path, r->path) == 0 && str_eqz(method, special[i].method))
			op = (struct operation){ op.id, r->doc, special[i].content_type, special[i].answer, special[i].body, special[i].status, NULL };
	write_operation(o, a, str_z(a, method), &op);
}

static void write_own_routes(struct json_out *o, struct arena *a)
{
	for (size_t i = 0; i < own_route_count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= strcmp(own_routes[k].path, own_routes[i].path) == 0;
		if (seen)
			continue;
		jw_key_str(o, shown_path(a, own_routes[i].path));
		jw_open(o, '{');
		if (strchr(own_routes[i].path, '*'))
			write_path_id(o);
		for (size_t k = i; k < own_route_count; k++)
			if (strcmp(own_routes[k].path, own_routes[i].path) == 0)
				write_own_route(o, a, &own_routes[k]);
		jw_close(o, '}');
	}
}

static void write_routes(struct json_out *o, struct arena *a, const struct route *routes)
{
	for (const struct route *r = routes; r && r->path; r++) {
		bool star = strchr(r->path, '*') != NULL;
		struct str path = shown_path(a, r->path);
		bool seen = false;
		for (const struct route *k = routes; k < r; k++)
			seen |= strcmp(k->path, r->path) == 0;
		if (seen)
			continue;
		jw_key_str(o, path);
		jw_open(o, '{');
		if (star)
			write_path_id(o);
		for (const struct route *k = r; k->path; k++) {
			if (strcmp(k->path, r->path) != 0)
				continue;
			struct str method = str_lower_ascii(a, str_from(k->method));
			write_operation(o, a, str_z(a, method),
			                &(struct operation){ str_fmt(a, STR_FMT STR_FMT, STR_ARG(method), STR_ARG(path)).p, "See docs/dev/api.md.", NULL, NULL, NULL, 200, NULL });
		}
		jw_close(o, '}');
	}
}

struct str openapi_text(struct arena *a, const struct catalogue *c, const struct route *routes)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "openapi", STR("3.1.0"));
	jw_key(&o, "info");
	jw_raw(&o, STR("{\"title\":\"Fieldward\",\"version\":\"1\",\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}"));
	jw_key(&o, "security");
	jw_raw(&o, STR("[{\"bearer\":[]}]"));
	jw_key(&o, "paths");
	jw_open(&o, '{');
	write_own_routes(&o, a);
	write_routes(&o, a, routes);
	for (const struct noun *const *n = c->nouns; *n; n++)
		if (!(*n)->internal)
			write_noun_paths(&o, a, *n);
	jw_close(&o, '}');
	jw_key(&o, "components");
	jw_open(&o, '{');
	jw_key(&o, "securitySchemes");
	jw_raw(&o, STR("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
	jw_key(&o, "schemas");
	buf_char(&b, '{');
	buf_addz(&b, common_schemas);
	o.depth++;
	o.comma |= 1u << o.depth;
	for (const struct noun *const *n = c->nouns; *n; n++)
		if (!(*n)->internal)
			write_noun_schemas(&o, a, *n);
	jw_close(&o, '}');
	jw_close(&o, '}');
	jw_close(&o, '}');
	buf_char(&b, '\n');
	return buf_str(&b);
}

static const char *ts_type(struct arena *a, const struct field *f)
{
	static const char *const names[] = { [F_INVALID] = "never", [F_ID] = "string", [F_REF] = "string", [F_TEXT] = "string", [F_LINES] = "string",
		                             [F_ENUM] = "string", [F_BOOL] = "boolean", [F_INT] = "number", [F_MONEY] = "number", [F_DURATION] = "number",
		                             [F_DATE] = "string", [F_TIME] = "string", [F_JSON] = "unknown", [F_BYTES] = "string" };
	struct buf b;
	if (!f->values)
		return names[f->type];
	buf_init(&b, a, 2000);
	for (const char *const *v = f->values; *v; v++)
		buf_fmt(&b, "%s\"%s\"", v == f->values ? "" : " | ", *v);
	return str_z(a, buf_str(&b));
}

static void ts_name(struct buf *b, const char *name)
{
	bool up = true;
	for (; *name; name++) {
		if (*name == '_') {
			up = true;
			continue;
		}
		buf_char(b, up && *name >= 'a' && *name <= 'z' ? (char)(*name - 32) : *name);
		up = false;
	}
}

struct str typescript_text(struct arena *a, const struct catalogue *c)
{
	struct buf b;
	buf_init(&b, a, MIB);
	buf_addz(&b, "// Printed by `fieldward emit` from the dictionary; do not edit.\n");
	for (const struct noun *const *n = c->nouns; *n; n++) {
		if ((*n)->internal)
			continue;
		buf_fmt(&b, "\n/** %s */\nexport interface ", (*n)->doc);
		ts_name(&b, (*n)->name);
		buf_addz(&b, " {\n");
		for (size_t i = 0; i < (*n)->field_count; i++) {
			const struct field *f = &(*n)->fields[i];
			if (f->flags & INTERNAL)
				continue;
			bool always = f->flags & REQUIRED || i == F_ID_FIELD || i == F_VERSION_FIELD || i == F_CREATED_AT_FIELD || i == F_UPDATED_AT_FIELD;
			buf_fmt(&b, "  /** %s */\n  %s%s: %s%s;\n", f->doc, f->flags & READONLY ? "readonly " : "", f->name, ts_type(a, f),
			        always ? "" : " | null");
		}
		buf_addz(&b, "}\n");
	}
	return buf_str(&b);
}
