CREATE TABLE counter (
  tenant_id bigint NOT NULL,
  seq bigint NOT NULL, audit_size bigint NOT NULL, frontier bytea NOT NULL, PRIMARY KEY (tenant_id)
) ;

CREATE TABLE schema_version (
  tenant_id bigint NOT NULL,
  version bigint NOT NULL, name text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (tenant_id, version)
) ;

CREATE TABLE numbering (
  tenant_id bigint NOT NULL,
  series text COLLATE "C" NOT NULL, prefix text COLLATE "C" NOT NULL, next bigint NOT NULL, PRIMARY KEY (tenant_id, series)
) ;

CREATE TABLE subject (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL, live_key uuid, record_key uuid, created_at bigint NOT NULL, PRIMARY KEY (tenant_id, id)
) ;
CREATE UNIQUE INDEX subject_live_key ON subject (tenant_id, live_key);
CREATE UNIQUE INDEX subject_record_key ON subject (tenant_id, record_key);

CREATE TABLE search_term (
  tenant_id bigint NOT NULL,
  noun bigint NOT NULL, term bigint NOT NULL, row_id uuid NOT NULL, PRIMARY KEY (tenant_id, noun, term, row_id)
) ;

CREATE TABLE lookup (
  tenant_id bigint NOT NULL,
  domain bigint NOT NULL, hash bytea NOT NULL, noun bigint NOT NULL, row_id uuid NOT NULL, PRIMARY KEY (tenant_id, domain, hash, noun, row_id)
) ;

CREATE TABLE row_owner (
  tenant_id bigint NOT NULL,
  employee_id uuid NOT NULL, noun bigint NOT NULL, row_id uuid NOT NULL, source_id uuid NOT NULL, until_ms bigint NOT NULL, PRIMARY KEY (tenant_id, source_id, employee_id, noun, row_id)
) ;
CREATE INDEX row_owner_by_employee ON row_owner (tenant_id, employee_id, noun, row_id);

