/* nouns.c - the list of nouns, referred-to ones first. TO ADD A NOUN: its file, its enum in nouns.h, a line here, rights in
 * rights.c, a migration, stories. */
#include "nouns.h"

#include "identity_provider.h"
#include "rights.h"

static const struct noun *const list[] = {
	&noun_tenant, &noun_user, &noun_employee, &noun_role, &noun_membership, &noun_unit, &noun_price_list, &noun_customer, &noun_contact,
	&noun_site, &noun_job_type, &noun_status_def, &noun_enquiry, &noun_recurring_plan, &noun_job, &noun_appointment,
	&noun_appointment_person, &noun_task, &noun_import, &noun_import_mapping, &noun_tax_code, &noun_tax_rate,
	&noun_vat_status, &noun_item, &noun_bundle_line, &noun_price_list_line, &noun_quote, &noun_quote_version, &noun_quote_line,
	&noun_acceptance, &noun_job_line, &noun_authorisation, &noun_invoice, &noun_note, &noun_invoice_line, &noun_credit_note, &noun_credit_line,
	&noun_payment, &noun_allocation, &noun_document, &noun_document_file, &noun_attachment, &noun_signature, &noun_removed_part,
	&noun_warranty, &noun_time_entry, &noun_leave, &noun_working_calendar,
	&noun_portal_link, &noun_privacy_notice,
	&noun_template, &noun_channel_setting, &noun_message, &noun_consent_event, &noun_objection_event, &noun_ncc_registration,
	&noun_ncc_cleanse_run, &noun_suppression_hash, &noun_access_review, &noun_access_review_item, &noun_security_alert, &noun_api_key, &noun_known_device, &noun_staff,
	&noun_support_grant, &noun_identity_provider, &noun_identity_link,
	NULL,
};

const struct catalogue *nouns_catalogue(struct arena *a)
{
	struct catalogue *c = ARENA_NEW(a, struct catalogue);
	*c = (struct catalogue){ .nouns = list, .rights = role_rights, .right_count = role_right_count };
	c->right_index = policy_index(a, c);
	return c;
}