CREATE TABLE external_key (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, noun bigint NOT NULL, row_id uuid NOT NULL, digest bytea NOT NULL, batch_id uuid NOT NULL, seq bigint NOT NULL, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX external_key_row ON external_key (tenant_id, row_id);
CREATE INDEX external_key_batch ON external_key (tenant_id, batch_id, row_id);

CREATE TABLE idempotency (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, body_hash bytea NOT NULL, at bigint NOT NULL, status bigint NOT NULL, answer bytea, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX idempotency_at ON idempotency (tenant_id, at);

CREATE TABLE session (
  tenant_id bigint NOT NULL,
  token_hash bytea NOT NULL, id uuid NOT NULL, user_id uuid NOT NULL, member_tenant bigint NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, ended_at bigint, kind text COLLATE "C" NOT NULL, touched_at bigint NOT NULL, idle_s bigint NOT NULL, fresh_at bigint NOT NULL, limited bigint NOT NULL, device_id uuid, grant_id uuid, about bytea NOT NULL, vouched bigint NOT NULL, PRIMARY KEY (tenant_id, token_hash)
) ;
CREATE UNIQUE INDEX session_by_id ON session (tenant_id, id);
CREATE INDEX session_by_user ON session (tenant_id, user_id, created_at);
CREATE INDEX session_by_end ON session (tenant_id, expires_at);

CREATE TABLE refresh (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, session_id uuid NOT NULL, created_at bigint NOT NULL, used_at bigint, next_hash bytea, next bytea, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX refresh_by_age ON refresh (tenant_id, created_at);

CREATE TABLE factor (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL, user_id uuid NOT NULL, kind text COLLATE "C" NOT NULL, hash bytea NOT NULL, created_at bigint NOT NULL, used_at bigint, counter bigint NOT NULL, ended_at bigint, sealed bytea NOT NULL, PRIMARY KEY (tenant_id, id)
) ;
CREATE UNIQUE INDEX factor_by_hash ON factor (tenant_id, hash);
CREATE INDEX factor_by_user ON factor (tenant_id, user_id, id);

CREATE TABLE once (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, kind text COLLATE "C" NOT NULL, user_id uuid NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, used_at bigint, sealed bytea NOT NULL, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX once_by_user ON once (tenant_id, user_id, kind);
CREATE INDEX once_waiting ON once (tenant_id, kind, expires_at) WHERE used_at IS NULL;
CREATE INDEX once_by_end ON once (tenant_id, expires_at);

CREATE TABLE tries (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, count bigint NOT NULL, total bigint NOT NULL, at bigint NOT NULL, until_at bigint NOT NULL, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX tries_by_age ON tries (tenant_id, at);

CREATE TABLE device (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL, user_id uuid NOT NULL, created_at bigint NOT NULL, seen_at bigint NOT NULL, ended_at bigint, sealed bytea NOT NULL, PRIMARY KEY (tenant_id, user_id, id)
) ;

CREATE TABLE machine_secret (
  tenant_id bigint NOT NULL,
  hash bytea NOT NULL, member_tenant bigint NOT NULL, key_id uuid NOT NULL, expires_at bigint NOT NULL, ended_at bigint, used_at bigint, PRIMARY KEY (tenant_id, hash)
) ;
CREATE INDEX machine_secret_by_key ON machine_secret (tenant_id, key_id);

CREATE TABLE staff_tenant (
  tenant_id bigint NOT NULL,
  staff_id uuid NOT NULL, member_tenant bigint NOT NULL, since_at bigint NOT NULL, until_at bigint, PRIMARY KEY (tenant_id, staff_id, member_tenant, since_at)
) ;
CREATE INDEX staff_tenant_by_tenant ON staff_tenant (tenant_id, member_tenant, staff_id);

CREATE TABLE user_tenant (
  tenant_id bigint NOT NULL,
  user_id uuid NOT NULL, member_tenant bigint NOT NULL, last_used_at bigint NOT NULL, PRIMARY KEY (tenant_id, user_id, member_tenant)
) ;

CREATE TABLE audit_event (
  tenant_id bigint NOT NULL,
  idx bigint NOT NULL, at bigint NOT NULL, seq bigint NOT NULL, noun bigint NOT NULL, object_id uuid, root_id uuid, action text COLLATE "C" NOT NULL, actor_kind text COLLATE "C" NOT NULL, actor_id uuid, leaf text COLLATE "C" NOT NULL, PRIMARY KEY (tenant_id, idx)
) ;
CREATE INDEX audit_event_root ON audit_event (tenant_id, root_id, idx);
CREATE INDEX audit_event_object ON audit_event (tenant_id, object_id, seq, idx);

CREATE TABLE audit_node (
  tenant_id bigint NOT NULL,
  level bigint NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (tenant_id, level, idx)
) ;

CREATE TABLE audit_opening (
  tenant_id bigint NOT NULL,
  idx bigint NOT NULL, subject_id uuid NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (tenant_id, idx)
) ;
CREATE INDEX audit_opening_subject ON audit_opening (tenant_id, subject_id);

CREATE TABLE audit_checkpoint (
  tenant_id bigint NOT NULL,
  size bigint NOT NULL, at bigint NOT NULL, text text COLLATE "C" NOT NULL, PRIMARY KEY (tenant_id, size)
) ;

CREATE TABLE access_seen (
  tenant_id bigint NOT NULL,
  noun bigint NOT NULL, object_id uuid NOT NULL, day bigint NOT NULL, actor_id uuid NOT NULL, PRIMARY KEY (tenant_id, noun, object_id, day, actor_id)
) ;

CREATE TABLE right_used (
  tenant_id bigint NOT NULL,
  membership_id uuid NOT NULL, right_name text COLLATE "C" NOT NULL, last_day bigint NOT NULL, PRIMARY KEY (tenant_id, membership_id, right_name)
) ;

CREATE TABLE tenant (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  number bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  legal_name text COLLATE "C",
  reg_no text COLLATE "C",
  vat_no text COLLATE "C",
  vat_registered bigint NOT NULL CHECK (vat_registered IN (0, 1)),
  country text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  timezone text COLLATE "C" NOT NULL,
  locale text COLLATE "C" NOT NULL,
  line1 text COLLATE "C",
  line2 text COLLATE "C",
  suburb text COLLATE "C",
  city text COLLATE "C",
  postal_code text COLLATE "C",
  phone text COLLATE "C",
  email text COLLATE "C",
  bank_details bytea,
  price_mode text COLLATE "C" NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  payment_terms_days bigint NOT NULL,
  quote_valid_days bigint NOT NULL,
  brand_colour text COLLATE "C",
  status text COLLATE "C" NOT NULL CHECK (status IN ('trial', 'active', 'suspended', 'closing')),
  offline_lease_h bigint NOT NULL,
  idle_minutes bigint NOT NULL,
  second_factor bigint NOT NULL CHECK (second_factor IN (0, 1)),
  full_invoice_from bigint NOT NULL,
  slug text COLLATE "C",
  factor_roles text COLLATE "C",
  sso_only bigint NOT NULL CHECK (sso_only IN (0, 1)),
  known_devices_only bigint NOT NULL CHECK (known_devices_only IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX tenant_by_created_at ON tenant (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tenant_number_unique ON tenant (tenant_id, number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tenant_slug_unique ON tenant (tenant_id, slug) WHERE deleted_at IS NULL AND slug IS NOT NULL;

CREATE TABLE user_account (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  email bytea NOT NULL,
  name bytea NOT NULL,
  password bytea,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  locale text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX user_account_by_created_at ON user_account (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE employee (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name bytea NOT NULL,
  code text COLLATE "C",
  phone bytea,
  email bytea,
  colour text COLLATE "C" NOT NULL,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX employee_by_created_at ON employee (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX employee_active_created_at ON employee (tenant_id, active, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX employee_code_unique ON employee (tenant_id, code) WHERE deleted_at IS NULL AND code IS NOT NULL;

CREATE TABLE role (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  base text COLLATE "C" NOT NULL CHECK (base IN ('admin', 'dispatcher', 'technician', 'accountant')),
  grants text COLLATE "C",
  description text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX role_by_name ON role (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX role_by_created_at ON role (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX role_name_unique ON role (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE membership (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  user_id uuid NOT NULL,
  name bytea NOT NULL,
  email bytea NOT NULL,
  role text COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'dispatcher', 'technician', 'accountant')),
  my_view_only bigint NOT NULL CHECK (my_view_only IN (0, 1)),
  employee_id uuid,
  approve_limit bigint,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  role_id uuid,
  left_at bigint,
  invited_at bigint,
  advised_at bigint,
  active_since bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT membership_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id),
  CONSTRAINT membership_role_id_fk FOREIGN KEY (tenant_id, role_id) REFERENCES role (tenant_id, id)
) ;
CREATE INDEX membership_by_created_at ON membership (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX membership_user_id_created_at ON membership (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX membership_role_id_created_at ON membership (tenant_id, role_id, created_at, id) WHERE deleted_at IS NULL AND role_id IS NOT NULL;
CREATE INDEX membership_employee_id_ref ON membership (tenant_id, employee_id) WHERE employee_id IS NOT NULL;

CREATE TABLE unit (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  code text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  decimals bigint NOT NULL,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX unit_by_code ON unit (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX unit_by_created_at ON unit (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX unit_code_unique ON unit (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE price_list (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  discount_bp bigint NOT NULL,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX price_list_by_name ON price_list (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_by_created_at ON price_list (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX price_list_name_unique ON price_list (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE customer (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('company', 'person')),
  name bytea NOT NULL,
  code text COLLATE "C",
  vat_no bytea,
  reg_no bytea,
  billing_line1 bytea,
  billing_line2 bytea,
  billing_suburb text COLLATE "C",
  billing_city text COLLATE "C",
  billing_postal_code text COLLATE "C",
  billing_email bytea,
  phone bytea,
  terms_days bigint,
  on_hold bigint NOT NULL CHECK (on_hold IN (0, 1)),
  source text COLLATE "C",
  alert bytea,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  price_list_id uuid,
  language text COLLATE "C" CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  automatic_messages bigint NOT NULL CHECK (automatic_messages IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT customer_price_list_id_fk FOREIGN KEY (tenant_id, price_list_id) REFERENCES price_list (tenant_id, id)
) ;
CREATE INDEX customer_by_created_at ON customer (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_by_updated_at ON customer (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_active_created_at ON customer (tenant_id, active, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customer_code_unique ON customer (tenant_id, code) WHERE deleted_at IS NULL AND code IS NOT NULL;
CREATE INDEX customer_price_list_id_ref ON customer (tenant_id, price_list_id) WHERE price_list_id IS NOT NULL;

CREATE TABLE contact (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  customer_id uuid NOT NULL,
  name bytea NOT NULL,
  email bytea,
  phone bytea,
  whatsapp bigint NOT NULL CHECK (whatsapp IN (0, 1)),
  role text COLLATE "C" NOT NULL CHECK (role IN ('site', 'accounts', 'decision', 'tenant')),
  preferred_channel text COLLATE "C" CHECK (preferred_channel IN ('phone', 'sms', 'email', 'whatsapp')),
  active bigint NOT NULL CHECK (active IN (0, 1)),
  language text COLLATE "C" CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT contact_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX contact_by_created_at ON contact (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_customer_id_created_at ON contact (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE site (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  customer_id uuid NOT NULL,
  name bytea,
  line1 bytea NOT NULL,
  line2 bytea,
  suburb text COLLATE "C",
  city text COLLATE "C",
  postal_code text COLLATE "C",
  province text COLLATE "C",
  country text COLLATE "C" NOT NULL,
  lat bytea,
  lon bytea,
  access_notes bytea,
  contact_id uuid,
  alert bytea,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT site_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT site_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
) ;
CREATE INDEX site_by_created_at ON site (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX site_customer_id_created_at ON site (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX site_contact_id_ref ON site (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE job_type (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  colour text COLLATE "C" NOT NULL,
  default_s bigint NOT NULL,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  require_signature text COLLATE "C" NOT NULL CHECK (require_signature IN ('no', 'yes_or_reason', 'yes')),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX job_type_by_name ON job_type (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX job_type_by_created_at ON job_type (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX job_type_name_unique ON job_type (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE status_def (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  colour text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL CHECK (stage IN ('new', 'scheduled', 'in_progress', 'on_hold', 'work_done', 'to_invoice', 'closed', 'cancelled')),
  position bigint NOT NULL,
  is_default bigint NOT NULL CHECK (is_default IN (0, 1)),
  require_tasks bigint NOT NULL CHECK (require_tasks IN (0, 1)),
  customer_label text COLLATE "C",
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX status_def_by_position ON status_def (tenant_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX status_def_by_created_at ON status_def (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX status_def_name_unique ON status_def (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE enquiry (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  no text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL CHECK (source IN ('phone', 'email', 'web', 'whatsapp', 'portal', 'walk_in', 'referral', 'other')),
  customer_id uuid,
  name bytea,
  phone bytea,
  email bytea,
  address bytea,
  site_id uuid,
  subject bytea NOT NULL,
  details bytea,
  job_type_id uuid,
  priority text COLLATE "C" NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'emergency')),
  owner_id uuid,
  next_action_at bigint,
  status text COLLATE "C" NOT NULL CHECK (status IN ('new', 'contacted', 'qualified', 'converted', 'lost', 'spam')),
  lost_reason bytea,
  requested_at bigint NOT NULL,
  notice_version text COLLATE "C",
  notice_shown_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT enquiry_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT enquiry_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT enquiry_job_type_id_fk FOREIGN KEY (tenant_id, job_type_id) REFERENCES job_type (tenant_id, id),
  CONSTRAINT enquiry_owner_id_fk FOREIGN KEY (tenant_id, owner_id) REFERENCES employee (tenant_id, id)
) ;
CREATE INDEX enquiry_by_created_at ON enquiry (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_by_requested_at ON enquiry (tenant_id, requested_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_status_created_at ON enquiry (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_customer_id_created_at ON enquiry (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE UNIQUE INDEX enquiry_no_unique ON enquiry (tenant_id, no) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_site_id_ref ON enquiry (tenant_id, site_id) WHERE site_id IS NOT NULL;
CREATE INDEX enquiry_job_type_id_ref ON enquiry (tenant_id, job_type_id) WHERE job_type_id IS NOT NULL;
CREATE INDEX enquiry_owner_id_ref ON enquiry (tenant_id, owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE recurring_plan (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name bytea NOT NULL,
  customer_id uuid NOT NULL,
  site_id uuid NOT NULL,
  job_type_id uuid NOT NULL,
  every_months bigint NOT NULL,
  starts_on bigint,
  last_done bigint,
  next_due bigint NOT NULL,
  lead_days bigint NOT NULL,
  ends_on bigint,
  state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
  lines bytea,
  last_job_id uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT recurring_plan_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT recurring_plan_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT recurring_plan_job_type_id_fk FOREIGN KEY (tenant_id, job_type_id) REFERENCES job_type (tenant_id, id)
) ;
CREATE INDEX recurring_plan_by_created_at ON recurring_plan (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_by_next_due ON recurring_plan (tenant_id, next_due, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_state_next_due ON recurring_plan (tenant_id, state, next_due, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_customer_id_created_at ON recurring_plan (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_site_id_created_at ON recurring_plan (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_job_type_id_ref ON recurring_plan (tenant_id, job_type_id);

CREATE TABLE job (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  no text COLLATE "C" NOT NULL,
  job_type_id uuid NOT NULL,
  title bytea NOT NULL,
  description bytea,
  customer_id uuid NOT NULL,
  bill_to_id uuid,
  contact_id uuid,
  site_id uuid NOT NULL,
  status_id uuid NOT NULL,
  stage text COLLATE "C" NOT NULL CHECK (stage IN ('new', 'scheduled', 'in_progress', 'on_hold', 'work_done', 'to_invoice', 'closed', 'cancelled')),
  priority text COLLATE "C" NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'emergency')),
  requested_at bigint NOT NULL,
  due_at bigint,
  window_from bigint,
  window_until bigint,
  customer_order_no text COLLATE "C",
  parent_job_id uuid,
  lead_id uuid,
  hold_reason bytea,
  hold_review_at bigint,
  estimated_s bigint,
  completed_at bigint,
  closed_at bigint,
  outcome text COLLATE "C" CHECK (outcome IN ('done', 'incomplete', 'no_access', 'cancelled')),
  outcome_note bytea,
  work_summary bytea,
  internal_notes bytea,
  billing text COLLATE "C" NOT NULL CHECK (billing IN ('quoted', 'actual', 'contract', 'warranty', 'none')),
  source text COLLATE "C" NOT NULL CHECK (source IN ('phone', 'email', 'web', 'whatsapp', 'portal', 'walk_in', 'referral', 'other')),
  recurring_plan_id uuid,
  plan_key text COLLATE "C",
  enquiry_id uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT job_job_type_id_fk FOREIGN KEY (tenant_id, job_type_id) REFERENCES job_type (tenant_id, id),
  CONSTRAINT job_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT job_bill_to_id_fk FOREIGN KEY (tenant_id, bill_to_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT job_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT job_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT job_status_id_fk FOREIGN KEY (tenant_id, status_id) REFERENCES status_def (tenant_id, id),
  CONSTRAINT job_parent_job_id_fk FOREIGN KEY (tenant_id, parent_job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT job_lead_id_fk FOREIGN KEY (tenant_id, lead_id) REFERENCES employee (tenant_id, id),
  CONSTRAINT job_recurring_plan_id_fk FOREIGN KEY (tenant_id, recurring_plan_id) REFERENCES recurring_plan (tenant_id, id),
  CONSTRAINT job_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id)
) ;
CREATE INDEX job_by_created_at ON job (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_by_requested_at ON job (tenant_id, requested_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_by_updated_at ON job (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_stage_created_at ON job (tenant_id, stage, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_stage_requested_at ON job (tenant_id, stage, requested_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_job_type_id_created_at ON job (tenant_id, job_type_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_customer_id_created_at ON job (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_site_id_created_at ON job (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_status_id_created_at ON job (tenant_id, status_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_lead_id_created_at ON job (tenant_id, lead_id, created_at, id) WHERE deleted_at IS NULL AND lead_id IS NOT NULL;
CREATE INDEX job_recurring_plan_id_created_at ON job (tenant_id, recurring_plan_id, created_at, id) WHERE deleted_at IS NULL AND recurring_plan_id IS NOT NULL;
CREATE INDEX job_enquiry_id_created_at ON job (tenant_id, enquiry_id, created_at, id) WHERE deleted_at IS NULL AND enquiry_id IS NOT NULL;
CREATE UNIQUE INDEX job_no_unique ON job (tenant_id, no) WHERE deleted_at IS NULL;
CREATE INDEX job_bill_to_id_ref ON job (tenant_id, bill_to_id) WHERE bill_to_id IS NOT NULL;
CREATE INDEX job_contact_id_ref ON job (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX job_parent_job_id_ref ON job (tenant_id, parent_job_id) WHERE parent_job_id IS NOT NULL;
CREATE UNIQUE INDEX job_plan_key_unique ON job (tenant_id, plan_key) WHERE deleted_at IS NULL AND plan_key IS NOT NULL;

CREATE TABLE appointment (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  start_at bigint NOT NULL,
  end_at bigint NOT NULL,
  all_day bigint NOT NULL CHECK (all_day IN (0, 1)),
  status text COLLATE "C" NOT NULL CHECK (status IN ('planned', 'confirmed', 'dispatched', 'travelling', 'on_site', 'finished', 'incomplete', 'no_access', 'cancelled')),
  title bytea,
  instructions bytea,
  outcome bytea,
  arrival_window_min bigint,
  sequence bigint NOT NULL,
  travel_at bigint,
  arrived_at bigint,
  ended_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT appointment_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) ;
CREATE INDEX appointment_by_start_at ON appointment (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_job_id_start_at ON appointment (tenant_id, job_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_job_id_created_at ON appointment (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_status_start_at ON appointment (tenant_id, status, start_at, id) WHERE deleted_at IS NULL;

CREATE TABLE appointment_person (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  appointment_id uuid NOT NULL,
  job_id uuid NOT NULL,
  employee_id uuid NOT NULL,
  lead bigint NOT NULL CHECK (lead IN (0, 1)),
  ack_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT appointment_person_appointment_id_fk FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id),
  CONSTRAINT appointment_person_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT appointment_person_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id)
) ;
CREATE INDEX appointment_person_by_created_at ON appointment_person (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_appointment_id_created_at ON appointment_person (tenant_id, appointment_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_job_id_created_at ON appointment_person (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_employee_id_created_at ON appointment_person (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE task (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  position bigint NOT NULL,
  text bytea NOT NULL,
  required bigint NOT NULL CHECK (required IN (0, 1)),
  state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'done', 'not_applicable')),
  done_by uuid,
  done_at bigint,
  note bytea,
  photo_required bigint NOT NULL CHECK (photo_required IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT task_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) ;
CREATE INDEX task_by_created_at ON task (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_job_id_position ON task (tenant_id, job_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX task_job_id_created_at ON task (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE import_batch (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  state text COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'undoing')),
  name text COLLATE "C" NOT NULL,
  noun text COLLATE "C",
  preset text COLLATE "C",
  dry_run bigint NOT NULL CHECK (dry_run IN (0, 1)),
  rows_total bigint NOT NULL,
  rows_done bigint NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  unchanged bigint NOT NULL,
  rejected bigint NOT NULL,
  by_noun text COLLATE "C",
  warnings text COLLATE "C",
  error text COLLATE "C",
  undone bigint NOT NULL CHECK (undone IN (0, 1)),
  undo_deleted bigint,
  undo_kept text COLLATE "C",
  started_at bigint,
  ended_at bigint,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX import_batch_by_created_at ON import_batch (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX import_batch_state_created_at ON import_batch (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE import_mapping (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  noun text COLLATE "C" NOT NULL,
  spec text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX import_mapping_by_name ON import_mapping (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX import_mapping_by_created_at ON import_mapping (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX import_mapping_name_unique ON import_mapping (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE tax_code (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  code text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('standard', 'zero', 'exempt', 'outside')),
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX tax_code_by_code ON tax_code (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_code_by_created_at ON tax_code (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tax_code_code_unique ON tax_code (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE tax_rate (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  tax_code_id uuid NOT NULL,
  rate_bp bigint NOT NULL,
  valid_from bigint NOT NULL,
  valid_until bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT tax_rate_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) ;
CREATE INDEX tax_rate_by_valid_from ON tax_rate (tenant_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_rate_tax_code_id_valid_from ON tax_rate (tenant_id, tax_code_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_rate_tax_code_id_created_at ON tax_rate (tenant_id, tax_code_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE vat_status (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  valid_from bigint NOT NULL,
  registered bigint NOT NULL CHECK (registered IN (0, 1)),
  vat_no text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX vat_status_by_valid_from ON vat_status (tenant_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX vat_status_by_created_at ON vat_status (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX vat_status_valid_from_unique ON vat_status (tenant_id, valid_from) WHERE deleted_at IS NULL;

CREATE TABLE item (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  code text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('product', 'labour', 'travel', 'fee', 'bundle')),
  unit text COLLATE "C" NOT NULL,
  sell4 bigint,
  price_includes_vat bigint NOT NULL CHECK (price_includes_vat IN (0, 1)),
  cost4 bigint,
  tax_code_id uuid,
  category text COLLATE "C",
  barcode text COLLATE "C",
  supplier_code text COLLATE "C",
  warranty_months bigint,
  description text COLLATE "C",
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT item_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) ;
CREATE INDEX item_by_code ON item (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX item_by_created_at ON item (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX item_kind_code ON item (tenant_id, kind, code, id) WHERE deleted_at IS NULL;
CREATE INDEX item_active_code ON item (tenant_id, active, code, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX item_code_unique ON item (tenant_id, code) WHERE deleted_at IS NULL;
CREATE INDEX item_tax_code_id_ref ON item (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE bundle_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  bundle_id uuid NOT NULL,
  item_id uuid NOT NULL,
  qty3 bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT bundle_line_bundle_id_fk FOREIGN KEY (tenant_id, bundle_id) REFERENCES item (tenant_id, id),
  CONSTRAINT bundle_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) ;
CREATE INDEX bundle_line_by_created_at ON bundle_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_bundle_id_created_at ON bundle_line (tenant_id, bundle_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_bundle_id_position ON bundle_line (tenant_id, bundle_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_item_id_created_at ON bundle_line (tenant_id, item_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE price_list_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  price_list_id uuid NOT NULL,
  item_id uuid NOT NULL,
  sell4 bigint,
  discount_bp bigint,
  valid_from bigint,
  valid_until bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT price_list_line_price_list_id_fk FOREIGN KEY (tenant_id, price_list_id) REFERENCES price_list (tenant_id, id),
  CONSTRAINT price_list_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) ;
CREATE INDEX price_list_line_by_created_at ON price_list_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_line_price_list_id_created_at ON price_list_line (tenant_id, price_list_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_line_item_id_created_at ON price_list_line (tenant_id, item_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE quote (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  no text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('quote', 'variation')),
  customer_id uuid NOT NULL,
  contact_id uuid,
  site_id uuid,
  enquiry_id uuid,
  job_id uuid,
  title bytea NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('draft', 'internal_review', 'sent', 'viewed', 'accepted', 'declined', 'expired', 'cancelled')),
  owner_id uuid,
  version_n bigint NOT NULL,
  version_id uuid,
  total bigint NOT NULL,
  valid_until bigint,
  reason bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT quote_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT quote_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT quote_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id),
  CONSTRAINT quote_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT quote_owner_id_fk FOREIGN KEY (tenant_id, owner_id) REFERENCES employee (tenant_id, id)
) ;
CREATE INDEX quote_by_created_at ON quote (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_status_created_at ON quote (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_customer_id_created_at ON quote (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_enquiry_id_created_at ON quote (tenant_id, enquiry_id, created_at, id) WHERE deleted_at IS NULL AND enquiry_id IS NOT NULL;
CREATE INDEX quote_job_id_created_at ON quote (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE UNIQUE INDEX quote_no_unique ON quote (tenant_id, no) WHERE deleted_at IS NULL;
CREATE INDEX quote_contact_id_ref ON quote (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX quote_site_id_ref ON quote (tenant_id, site_id) WHERE site_id IS NOT NULL;
CREATE INDEX quote_owner_id_ref ON quote (tenant_id, owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE quote_version (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  price_mode text COLLATE "C" NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency text COLLATE "C" NOT NULL,
  discount_bp bigint NOT NULL,
  discount bigint NOT NULL,
  sum bigint NOT NULL,
  discount_taken bigint NOT NULL,
  net bigint NOT NULL,
  vat bigint NOT NULL,
  total bigint NOT NULL,
  vat_groups text COLLATE "C",
  quote_id uuid NOT NULL,
  n bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('draft', 'sent', 'superseded')),
  valid_until bigint,
  intro bytea,
  terms bytea,
  sent_at bigint,
  document_hash text COLLATE "C",
  saves bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_version_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) ;
CREATE INDEX quote_version_by_created_at ON quote_version (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_version_quote_id_created_at ON quote_version (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE quote_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  quote_version_id uuid NOT NULL,
  position bigint NOT NULL,
  section bytea,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id uuid,
  description bytea NOT NULL,
  qty3 bigint NOT NULL,
  unit text COLLATE "C",
  price4 bigint NOT NULL,
  cost4 bigint,
  discount_bp bigint NOT NULL,
  tax_code_id uuid,
  rate_bp bigint NOT NULL,
  line_net bigint NOT NULL,
  line_after bigint NOT NULL,
  unregistered bigint CHECK (unregistered IN (0, 1)),
  optional bigint NOT NULL CHECK (optional IN (0, 1)),
  selected bigint NOT NULL CHECK (selected IN (0, 1)),
  option_group text COLLATE "C",
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_line_quote_version_id_fk FOREIGN KEY (tenant_id, quote_version_id) REFERENCES quote_version (tenant_id, id),
  CONSTRAINT quote_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT quote_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) ;
CREATE INDEX quote_line_by_created_at ON quote_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_quote_version_id_created_at ON quote_line (tenant_id, quote_version_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_quote_version_id_position ON quote_line (tenant_id, quote_version_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_item_id_ref ON quote_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX quote_line_tax_code_id_ref ON quote_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE acceptance (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  quote_id uuid NOT NULL,
  version_id uuid NOT NULL,
  decision text COLLATE "C" NOT NULL CHECK (decision IN ('accepted', 'declined')),
  name bytea NOT NULL,
  capacity bytea,
  how text COLLATE "C" NOT NULL CHECK (how IN ('phone', 'glass', 'page')),
  at bigint NOT NULL,
  line_ids text COLLATE "C",
  net bigint NOT NULL,
  vat bigint NOT NULL,
  total bigint NOT NULL,
  reason bytea,
  document_hash text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  statement_version text COLLATE "C",
  device_at bigint,
  address bytea,
  device bytea,
  portal_link_id uuid,
  message_id uuid,
  drawing bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT acceptance_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) ;
CREATE INDEX acceptance_by_created_at ON acceptance (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX acceptance_quote_id_created_at ON acceptance (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE job_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  position bigint NOT NULL,
  section bytea,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id uuid,
  description bytea NOT NULL,
  qty3 bigint NOT NULL,
  unit text COLLATE "C",
  price4 bigint NOT NULL,
  cost4 bigint,
  discount_bp bigint NOT NULL,
  tax_code_id uuid,
  rate_bp bigint NOT NULL,
  line_net bigint NOT NULL,
  line_after bigint NOT NULL,
  unregistered bigint CHECK (unregistered IN (0, 1)),
  source_line_id uuid,
  billable bigint NOT NULL CHECK (billable IN (0, 1)),
  written_off text COLLATE "C",
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT job_line_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT job_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT job_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT job_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES quote_line (tenant_id, id)
) ;
CREATE INDEX job_line_by_created_at ON job_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_job_id_created_at ON job_line (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_job_id_position ON job_line (tenant_id, job_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_item_id_ref ON job_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX job_line_tax_code_id_ref ON job_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;
CREATE INDEX job_line_source_line_id_ref ON job_line (tenant_id, source_line_id) WHERE source_line_id IS NOT NULL;

CREATE TABLE authorisation (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('estimate_accepted', 'estimate_declined', 'max_preauthorised', 'variation_authorised', 'lifted')),
  acceptance_id uuid,
  price_mode text COLLATE "C" NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  amount bigint,
  name bytea NOT NULL,
  at bigint NOT NULL,
  note bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT authorisation_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT authorisation_acceptance_id_fk FOREIGN KEY (tenant_id, acceptance_id) REFERENCES acceptance (tenant_id, id)
) ;
CREATE INDEX authorisation_by_created_at ON authorisation (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX authorisation_job_id_created_at ON authorisation (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX authorisation_acceptance_id_ref ON authorisation (tenant_id, acceptance_id) WHERE acceptance_id IS NOT NULL;

CREATE TABLE invoice (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  price_mode text COLLATE "C" NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency text COLLATE "C" NOT NULL,
  discount_bp bigint NOT NULL,
  discount bigint NOT NULL,
  sum bigint NOT NULL,
  discount_taken bigint NOT NULL,
  net bigint NOT NULL,
  vat bigint NOT NULL,
  total bigint NOT NULL,
  vat_groups text COLLATE "C",
  no text COLLATE "C",
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'deposit', 'progress')),
  customer_id uuid NOT NULL,
  site_id uuid,
  job_id uuid,
  quote_id uuid,
  status text COLLATE "C" NOT NULL CHECK (status IN ('draft', 'approved', 'sent', 'part_paid', 'paid', 'credited', 'void')),
  date bigint,
  due_date bigint,
  tax_point bigint,
  customer_order_no text COLLATE "C",
  credited bigint NOT NULL,
  paid bigint NOT NULL,
  balance bigint NOT NULL,
  buyer bytea,
  seller text COLLATE "C",
  approved_at bigint,
  sent_at bigint,
  reason bytea,
  document_hash text COLLATE "C",
  revision bigint NOT NULL,
  downloaded_at bigint,
  saves bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoice_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT invoice_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT invoice_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT invoice_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) ;
CREATE INDEX invoice_by_created_at ON invoice (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_status_created_at ON invoice (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_customer_id_created_at ON invoice (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_job_id_created_at ON invoice (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX invoice_quote_id_created_at ON invoice (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE UNIQUE INDEX invoice_no_unique ON invoice (tenant_id, no) WHERE deleted_at IS NULL AND no IS NOT NULL;
CREATE INDEX invoice_site_id_ref ON invoice (tenant_id, site_id) WHERE site_id IS NOT NULL;

CREATE TABLE note (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid,
  customer_id uuid,
  site_id uuid,
  body bytea NOT NULL,
  visibility text COLLATE "C" NOT NULL CHECK (visibility IN ('internal', 'customer')),
  pinned bigint NOT NULL CHECK (pinned IN (0, 1)),
  quote_id uuid,
  invoice_id uuid,
  enquiry_id uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT note_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT note_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT note_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT note_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT note_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT note_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id)
) ;
CREATE INDEX note_by_created_at ON note (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX note_job_id_created_at ON note (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX note_customer_id_created_at ON note (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX note_site_id_created_at ON note (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL AND site_id IS NOT NULL;
CREATE INDEX note_quote_id_created_at ON note (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE INDEX note_invoice_id_created_at ON note (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;
CREATE INDEX note_enquiry_id_created_at ON note (tenant_id, enquiry_id, created_at, id) WHERE deleted_at IS NULL AND enquiry_id IS NOT NULL;

CREATE TABLE invoice_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  invoice_id uuid NOT NULL,
  position bigint NOT NULL,
  section bytea,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id uuid,
  description bytea NOT NULL,
  qty3 bigint NOT NULL,
  unit text COLLATE "C",
  price4 bigint NOT NULL,
  cost4 bigint,
  discount_bp bigint NOT NULL,
  tax_code_id uuid,
  rate_bp bigint NOT NULL,
  line_net bigint NOT NULL,
  line_after bigint NOT NULL,
  unregistered bigint CHECK (unregistered IN (0, 1)),
  source_line_id uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoice_line_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT invoice_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT invoice_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT invoice_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES job_line (tenant_id, id)
) ;
CREATE INDEX invoice_line_by_created_at ON invoice_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_invoice_id_created_at ON invoice_line (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_invoice_id_position ON invoice_line (tenant_id, invoice_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_source_line_id_created_at ON invoice_line (tenant_id, source_line_id, created_at, id) WHERE deleted_at IS NULL AND source_line_id IS NOT NULL;
CREATE INDEX invoice_line_item_id_ref ON invoice_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX invoice_line_tax_code_id_ref ON invoice_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE credit_note (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  price_mode text COLLATE "C" NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency text COLLATE "C" NOT NULL,
  discount_bp bigint NOT NULL,
  discount bigint NOT NULL,
  sum bigint NOT NULL,
  discount_taken bigint NOT NULL,
  net bigint NOT NULL,
  vat bigint NOT NULL,
  total bigint NOT NULL,
  vat_groups text COLLATE "C",
  no text COLLATE "C",
  invoice_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('draft', 'approved', 'allocated')),
  date bigint,
  reason bytea NOT NULL,
  allocated bigint NOT NULL,
  buyer bytea,
  seller text COLLATE "C",
  approved_at bigint,
  document_hash text COLLATE "C",
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT credit_note_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT credit_note_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX credit_note_by_created_at ON credit_note (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_status_created_at ON credit_note (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_customer_id_created_at ON credit_note (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_invoice_id_created_at ON credit_note (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX credit_note_no_unique ON credit_note (tenant_id, no) WHERE deleted_at IS NULL AND no IS NOT NULL;

CREATE TABLE credit_line (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  credit_note_id uuid NOT NULL,
  position bigint NOT NULL,
  section bytea,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id uuid,
  description bytea NOT NULL,
  qty3 bigint NOT NULL,
  unit text COLLATE "C",
  price4 bigint NOT NULL,
  cost4 bigint,
  discount_bp bigint NOT NULL,
  tax_code_id uuid,
  rate_bp bigint NOT NULL,
  line_net bigint NOT NULL,
  line_after bigint NOT NULL,
  unregistered bigint CHECK (unregistered IN (0, 1)),
  source_line_id uuid,
  bill_again bigint NOT NULL CHECK (bill_again IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT credit_line_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT credit_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT credit_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT credit_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES invoice_line (tenant_id, id)
) ;
CREATE INDEX credit_line_by_created_at ON credit_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_line_credit_note_id_created_at ON credit_line (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_line_source_line_id_created_at ON credit_line (tenant_id, source_line_id, created_at, id) WHERE deleted_at IS NULL AND source_line_id IS NOT NULL;
CREATE INDEX credit_line_item_id_ref ON credit_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX credit_line_tax_code_id_ref ON credit_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE payment (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  no text COLLATE "C" NOT NULL,
  customer_id uuid NOT NULL,
  date bigint NOT NULL,
  amount bigint NOT NULL,
  method text COLLATE "C" NOT NULL CHECK (method IN ('eft', 'cash', 'card', 'cheque', 'link', 'other')),
  reference bytea,
  status text COLLATE "C" NOT NULL CHECK (status IN ('recorded', 'allocated', 'reversed')),
  allocated bigint NOT NULL,
  reason bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT payment_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX payment_by_created_at ON payment (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_by_date ON payment (tenant_id, date, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_customer_id_created_at ON payment (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_status_created_at ON payment (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payment_no_unique ON payment (tenant_id, no) WHERE deleted_at IS NULL;

CREATE TABLE allocation (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  payment_id uuid,
  credit_note_id uuid,
  invoice_id uuid NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT allocation_payment_id_fk FOREIGN KEY (tenant_id, payment_id) REFERENCES payment (tenant_id, id),
  CONSTRAINT allocation_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT allocation_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)
) ;
CREATE INDEX allocation_by_created_at ON allocation (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX allocation_invoice_id_created_at ON allocation (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX allocation_payment_id_created_at ON allocation (tenant_id, payment_id, created_at, id) WHERE deleted_at IS NULL AND payment_id IS NOT NULL;
CREATE INDEX allocation_credit_note_id_created_at ON allocation (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL AND credit_note_id IS NOT NULL;

CREATE TABLE document (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('quote', 'invoice', 'credit_note')),
  quote_version_id uuid,
  invoice_id uuid,
  credit_note_id uuid,
  customer_id uuid NOT NULL,
  no text COLLATE "C" NOT NULL,
  date bigint NOT NULL,
  revision bigint NOT NULL,
  mark text COLLATE "C",
  state text COLLATE "C" NOT NULL CHECK (state IN ('frozen', 'rendered')),
  code text COLLATE "C" NOT NULL,
  document_hash text COLLATE "C" NOT NULL,
  data bytea NOT NULL,
  pdf_hash text COLLATE "C",
  pdf_size bigint,
  rendered_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT document_quote_version_id_fk FOREIGN KEY (tenant_id, quote_version_id) REFERENCES quote_version (tenant_id, id),
  CONSTRAINT document_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT document_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT document_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX document_by_created_at ON document (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_customer_id_created_at ON document (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_state_created_at ON document (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_quote_version_id_created_at ON document (tenant_id, quote_version_id, created_at, id) WHERE deleted_at IS NULL AND quote_version_id IS NOT NULL;
CREATE INDEX document_invoice_id_created_at ON document (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;
CREATE INDEX document_credit_note_id_created_at ON document (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL AND credit_note_id IS NOT NULL;
CREATE UNIQUE INDEX document_code_unique ON document (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE document_file (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  document_id uuid NOT NULL,
  pdf bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT document_file_document_id_fk FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
) ;
CREATE INDEX document_file_by_created_at ON document_file (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_file_document_id_created_at ON document_file (tenant_id, document_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX document_file_document_id_unique ON document_file (tenant_id, document_id) WHERE deleted_at IS NULL;

CREATE TABLE attachment (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid,
  customer_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('signature', 'logo')),
  name bytea NOT NULL,
  visibility text COLLATE "C" NOT NULL CHECK (visibility IN ('internal', 'customer')),
  type text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  bytes bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT attachment_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT attachment_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX attachment_by_created_at ON attachment (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX attachment_job_id_created_at ON attachment (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX attachment_customer_id_created_at ON attachment (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX attachment_kind_created_at ON attachment (tenant_id, kind, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE signature (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  signer_name bytea,
  capacity bytea,
  statement text COLLATE "C",
  not_signed_reason bytea,
  attachment_id uuid,
  device_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT signature_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT signature_attachment_id_fk FOREIGN KEY (tenant_id, attachment_id) REFERENCES attachment (tenant_id, id)
) ;
CREATE INDEX signature_by_created_at ON signature (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_job_id_created_at ON signature (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_attachment_id_ref ON signature (tenant_id, attachment_id) WHERE attachment_id IS NOT NULL;

CREATE TABLE removed_part (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  description bytea NOT NULL,
  qty3 bigint NOT NULL,
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('returned', 'declined', 'warranty', 'insurer', 'regulation')),
  name bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT removed_part_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) ;
CREATE INDEX removed_part_by_created_at ON removed_part (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX removed_part_job_id_created_at ON removed_part (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE warranty (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  job_id uuid NOT NULL,
  site_id uuid NOT NULL,
  item_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('parts', 'labour')),
  description bytea NOT NULL,
  valid_from bigint NOT NULL,
  valid_until bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT warranty_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT warranty_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT warranty_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) ;
CREATE INDEX warranty_by_created_at ON warranty (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_job_id_created_at ON warranty (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_site_id_created_at ON warranty (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_by_valid_until ON warranty (tenant_id, valid_until, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_item_id_ref ON warranty (tenant_id, item_id) WHERE item_id IS NOT NULL;

CREATE TABLE time_entry (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  employee_id uuid NOT NULL,
  job_id uuid,
  appointment_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('work', 'travel', 'break', 'admin')),
  start_at bigint NOT NULL,
  end_at bigint,
  source text COLLATE "C" NOT NULL CHECK (source IN ('timer', 'manual')),
  billable bigint NOT NULL CHECK (billable IN (0, 1)),
  note bytea,
  approved_at bigint,
  approved_by uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT time_entry_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id),
  CONSTRAINT time_entry_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT time_entry_appointment_id_fk FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id)
) ;
CREATE INDEX time_entry_by_start_at ON time_entry (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_employee_id_start_at ON time_entry (tenant_id, employee_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_job_id_start_at ON time_entry (tenant_id, job_id, start_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX time_entry_employee_id_created_at ON time_entry (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_job_id_created_at ON time_entry (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX time_entry_appointment_id_ref ON time_entry (tenant_id, appointment_id) WHERE appointment_id IS NOT NULL;

CREATE TABLE leave (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  employee_id uuid NOT NULL,
  start_at bigint NOT NULL,
  end_at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('annual', 'sick', 'family', 'unpaid', 'training', 'other')),
  approved bigint NOT NULL CHECK (approved IN (0, 1)),
  note bytea,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT leave_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id)
) ;
CREATE INDEX leave_by_start_at ON leave (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leave_employee_id_start_at ON leave (tenant_id, employee_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leave_employee_id_created_at ON leave (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE working_calendar (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  day bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  public_holiday bigint NOT NULL CHECK (public_holiday IN (0, 1)),
  gazette_ref text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX working_calendar_by_day ON working_calendar (tenant_id, day, id) WHERE deleted_at IS NULL;
CREATE INDEX working_calendar_by_created_at ON working_calendar (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX working_calendar_day_unique ON working_calendar (tenant_id, day) WHERE deleted_at IS NULL;

CREATE TABLE portal_link (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  scope text COLLATE "C" NOT NULL CHECK (scope IN ('quote', 'job', 'invoice', 'customer')),
  customer_id uuid NOT NULL,
  contact_id uuid,
  quote_id uuid,
  job_id uuid,
  invoice_id uuid,
  token_hash bytea,
  expires_at bigint NOT NULL,
  revoked_at bigint,
  last_used_at bigint,
  uses bigint NOT NULL,
  code_hash bytea,
  code_until bigint,
  code_tries bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT portal_link_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT portal_link_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT portal_link_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT portal_link_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT portal_link_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)
) ;
CREATE INDEX portal_link_by_created_at ON portal_link (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX portal_link_customer_id_created_at ON portal_link (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX portal_link_contact_id_created_at ON portal_link (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
CREATE INDEX portal_link_quote_id_created_at ON portal_link (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE INDEX portal_link_job_id_created_at ON portal_link (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX portal_link_invoice_id_created_at ON portal_link (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;

CREATE TABLE privacy_notice (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  point text COLLATE "C" NOT NULL CHECK (point IN ('web_form')),
  language text COLLATE "C" NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  n bigint NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX privacy_notice_by_created_at ON privacy_notice (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX privacy_notice_point_created_at ON privacy_notice (tenant_id, point, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE template (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code', 'question_received', 'test', 'marketing', 'details_changed', 'consent_request', 'account_reset', 'account_invited', 'account_email', 'account_notice')),
  channel text COLLATE "C" NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  language text COLLATE "C" NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  class text COLLATE "C" NOT NULL CHECK (class IN ('transactional', 'statutory', 'marketing')),
  subject text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX template_by_created_at ON template (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX template_kind_created_at ON template (tenant_id, kind, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE channel_setting (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  from_name text COLLATE "C",
  from_address text COLLATE "C",
  reply_to text COLLATE "C",
  smtp_host text COLLATE "C",
  smtp_port bigint,
  smtp_tls text COLLATE "C" NOT NULL CHECK (smtp_tls IN ('starttls', 'tls', 'plain')),
  smtp_user text COLLATE "C",
  smtp_password bytea,
  smtp_password_set bigint NOT NULL CHECK (smtp_password_set IN (0, 1)),
  smtp_allow_plain bigint NOT NULL CHECK (smtp_allow_plain IN (0, 1)),
  mail_pdf bigint NOT NULL CHECK (mail_pdf IN (0, 1)),
  sms_kind text COLLATE "C" NOT NULL CHECK (sms_kind IN ('none', 'smsportal', 'smsportal_token', 'http')),
  sms_url text COLLATE "C",
  sms_user text COLLATE "C",
  sms_password bytea,
  sms_password_set bigint NOT NULL CHECK (sms_password_set IN (0, 1)),
  sms_authorization bytea,
  sms_authorization_set bigint NOT NULL CHECK (sms_authorization_set IN (0, 1)),
  sms_method text COLLATE "C" NOT NULL CHECK (sms_method IN ('POST', 'PUT', 'GET')),
  sms_content_type text COLLATE "C" NOT NULL CHECK (sms_content_type IN ('application/json', 'application/x-www-form-urlencoded')),
  sms_body text COLLATE "C",
  sms_success text COLLATE "C",
  quiet_from_min bigint NOT NULL,
  quiet_until_min bigint NOT NULL,
  report_secret bytea,
  report_secret_set bigint NOT NULL CHECK (report_secret_set IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX channel_setting_by_created_at ON channel_setting (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE message (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code', 'question_received', 'test', 'marketing', 'details_changed', 'consent_request', 'account_reset', 'account_invited', 'account_email', 'account_notice')),
  channel text COLLATE "C" NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  class text COLLATE "C" NOT NULL CHECK (class IN ('transactional', 'statutory', 'marketing')),
  status text COLLATE "C" NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'cancelled')),
  template_id uuid,
  language text COLLATE "C" NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  recipient bytea NOT NULL,
  recipient_name bytea,
  subject bytea,
  body bytea NOT NULL,
  secret bytea,
  contact_id uuid,
  customer_id uuid,
  enquiry_id uuid,
  quote_id uuid,
  invoice_id uuid,
  credit_note_id uuid,
  job_id uuid,
  about_id uuid,
  portal_link_id uuid,
  document_id uuid,
  automatic bigint NOT NULL CHECK (automatic IN (0, 1)),
  attempts bigint NOT NULL,
  repeats bigint NOT NULL,
  next_try_at bigint NOT NULL,
  first_try_at bigint,
  sent_at bigint,
  message_id text COLLATE "C",
  provider_id text COLLATE "C",
  error text COLLATE "C",
  answer bytea,
  dedupe_key text COLLATE "C",
  with_pdf bigint NOT NULL CHECK (with_pdf IN (0, 1)),
  tls bigint NOT NULL CHECK (tls IN (0, 1)),
  note text COLLATE "C",
  gate text COLLATE "C",
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT message_template_id_fk FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id),
  CONSTRAINT message_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT message_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT message_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id),
  CONSTRAINT message_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT message_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT message_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT message_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) ;
CREATE INDEX message_by_created_at ON message (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX message_status_created_at ON message (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX message_status_next_try_at ON message (tenant_id, status, next_try_at, id) WHERE deleted_at IS NULL;
CREATE INDEX message_customer_id_created_at ON message (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX message_contact_id_created_at ON message (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
CREATE INDEX message_enquiry_id_created_at ON message (tenant_id, enquiry_id, created_at, id) WHERE deleted_at IS NULL AND enquiry_id IS NOT NULL;
CREATE INDEX message_quote_id_created_at ON message (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE INDEX message_invoice_id_created_at ON message (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;
CREATE INDEX message_credit_note_id_created_at ON message (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL AND credit_note_id IS NOT NULL;
CREATE INDEX message_job_id_created_at ON message (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX message_template_id_ref ON message (tenant_id, template_id) WHERE template_id IS NOT NULL;
CREATE UNIQUE INDEX message_dedupe_key_unique ON message (tenant_id, dedupe_key) WHERE deleted_at IS NULL AND dedupe_key IS NOT NULL;

CREATE TABLE consent_event (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  contact_id uuid,
  customer_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('given', 'withheld', 'withdrawn', 'requested', 'sale')),
  channel text COLLATE "C" NOT NULL CHECK (channel IN ('all', 'email', 'sms', 'whatsapp')),
  goods text COLLATE "C",
  how text COLLATE "C" NOT NULL CHECK (how IN ('phone', 'email', 'sms', 'whatsapp', 'in_person', 'page', 'letter')),
  any_time bigint NOT NULL CHECK (any_time IN (0, 1)),
  evidence bytea,
  at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT consent_event_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT consent_event_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX consent_event_by_created_at ON consent_event (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX consent_event_customer_id_created_at ON consent_event (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX consent_event_contact_id_created_at ON consent_event (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;

CREATE TABLE objection_event (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  contact_id uuid,
  customer_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('stop', 'objection')),
  how text COLLATE "C" NOT NULL CHECK (how IN ('phone', 'email', 'sms', 'whatsapp', 'in_person', 'page', 'letter')),
  words bytea,
  at bigint NOT NULL,
  device_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT objection_event_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT objection_event_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) ;
CREATE INDEX objection_event_by_created_at ON objection_event (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX objection_event_customer_id_created_at ON objection_event (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX objection_event_contact_id_created_at ON objection_event (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;

CREATE TABLE ncc_registration (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  no text COLLATE "C" NOT NULL,
  valid_from bigint NOT NULL,
  valid_to bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX ncc_registration_by_created_at ON ncc_registration (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE ncc_cleanse_run (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  at bigint NOT NULL,
  file_sha256 text COLLATE "C" NOT NULL,
  checked bigint NOT NULL,
  blocked_count bigint NOT NULL,
  scope text COLLATE "C" NOT NULL CHECK (scope IN ('all', 'industry', 'me')),
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX ncc_cleanse_run_by_created_at ON ncc_cleanse_run (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ncc_cleanse_run_by_at ON ncc_cleanse_run (tenant_id, at, id) WHERE deleted_at IS NULL;

CREATE TABLE suppression_hash (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  hash text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL CHECK (scope IN ('own', 'all', 'industry', 'me')),
  ncc_cleanse_run_id uuid,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT suppression_hash_ncc_cleanse_run_id_fk FOREIGN KEY (tenant_id, ncc_cleanse_run_id) REFERENCES ncc_cleanse_run (tenant_id, id)
) ;
CREATE INDEX suppression_hash_by_created_at ON suppression_hash (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX suppression_hash_ncc_cleanse_run_id_created_at ON suppression_hash (tenant_id, ncc_cleanse_run_id, created_at, id) WHERE deleted_at IS NULL AND ncc_cleanse_run_id IS NOT NULL;
CREATE UNIQUE INDEX suppression_hash_hash_unique ON suppression_hash (tenant_id, hash) WHERE deleted_at IS NULL;

CREATE TABLE access_review (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  quarter text COLLATE "C" NOT NULL,
  opened_at bigint NOT NULL,
  due_on bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed')),
  closed_at bigint,
  people bigint NOT NULL,
  confirmed bigint NOT NULL,
  removed bigint NOT NULL,
  expired bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX access_review_by_opened_at ON access_review (tenant_id, opened_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_state_opened_at ON access_review (tenant_id, state, opened_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_by_created_at ON access_review (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX access_review_quarter_unique ON access_review (tenant_id, quarter) WHERE deleted_at IS NULL;

CREATE TABLE access_review_item (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  review_id uuid NOT NULL,
  membership_id uuid NOT NULL,
  role text COLLATE "C" NOT NULL,
  last_used_on bigint,
  decision text COLLATE "C" NOT NULL CHECK (decision IN ('pending', 'confirmed', 'removed', 'expired', 'overdue')),
  decided_by uuid,
  decided_at bigint,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT access_review_item_review_id_fk FOREIGN KEY (tenant_id, review_id) REFERENCES access_review (tenant_id, id),
  CONSTRAINT access_review_item_membership_id_fk FOREIGN KEY (tenant_id, membership_id) REFERENCES membership (tenant_id, id)
) ;
CREATE INDEX access_review_item_by_created_at ON access_review_item (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_item_review_id_created_at ON access_review_item (tenant_id, review_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_item_membership_id_created_at ON access_review_item (tenant_id, membership_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE security_alert (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('new_device', 'impossible_travel', 'off_hours', 'mass_export', 'mass_read', 'spraying', 'token_reuse', 'counter_mismatch', 'support_emergency', 'review_overdue', 'key_unused', 'device_waiting')),
  user_id uuid,
  words text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  last_at bigint NOT NULL,
  count bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'acknowledged')),
  acknowledged_by uuid,
  acknowledged_at bigint,
  note text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX security_alert_by_at ON security_alert (tenant_id, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_state_at ON security_alert (tenant_id, state, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_kind_at ON security_alert (tenant_id, kind, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_by_created_at ON security_alert (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE api_key (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  addresses text COLLATE "C",
  expires_on bigint NOT NULL,
  purpose text COLLATE "C",
  state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'revoked', 'frozen', 'unused')),
  hint text COLLATE "C",
  last_used_on bigint,
  rotated_at bigint,
  overlap_until bigint,
  ended_at bigint,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX api_key_by_created_at ON api_key (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX api_key_created_by_created_at ON api_key (tenant_id, created_by, created_at, id) WHERE deleted_at IS NULL AND created_by IS NOT NULL;

CREATE TABLE known_device (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  user_id uuid NOT NULL,
  device_id uuid NOT NULL,
  label bytea NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused')),
  posture text COLLATE "C" NOT NULL CHECK (posture IN ('unknown', 'good', 'bad')),
  posture_at bigint,
  posture_words text COLLATE "C",
  decided_by uuid,
  decided_at bigint,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX known_device_by_created_at ON known_device (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX known_device_state_created_at ON known_device (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX known_device_user_id_created_at ON known_device (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE staff (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  email bytea NOT NULL,
  name bytea NOT NULL,
  password bytea,
  active bigint NOT NULL CHECK (active IN (0, 1)),
  contract text COLLATE "C",
  inducted_on bigint,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX staff_by_created_at ON staff (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE support_grant (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  staff_id uuid NOT NULL,
  staff_name bytea NOT NULL,
  reason bytea NOT NULL,
  scope text COLLATE "C" NOT NULL CHECK (scope IN ('read', 'write')),
  hours bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('requested', 'active', 'ended', 'refused', 'expired')),
  requested_at bigint,
  start_at bigint,
  end_at bigint,
  approved_by uuid,
  emergency bigint NOT NULL CHECK (emergency IN (0, 1)),
  second_staff_id uuid,
  ended_at bigint,
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX support_grant_by_created_at ON support_grant (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX support_grant_state_created_at ON support_grant (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX support_grant_staff_id_created_at ON support_grant (tenant_id, staff_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE identity_provider (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  name text COLLATE "C",
  issuer text COLLATE "C" NOT NULL,
  client_id text COLLATE "C" NOT NULL,
  client_secret bytea,
  client_secret_set bigint NOT NULL CHECK (client_secret_set IN (0, 1)),
  active bigint NOT NULL CHECK (active IN (0, 1)),
  state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
  error text COLLATE "C",
  discovered_at bigint,
  authorization_endpoint text COLLATE "C",
  token_endpoint text COLLATE "C",
  userinfo_endpoint text COLLATE "C",
  jwks_uri text COLLATE "C",
  names_itself bigint CHECK (names_itself IN (0, 1)),
  keys text COLLATE "C",
  PRIMARY KEY (tenant_id, id)
) ;
CREATE INDEX identity_provider_by_created_at ON identity_provider (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE identity_link (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  fv text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  updated_at bigint NOT NULL,
  updated_by uuid,
  deleted_at bigint,
  subject_id uuid,
  provider_id uuid NOT NULL,
  membership_id uuid NOT NULL,
  account text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT identity_link_provider_id_fk FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id),
  CONSTRAINT identity_link_membership_id_fk FOREIGN KEY (tenant_id, membership_id) REFERENCES membership (tenant_id, id)
) ;
CREATE INDEX identity_link_by_created_at ON identity_link (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX identity_link_provider_id_created_at ON identity_link (tenant_id, provider_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX identity_link_membership_id_created_at ON identity_link (tenant_id, membership_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX identity_link_account_unique ON identity_link (tenant_id, account) WHERE deleted_at IS NULL;

