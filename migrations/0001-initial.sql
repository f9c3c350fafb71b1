CREATE TABLE counter (
  tenant_id $INT NOT NULL,
  seq $INT NOT NULL, audit_size $INT NOT NULL, frontier $BLOB NOT NULL, PRIMARY KEY (tenant_id)
) $KEYED;

CREATE TABLE schema_version (
  tenant_id $INT NOT NULL,
  version $INT NOT NULL, name $TEXT NOT NULL, at $INT NOT NULL, PRIMARY KEY (tenant_id, version)
) $KEYED;

CREATE TABLE numbering (
  tenant_id $INT NOT NULL,
  series $TEXT NOT NULL, prefix $TEXT NOT NULL, next $INT NOT NULL, PRIMARY KEY (tenant_id, series)
) $KEYED;

CREATE TABLE subject (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL, live_key $ID, record_key $ID, created_at $INT NOT NULL, PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE UNIQUE INDEX subject_live_key ON subject (tenant_id, live_key);
CREATE UNIQUE INDEX subject_record_key ON subject (tenant_id, record_key);

CREATE TABLE search_term (
  tenant_id $INT NOT NULL,
  noun $INT NOT NULL, term $INT NOT NULL, row_id $ID NOT NULL, PRIMARY KEY (tenant_id, noun, term, row_id)
) $KEYED;

CREATE TABLE lookup (
  tenant_id $INT NOT NULL,
  domain $INT NOT NULL, hash $BLOB NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, PRIMARY KEY (tenant_id, domain, hash, noun, row_id)
) $KEYED;

CREATE TABLE row_owner (
  tenant_id $INT NOT NULL,
  employee_id $ID NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, source_id $ID NOT NULL, until_ms $INT NOT NULL, PRIMARY KEY (tenant_id, source_id, employee_id, noun, row_id)
) $KEYED;
CREATE INDEX row_owner_by_employee ON row_owner (tenant_id, employee_id, noun, row_id);

CREATE TABLE external_key (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, digest $BLOB NOT NULL, batch_id $ID NOT NULL, seq $INT NOT NULL, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX external_key_row ON external_key (tenant_id, row_id);
CREATE INDEX external_key_batch ON external_key (tenant_id, batch_id, row_id);

CREATE TABLE idempotency (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, body_hash $BLOB NOT NULL, at $INT NOT NULL, status $INT NOT NULL, answer $BLOB, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX idempotency_at ON idempotency (tenant_id, at);

CREATE TABLE session (
  tenant_id $INT NOT NULL,
  token_hash $BLOB NOT NULL, id $ID NOT NULL, user_id $ID NOT NULL, member_tenant $INT NOT NULL, created_at $INT NOT NULL, expires_at $INT NOT NULL, ended_at $INT, kind $TEXT NOT NULL, touched_at $INT NOT NULL, idle_s $INT NOT NULL, fresh_at $INT NOT NULL, limited $INT NOT NULL, device_id $ID, grant_id $ID, about $BLOB NOT NULL, vouched $INT NOT NULL, PRIMARY KEY (tenant_id, token_hash)
) $KEYED;
CREATE UNIQUE INDEX session_by_id ON session (tenant_id, id);
CREATE INDEX session_by_user ON session (tenant_id, user_id, created_at);
CREATE INDEX session_by_end ON session (tenant_id, expires_at);

CREATE TABLE refresh (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, session_id $ID NOT NULL, created_at $INT NOT NULL, used_at $INT, next_hash $BLOB, next $BLOB, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX refresh_by_age ON refresh (tenant_id, created_at);

CREATE TABLE factor (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL, user_id $ID NOT NULL, kind $TEXT NOT NULL, hash $BLOB NOT NULL, created_at $INT NOT NULL, used_at $INT, counter $INT NOT NULL, ended_at $INT, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE UNIQUE INDEX factor_by_hash ON factor (tenant_id, hash);
CREATE INDEX factor_by_user ON factor (tenant_id, user_id, id);

CREATE TABLE once (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, kind $TEXT NOT NULL, user_id $ID NOT NULL, created_at $INT NOT NULL, expires_at $INT NOT NULL, used_at $INT, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX once_by_user ON once (tenant_id, user_id, kind);
CREATE INDEX once_waiting ON once (tenant_id, kind, expires_at) WHERE used_at IS NULL;
CREATE INDEX once_by_end ON once (tenant_id, expires_at);

CREATE TABLE tries (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, count $INT NOT NULL, total $INT NOT NULL, at $INT NOT NULL, until_at $INT NOT NULL, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX tries_by_age ON tries (tenant_id, at);

CREATE TABLE device (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL, user_id $ID NOT NULL, created_at $INT NOT NULL, seen_at $INT NOT NULL, ended_at $INT, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, user_id, id)
) $KEYED;

CREATE TABLE machine_secret (
  tenant_id $INT NOT NULL,
  hash $BLOB NOT NULL, member_tenant $INT NOT NULL, key_id $ID NOT NULL, expires_at $INT NOT NULL, ended_at $INT, used_at $INT, PRIMARY KEY (tenant_id, hash)
) $KEYED;
CREATE INDEX machine_secret_by_key ON machine_secret (tenant_id, key_id);

CREATE TABLE staff_tenant (
  tenant_id $INT NOT NULL,
  staff_id $ID NOT NULL, member_tenant $INT NOT NULL, since_at $INT NOT NULL, until_at $INT, PRIMARY KEY (tenant_id, staff_id, member_tenant, since_at)
) $KEYED;
CREATE INDEX staff_tenant_by_tenant ON staff_tenant (tenant_id, member_tenant, staff_id);

CREATE TABLE user_tenant (
  tenant_id $INT NOT NULL,
  user_id $ID NOT NULL, member_tenant $INT NOT NULL, last_used_at $INT NOT NULL, PRIMARY KEY (tenant_id, user_id, member_tenant)
) $KEYED;

CREATE TABLE audit_event (
  tenant_id $INT NOT NULL,
  idx $INT NOT NULL, at $INT NOT NULL, seq $INT NOT NULL, noun $INT NOT NULL, object_id $ID, root_id $ID, action $TEXT NOT NULL, actor_kind $TEXT NOT NULL, actor_id $ID, leaf $TEXT NOT NULL, PRIMARY KEY (tenant_id, idx)
) $KEYED;
CREATE INDEX audit_event_root ON audit_event (tenant_id, root_id, idx);
CREATE INDEX audit_event_object ON audit_event (tenant_id, object_id, seq, idx);

CREATE TABLE audit_node (
  tenant_id $INT NOT NULL,
  level $INT NOT NULL, idx $INT NOT NULL, hash $BLOB NOT NULL, PRIMARY KEY (tenant_id, level, idx)
) $KEYED;

CREATE TABLE audit_opening (
  tenant_id $INT NOT NULL,
  idx $INT NOT NULL, subject_id $ID NOT NULL, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, idx)
) $KEYED;
CREATE INDEX audit_opening_subject ON audit_opening (tenant_id, subject_id);

CREATE TABLE audit_checkpoint (
  tenant_id $INT NOT NULL,
  size $INT NOT NULL, at $INT NOT NULL, text $TEXT NOT NULL, PRIMARY KEY (tenant_id, size)
) $KEYED;

CREATE TABLE access_seen (
  tenant_id $INT NOT NULL,
  noun $INT NOT NULL, object_id $ID NOT NULL, day $INT NOT NULL, actor_id $ID NOT NULL, PRIMARY KEY (tenant_id, noun, object_id, day, actor_id)
) $KEYED;

CREATE TABLE right_used (
  tenant_id $INT NOT NULL,
  membership_id $ID NOT NULL, right_name $TEXT NOT NULL, last_day $INT NOT NULL, PRIMARY KEY (tenant_id, membership_id, right_name)
) $KEYED;

CREATE TABLE tenant (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  number $INT NOT NULL,
  name $TEXT NOT NULL,
  legal_name $TEXT,
  reg_no $TEXT,
  vat_no $TEXT,
  vat_registered $INT NOT NULL CHECK (vat_registered IN (0, 1)),
  country $TEXT NOT NULL,
  currency $TEXT NOT NULL,
  timezone $TEXT NOT NULL,
  locale $TEXT NOT NULL,
  line1 $TEXT,
  line2 $TEXT,
  suburb $TEXT,
  city $TEXT,
  postal_code $TEXT,
  phone $TEXT,
  email $TEXT,
  bank_details $BLOB,
  price_mode $TEXT NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  payment_terms_days $INT NOT NULL,
  quote_valid_days $INT NOT NULL,
  brand_colour $TEXT,
  status $TEXT NOT NULL CHECK (status IN ('trial', 'active', 'suspended', 'closing')),
  offline_lease_h $INT NOT NULL,
  idle_minutes $INT NOT NULL,
  second_factor $INT NOT NULL CHECK (second_factor IN (0, 1)),
  full_invoice_from $INT NOT NULL,
  slug $TEXT,
  factor_roles $TEXT,
  sso_only $INT NOT NULL CHECK (sso_only IN (0, 1)),
  known_devices_only $INT NOT NULL CHECK (known_devices_only IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX tenant_by_created_at ON tenant (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tenant_number_unique ON tenant (tenant_id, number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tenant_slug_unique ON tenant (tenant_id, slug) WHERE deleted_at IS NULL AND slug IS NOT NULL;

CREATE TABLE user_account (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  email $BLOB NOT NULL,
  name $BLOB NOT NULL,
  password $BLOB,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  locale $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX user_account_by_created_at ON user_account (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE employee (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $BLOB NOT NULL,
  code $TEXT,
  phone $BLOB,
  email $BLOB,
  colour $TEXT NOT NULL,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX employee_by_created_at ON employee (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX employee_active_created_at ON employee (tenant_id, active, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX employee_code_unique ON employee (tenant_id, code) WHERE deleted_at IS NULL AND code IS NOT NULL;

CREATE TABLE role (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  base $TEXT NOT NULL CHECK (base IN ('admin', 'dispatcher', 'technician', 'accountant')),
  grants $TEXT,
  description $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX role_by_name ON role (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX role_by_created_at ON role (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX role_name_unique ON role (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE membership (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  user_id $ID NOT NULL,
  name $BLOB NOT NULL,
  email $BLOB NOT NULL,
  role $TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'dispatcher', 'technician', 'accountant')),
  my_view_only $INT NOT NULL CHECK (my_view_only IN (0, 1)),
  employee_id $ID,
  approve_limit $INT,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  role_id $ID,
  left_at $INT,
  invited_at $INT,
  advised_at $INT,
  active_since $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT membership_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id),
  CONSTRAINT membership_role_id_fk FOREIGN KEY (tenant_id, role_id) REFERENCES role (tenant_id, id)
) $KEYED;
CREATE INDEX membership_by_created_at ON membership (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX membership_user_id_created_at ON membership (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX membership_role_id_created_at ON membership (tenant_id, role_id, created_at, id) WHERE deleted_at IS NULL AND role_id IS NOT NULL;
CREATE INDEX membership_employee_id_ref ON membership (tenant_id, employee_id) WHERE employee_id IS NOT NULL;

CREATE TABLE unit (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  code $TEXT NOT NULL,
  name $TEXT NOT NULL,
  decimals $INT NOT NULL,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX unit_by_code ON unit (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX unit_by_created_at ON unit (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX unit_code_unique ON unit (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE price_list (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  discount_bp $INT NOT NULL,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX price_list_by_name ON price_list (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_by_created_at ON price_list (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX price_list_name_unique ON price_list (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE customer (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('company', 'person')),
  name $BLOB NOT NULL,
  code $TEXT,
  vat_no $BLOB,
  reg_no $BLOB,
  billing_line1 $BLOB,
  billing_line2 $BLOB,
  billing_suburb $TEXT,
  billing_city $TEXT,
  billing_postal_code $TEXT,
  billing_email $BLOB,
  phone $BLOB,
  terms_days $INT,
  on_hold $INT NOT NULL CHECK (on_hold IN (0, 1)),
  source $TEXT,
  alert $BLOB,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  price_list_id $ID,
  language $TEXT CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  automatic_messages $INT NOT NULL CHECK (automatic_messages IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT customer_price_list_id_fk FOREIGN KEY (tenant_id, price_list_id) REFERENCES price_list (tenant_id, id)
) $KEYED;
CREATE INDEX customer_by_created_at ON customer (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_by_updated_at ON customer (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customer_active_created_at ON customer (tenant_id, active, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customer_code_unique ON customer (tenant_id, code) WHERE deleted_at IS NULL AND code IS NOT NULL;
CREATE INDEX customer_price_list_id_ref ON customer (tenant_id, price_list_id) WHERE price_list_id IS NOT NULL;

CREATE TABLE contact (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  customer_id $ID NOT NULL,
  name $BLOB NOT NULL,
  email $BLOB,
  phone $BLOB,
  whatsapp $INT NOT NULL CHECK (whatsapp IN (0, 1)),
  role $TEXT NOT NULL CHECK (role IN ('site', 'accounts', 'decision', 'tenant')),
  preferred_channel $TEXT CHECK (preferred_channel IN ('phone', 'sms', 'email', 'whatsapp')),
  active $INT NOT NULL CHECK (active IN (0, 1)),
  language $TEXT CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT contact_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX contact_by_created_at ON contact (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_customer_id_created_at ON contact (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE site (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  customer_id $ID NOT NULL,
  name $BLOB,
  line1 $BLOB NOT NULL,
  line2 $BLOB,
  suburb $TEXT,
  city $TEXT,
  postal_code $TEXT,
  province $TEXT,
  country $TEXT NOT NULL,
  lat $BLOB,
  lon $BLOB,
  access_notes $BLOB,
  contact_id $ID,
  alert $BLOB,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT site_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT site_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
) $KEYED;
CREATE INDEX site_by_created_at ON site (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX site_customer_id_created_at ON site (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX site_contact_id_ref ON site (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE job_type (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  colour $TEXT NOT NULL,
  default_s $INT NOT NULL,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  require_signature $TEXT NOT NULL CHECK (require_signature IN ('no', 'yes_or_reason', 'yes')),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX job_type_by_name ON job_type (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX job_type_by_created_at ON job_type (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX job_type_name_unique ON job_type (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE status_def (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  colour $TEXT NOT NULL,
  stage $TEXT NOT NULL CHECK (stage IN ('new', 'scheduled', 'in_progress', 'on_hold', 'work_done', 'to_invoice', 'closed', 'cancelled')),
  position $INT NOT NULL,
  is_default $INT NOT NULL CHECK (is_default IN (0, 1)),
  require_tasks $INT NOT NULL CHECK (require_tasks IN (0, 1)),
  customer_label $TEXT,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX status_def_by_position ON status_def (tenant_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX status_def_by_created_at ON status_def (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX status_def_name_unique ON status_def (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE enquiry (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  no $TEXT NOT NULL,
  source $TEXT NOT NULL CHECK (source IN ('phone', 'email', 'web', 'whatsapp', 'portal', 'walk_in', 'referral', 'other')),
  customer_id $ID,
  name $BLOB,
  phone $BLOB,
  email $BLOB,
  address $BLOB,
  site_id $ID,
  subject $BLOB NOT NULL,
  details $BLOB,
  job_type_id $ID,
  priority $TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'emergency')),
  owner_id $ID,
  next_action_at $INT,
  status $TEXT NOT NULL CHECK (status IN ('new', 'contacted', 'qualified', 'converted', 'lost', 'spam')),
  lost_reason $BLOB,
  requested_at $INT NOT NULL,
  notice_version $TEXT,
  notice_shown_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT enquiry_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT enquiry_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT enquiry_job_type_id_fk FOREIGN KEY (tenant_id, job_type_id) REFERENCES job_type (tenant_id, id),
  CONSTRAINT enquiry_owner_id_fk FOREIGN KEY (tenant_id, owner_id) REFERENCES employee (tenant_id, id)
) $KEYED;
CREATE INDEX enquiry_by_created_at ON enquiry (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_by_requested_at ON enquiry (tenant_id, requested_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_status_created_at ON enquiry (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_customer_id_created_at ON enquiry (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE UNIQUE INDEX enquiry_no_unique ON enquiry (tenant_id, no) WHERE deleted_at IS NULL;
CREATE INDEX enquiry_site_id_ref ON enquiry (tenant_id, site_id) WHERE site_id IS NOT NULL;
CREATE INDEX enquiry_job_type_id_ref ON enquiry (tenant_id, job_type_id) WHERE job_type_id IS NOT NULL;
CREATE INDEX enquiry_owner_id_ref ON enquiry (tenant_id, owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE recurring_plan (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $BLOB NOT NULL,
  customer_id $ID NOT NULL,
  site_id $ID NOT NULL,
  job_type_id $ID NOT NULL,
  every_months $INT NOT NULL,
  starts_on $INT,
  last_done $INT,
  next_due $INT NOT NULL,
  lead_days $INT NOT NULL,
  ends_on $INT,
  state $TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
  lines $BLOB,
  last_job_id $ID,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT recurring_plan_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT recurring_plan_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT recurring_plan_job_type_id_fk FOREIGN KEY (tenant_id, job_type_id) REFERENCES job_type (tenant_id, id)
) $KEYED;
CREATE INDEX recurring_plan_by_created_at ON recurring_plan (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_by_next_due ON recurring_plan (tenant_id, next_due, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_state_next_due ON recurring_plan (tenant_id, state, next_due, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_customer_id_created_at ON recurring_plan (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_site_id_created_at ON recurring_plan (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_plan_job_type_id_ref ON recurring_plan (tenant_id, job_type_id);

CREATE TABLE job (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  no $TEXT NOT NULL,
  job_type_id $ID NOT NULL,
  title $BLOB NOT NULL,
  description $BLOB,
  customer_id $ID NOT NULL,
  bill_to_id $ID,
  contact_id $ID,
  site_id $ID NOT NULL,
  status_id $ID NOT NULL,
  stage $TEXT NOT NULL CHECK (stage IN ('new', 'scheduled', 'in_progress', 'on_hold', 'work_done', 'to_invoice', 'closed', 'cancelled')),
  priority $TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'emergency')),
  requested_at $INT NOT NULL,
  due_at $INT,
  window_from $INT,
  window_until $INT,
  customer_order_no $TEXT,
  parent_job_id $ID,
  lead_id $ID,
  hold_reason $BLOB,
  hold_review_at $INT,
  estimated_s $INT,
  completed_at $INT,
  closed_at $INT,
  outcome $TEXT CHECK (outcome IN ('done', 'incomplete', 'no_access', 'cancelled')),
  outcome_note $BLOB,
  work_summary $BLOB,
  internal_notes $BLOB,
  billing $TEXT NOT NULL CHECK (billing IN ('quoted', 'actual', 'contract', 'warranty', 'none')),
  source $TEXT NOT NULL CHECK (source IN ('phone', 'email', 'web', 'whatsapp', 'portal', 'walk_in', 'referral', 'other')),
  recurring_plan_id $ID,
  plan_key $TEXT,
  enquiry_id $ID,
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
) $KEYED;
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
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  start_at $INT NOT NULL,
  end_at $INT NOT NULL,
  all_day $INT NOT NULL CHECK (all_day IN (0, 1)),
  status $TEXT NOT NULL CHECK (status IN ('planned', 'confirmed', 'dispatched', 'travelling', 'on_site', 'finished', 'incomplete', 'no_access', 'cancelled')),
  title $BLOB,
  instructions $BLOB,
  outcome $BLOB,
  arrival_window_min $INT,
  sequence $INT NOT NULL,
  travel_at $INT,
  arrived_at $INT,
  ended_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT appointment_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) $KEYED;
CREATE INDEX appointment_by_start_at ON appointment (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_job_id_start_at ON appointment (tenant_id, job_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_job_id_created_at ON appointment (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_status_start_at ON appointment (tenant_id, status, start_at, id) WHERE deleted_at IS NULL;

CREATE TABLE appointment_person (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  appointment_id $ID NOT NULL,
  job_id $ID NOT NULL,
  employee_id $ID NOT NULL,
  lead $INT NOT NULL CHECK (lead IN (0, 1)),
  ack_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT appointment_person_appointment_id_fk FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id),
  CONSTRAINT appointment_person_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT appointment_person_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id)
) $KEYED;
CREATE INDEX appointment_person_by_created_at ON appointment_person (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_appointment_id_created_at ON appointment_person (tenant_id, appointment_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_job_id_created_at ON appointment_person (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX appointment_person_employee_id_created_at ON appointment_person (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE task (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  position $INT NOT NULL,
  text $BLOB NOT NULL,
  required $INT NOT NULL CHECK (required IN (0, 1)),
  state $TEXT NOT NULL CHECK (state IN ('open', 'done', 'not_applicable')),
  done_by $ID,
  done_at $INT,
  note $BLOB,
  photo_required $INT NOT NULL CHECK (photo_required IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT task_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) $KEYED;
CREATE INDEX task_by_created_at ON task (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_job_id_position ON task (tenant_id, job_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX task_job_id_created_at ON task (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE import_batch (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  state $TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'undoing')),
  name $TEXT NOT NULL,
  noun $TEXT,
  preset $TEXT,
  dry_run $INT NOT NULL CHECK (dry_run IN (0, 1)),
  rows_total $INT NOT NULL,
  rows_done $INT NOT NULL,
  created $INT NOT NULL,
  updated $INT NOT NULL,
  unchanged $INT NOT NULL,
  rejected $INT NOT NULL,
  by_noun $TEXT,
  warnings $TEXT,
  error $TEXT,
  undone $INT NOT NULL CHECK (undone IN (0, 1)),
  undo_deleted $INT,
  undo_kept $TEXT,
  started_at $INT,
  ended_at $INT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX import_batch_by_created_at ON import_batch (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX import_batch_state_created_at ON import_batch (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE import_mapping (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  noun $TEXT NOT NULL,
  spec $TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX import_mapping_by_name ON import_mapping (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX import_mapping_by_created_at ON import_mapping (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX import_mapping_name_unique ON import_mapping (tenant_id, name) WHERE deleted_at IS NULL;

CREATE TABLE tax_code (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  code $TEXT NOT NULL,
  name $TEXT NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('standard', 'zero', 'exempt', 'outside')),
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX tax_code_by_code ON tax_code (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_code_by_created_at ON tax_code (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tax_code_code_unique ON tax_code (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE tax_rate (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  tax_code_id $ID NOT NULL,
  rate_bp $INT NOT NULL,
  valid_from $INT NOT NULL,
  valid_until $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT tax_rate_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) $KEYED;
CREATE INDEX tax_rate_by_valid_from ON tax_rate (tenant_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_rate_tax_code_id_valid_from ON tax_rate (tenant_id, tax_code_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_rate_tax_code_id_created_at ON tax_rate (tenant_id, tax_code_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE vat_status (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  valid_from $INT NOT NULL,
  registered $INT NOT NULL CHECK (registered IN (0, 1)),
  vat_no $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX vat_status_by_valid_from ON vat_status (tenant_id, valid_from, id) WHERE deleted_at IS NULL;
CREATE INDEX vat_status_by_created_at ON vat_status (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX vat_status_valid_from_unique ON vat_status (tenant_id, valid_from) WHERE deleted_at IS NULL;

CREATE TABLE item (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  code $TEXT NOT NULL,
  name $TEXT NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('product', 'labour', 'travel', 'fee', 'bundle')),
  unit $TEXT NOT NULL,
  sell4 $INT,
  price_includes_vat $INT NOT NULL CHECK (price_includes_vat IN (0, 1)),
  cost4 $INT,
  tax_code_id $ID,
  category $TEXT,
  barcode $TEXT,
  supplier_code $TEXT,
  warranty_months $INT,
  description $TEXT,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT item_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) $KEYED;
CREATE INDEX item_by_code ON item (tenant_id, code, id) WHERE deleted_at IS NULL;
CREATE INDEX item_by_created_at ON item (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX item_kind_code ON item (tenant_id, kind, code, id) WHERE deleted_at IS NULL;
CREATE INDEX item_active_code ON item (tenant_id, active, code, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX item_code_unique ON item (tenant_id, code) WHERE deleted_at IS NULL;
CREATE INDEX item_tax_code_id_ref ON item (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE bundle_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  bundle_id $ID NOT NULL,
  item_id $ID NOT NULL,
  qty3 $INT NOT NULL,
  position $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT bundle_line_bundle_id_fk FOREIGN KEY (tenant_id, bundle_id) REFERENCES item (tenant_id, id),
  CONSTRAINT bundle_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) $KEYED;
CREATE INDEX bundle_line_by_created_at ON bundle_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_bundle_id_created_at ON bundle_line (tenant_id, bundle_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_bundle_id_position ON bundle_line (tenant_id, bundle_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX bundle_line_item_id_created_at ON bundle_line (tenant_id, item_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE price_list_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  price_list_id $ID NOT NULL,
  item_id $ID NOT NULL,
  sell4 $INT,
  discount_bp $INT,
  valid_from $INT,
  valid_until $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT price_list_line_price_list_id_fk FOREIGN KEY (tenant_id, price_list_id) REFERENCES price_list (tenant_id, id),
  CONSTRAINT price_list_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) $KEYED;
CREATE INDEX price_list_line_by_created_at ON price_list_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_line_price_list_id_created_at ON price_list_line (tenant_id, price_list_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX price_list_line_item_id_created_at ON price_list_line (tenant_id, item_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE quote (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  no $TEXT NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('quote', 'variation')),
  customer_id $ID NOT NULL,
  contact_id $ID,
  site_id $ID,
  enquiry_id $ID,
  job_id $ID,
  title $BLOB NOT NULL,
  status $TEXT NOT NULL CHECK (status IN ('draft', 'internal_review', 'sent', 'viewed', 'accepted', 'declined', 'expired', 'cancelled')),
  owner_id $ID,
  version_n $INT NOT NULL,
  version_id $ID,
  total $INT NOT NULL,
  valid_until $INT,
  reason $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT quote_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT quote_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT quote_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id),
  CONSTRAINT quote_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT quote_owner_id_fk FOREIGN KEY (tenant_id, owner_id) REFERENCES employee (tenant_id, id)
) $KEYED;
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
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  price_mode $TEXT NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency $TEXT NOT NULL,
  discount_bp $INT NOT NULL,
  discount $INT NOT NULL,
  sum $INT NOT NULL,
  discount_taken $INT NOT NULL,
  net $INT NOT NULL,
  vat $INT NOT NULL,
  total $INT NOT NULL,
  vat_groups $TEXT,
  quote_id $ID NOT NULL,
  n $INT NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'superseded')),
  valid_until $INT,
  intro $BLOB,
  terms $BLOB,
  sent_at $INT,
  document_hash $TEXT,
  saves $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_version_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) $KEYED;
CREATE INDEX quote_version_by_created_at ON quote_version (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_version_quote_id_created_at ON quote_version (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE quote_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  quote_version_id $ID NOT NULL,
  position $INT NOT NULL,
  section $BLOB,
  kind $TEXT NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id $ID,
  description $BLOB NOT NULL,
  qty3 $INT NOT NULL,
  unit $TEXT,
  price4 $INT NOT NULL,
  cost4 $INT,
  discount_bp $INT NOT NULL,
  tax_code_id $ID,
  rate_bp $INT NOT NULL,
  line_net $INT NOT NULL,
  line_after $INT NOT NULL,
  unregistered $INT CHECK (unregistered IN (0, 1)),
  optional $INT NOT NULL CHECK (optional IN (0, 1)),
  selected $INT NOT NULL CHECK (selected IN (0, 1)),
  option_group $TEXT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT quote_line_quote_version_id_fk FOREIGN KEY (tenant_id, quote_version_id) REFERENCES quote_version (tenant_id, id),
  CONSTRAINT quote_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT quote_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id)
) $KEYED;
CREATE INDEX quote_line_by_created_at ON quote_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_quote_version_id_created_at ON quote_line (tenant_id, quote_version_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_quote_version_id_position ON quote_line (tenant_id, quote_version_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_line_item_id_ref ON quote_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX quote_line_tax_code_id_ref ON quote_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE acceptance (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  quote_id $ID NOT NULL,
  version_id $ID NOT NULL,
  decision $TEXT NOT NULL CHECK (decision IN ('accepted', 'declined')),
  name $BLOB NOT NULL,
  capacity $BLOB,
  how $TEXT NOT NULL CHECK (how IN ('phone', 'glass', 'page')),
  at $INT NOT NULL,
  line_ids $TEXT,
  net $INT NOT NULL,
  vat $INT NOT NULL,
  total $INT NOT NULL,
  reason $BLOB,
  document_hash $TEXT NOT NULL,
  hash $TEXT NOT NULL,
  statement_version $TEXT,
  device_at $INT,
  address $BLOB,
  device $BLOB,
  portal_link_id $ID,
  message_id $ID,
  drawing $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT acceptance_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) $KEYED;
CREATE INDEX acceptance_by_created_at ON acceptance (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX acceptance_quote_id_created_at ON acceptance (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE job_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  position $INT NOT NULL,
  section $BLOB,
  kind $TEXT NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id $ID,
  description $BLOB NOT NULL,
  qty3 $INT NOT NULL,
  unit $TEXT,
  price4 $INT NOT NULL,
  cost4 $INT,
  discount_bp $INT NOT NULL,
  tax_code_id $ID,
  rate_bp $INT NOT NULL,
  line_net $INT NOT NULL,
  line_after $INT NOT NULL,
  unregistered $INT CHECK (unregistered IN (0, 1)),
  source_line_id $ID,
  billable $INT NOT NULL CHECK (billable IN (0, 1)),
  written_off $TEXT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT job_line_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT job_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT job_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT job_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES quote_line (tenant_id, id)
) $KEYED;
CREATE INDEX job_line_by_created_at ON job_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_job_id_created_at ON job_line (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_job_id_position ON job_line (tenant_id, job_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX job_line_item_id_ref ON job_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX job_line_tax_code_id_ref ON job_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;
CREATE INDEX job_line_source_line_id_ref ON job_line (tenant_id, source_line_id) WHERE source_line_id IS NOT NULL;

CREATE TABLE authorisation (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('estimate_accepted', 'estimate_declined', 'max_preauthorised', 'variation_authorised', 'lifted')),
  acceptance_id $ID,
  price_mode $TEXT NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  amount $INT,
  name $BLOB NOT NULL,
  at $INT NOT NULL,
  note $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT authorisation_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT authorisation_acceptance_id_fk FOREIGN KEY (tenant_id, acceptance_id) REFERENCES acceptance (tenant_id, id)
) $KEYED;
CREATE INDEX authorisation_by_created_at ON authorisation (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX authorisation_job_id_created_at ON authorisation (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX authorisation_acceptance_id_ref ON authorisation (tenant_id, acceptance_id) WHERE acceptance_id IS NOT NULL;

CREATE TABLE invoice (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  price_mode $TEXT NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency $TEXT NOT NULL,
  discount_bp $INT NOT NULL,
  discount $INT NOT NULL,
  sum $INT NOT NULL,
  discount_taken $INT NOT NULL,
  net $INT NOT NULL,
  vat $INT NOT NULL,
  total $INT NOT NULL,
  vat_groups $TEXT,
  no $TEXT,
  kind $TEXT NOT NULL CHECK (kind IN ('invoice', 'deposit', 'progress')),
  customer_id $ID NOT NULL,
  site_id $ID,
  job_id $ID,
  quote_id $ID,
  status $TEXT NOT NULL CHECK (status IN ('draft', 'approved', 'sent', 'part_paid', 'paid', 'credited', 'void')),
  date $INT,
  due_date $INT,
  tax_point $INT,
  customer_order_no $TEXT,
  credited $INT NOT NULL,
  paid $INT NOT NULL,
  balance $INT NOT NULL,
  buyer $BLOB,
  seller $TEXT,
  approved_at $INT,
  sent_at $INT,
  reason $BLOB,
  document_hash $TEXT,
  revision $INT NOT NULL,
  downloaded_at $INT,
  saves $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoice_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT invoice_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT invoice_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT invoice_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id)
) $KEYED;
CREATE INDEX invoice_by_created_at ON invoice (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_status_created_at ON invoice (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_customer_id_created_at ON invoice (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_job_id_created_at ON invoice (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX invoice_quote_id_created_at ON invoice (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE UNIQUE INDEX invoice_no_unique ON invoice (tenant_id, no) WHERE deleted_at IS NULL AND no IS NOT NULL;
CREATE INDEX invoice_site_id_ref ON invoice (tenant_id, site_id) WHERE site_id IS NOT NULL;

CREATE TABLE note (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID,
  customer_id $ID,
  site_id $ID,
  body $BLOB NOT NULL,
  visibility $TEXT NOT NULL CHECK (visibility IN ('internal', 'customer')),
  pinned $INT NOT NULL CHECK (pinned IN (0, 1)),
  quote_id $ID,
  invoice_id $ID,
  enquiry_id $ID,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT note_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT note_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT note_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT note_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT note_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT note_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id)
) $KEYED;
CREATE INDEX note_by_created_at ON note (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX note_job_id_created_at ON note (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX note_customer_id_created_at ON note (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX note_site_id_created_at ON note (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL AND site_id IS NOT NULL;
CREATE INDEX note_quote_id_created_at ON note (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE INDEX note_invoice_id_created_at ON note (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;
CREATE INDEX note_enquiry_id_created_at ON note (tenant_id, enquiry_id, created_at, id) WHERE deleted_at IS NULL AND enquiry_id IS NOT NULL;

CREATE TABLE invoice_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  invoice_id $ID NOT NULL,
  position $INT NOT NULL,
  section $BLOB,
  kind $TEXT NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id $ID,
  description $BLOB NOT NULL,
  qty3 $INT NOT NULL,
  unit $TEXT,
  price4 $INT NOT NULL,
  cost4 $INT,
  discount_bp $INT NOT NULL,
  tax_code_id $ID,
  rate_bp $INT NOT NULL,
  line_net $INT NOT NULL,
  line_after $INT NOT NULL,
  unregistered $INT CHECK (unregistered IN (0, 1)),
  source_line_id $ID,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoice_line_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT invoice_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT invoice_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT invoice_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES job_line (tenant_id, id)
) $KEYED;
CREATE INDEX invoice_line_by_created_at ON invoice_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_invoice_id_created_at ON invoice_line (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_invoice_id_position ON invoice_line (tenant_id, invoice_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX invoice_line_source_line_id_created_at ON invoice_line (tenant_id, source_line_id, created_at, id) WHERE deleted_at IS NULL AND source_line_id IS NOT NULL;
CREATE INDEX invoice_line_item_id_ref ON invoice_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX invoice_line_tax_code_id_ref ON invoice_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE credit_note (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  price_mode $TEXT NOT NULL CHECK (price_mode IN ('excl', 'incl')),
  currency $TEXT NOT NULL,
  discount_bp $INT NOT NULL,
  discount $INT NOT NULL,
  sum $INT NOT NULL,
  discount_taken $INT NOT NULL,
  net $INT NOT NULL,
  vat $INT NOT NULL,
  total $INT NOT NULL,
  vat_groups $TEXT,
  no $TEXT,
  invoice_id $ID NOT NULL,
  customer_id $ID NOT NULL,
  status $TEXT NOT NULL CHECK (status IN ('draft', 'approved', 'allocated')),
  date $INT,
  reason $BLOB NOT NULL,
  allocated $INT NOT NULL,
  buyer $BLOB,
  seller $TEXT,
  approved_at $INT,
  document_hash $TEXT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT credit_note_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT credit_note_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX credit_note_by_created_at ON credit_note (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_status_created_at ON credit_note (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_customer_id_created_at ON credit_note (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_note_invoice_id_created_at ON credit_note (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX credit_note_no_unique ON credit_note (tenant_id, no) WHERE deleted_at IS NULL AND no IS NOT NULL;

CREATE TABLE credit_line (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  credit_note_id $ID NOT NULL,
  position $INT NOT NULL,
  section $BLOB,
  kind $TEXT NOT NULL CHECK (kind IN ('item', 'text', 'subtotal')),
  item_id $ID,
  description $BLOB NOT NULL,
  qty3 $INT NOT NULL,
  unit $TEXT,
  price4 $INT NOT NULL,
  cost4 $INT,
  discount_bp $INT NOT NULL,
  tax_code_id $ID,
  rate_bp $INT NOT NULL,
  line_net $INT NOT NULL,
  line_after $INT NOT NULL,
  unregistered $INT CHECK (unregistered IN (0, 1)),
  source_line_id $ID,
  bill_again $INT NOT NULL CHECK (bill_again IN (0, 1)),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT credit_line_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT credit_line_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id),
  CONSTRAINT credit_line_tax_code_id_fk FOREIGN KEY (tenant_id, tax_code_id) REFERENCES tax_code (tenant_id, id),
  CONSTRAINT credit_line_source_line_id_fk FOREIGN KEY (tenant_id, source_line_id) REFERENCES invoice_line (tenant_id, id)
) $KEYED;
CREATE INDEX credit_line_by_created_at ON credit_line (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_line_credit_note_id_created_at ON credit_line (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_line_source_line_id_created_at ON credit_line (tenant_id, source_line_id, created_at, id) WHERE deleted_at IS NULL AND source_line_id IS NOT NULL;
CREATE INDEX credit_line_item_id_ref ON credit_line (tenant_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX credit_line_tax_code_id_ref ON credit_line (tenant_id, tax_code_id) WHERE tax_code_id IS NOT NULL;

CREATE TABLE payment (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  no $TEXT NOT NULL,
  customer_id $ID NOT NULL,
  date $INT NOT NULL,
  amount $INT NOT NULL,
  method $TEXT NOT NULL CHECK (method IN ('eft', 'cash', 'card', 'cheque', 'link', 'other')),
  reference $BLOB,
  status $TEXT NOT NULL CHECK (status IN ('recorded', 'allocated', 'reversed')),
  allocated $INT NOT NULL,
  reason $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT payment_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX payment_by_created_at ON payment (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_by_date ON payment (tenant_id, date, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_customer_id_created_at ON payment (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payment_status_created_at ON payment (tenant_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payment_no_unique ON payment (tenant_id, no) WHERE deleted_at IS NULL;

CREATE TABLE allocation (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  payment_id $ID,
  credit_note_id $ID,
  invoice_id $ID NOT NULL,
  amount $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT allocation_payment_id_fk FOREIGN KEY (tenant_id, payment_id) REFERENCES payment (tenant_id, id),
  CONSTRAINT allocation_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT allocation_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)
) $KEYED;
CREATE INDEX allocation_by_created_at ON allocation (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX allocation_invoice_id_created_at ON allocation (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX allocation_payment_id_created_at ON allocation (tenant_id, payment_id, created_at, id) WHERE deleted_at IS NULL AND payment_id IS NOT NULL;
CREATE INDEX allocation_credit_note_id_created_at ON allocation (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL AND credit_note_id IS NOT NULL;

CREATE TABLE document (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('quote', 'invoice', 'credit_note')),
  quote_version_id $ID,
  invoice_id $ID,
  credit_note_id $ID,
  customer_id $ID NOT NULL,
  no $TEXT NOT NULL,
  date $INT NOT NULL,
  revision $INT NOT NULL,
  mark $TEXT,
  state $TEXT NOT NULL CHECK (state IN ('frozen', 'rendered')),
  code $TEXT NOT NULL,
  document_hash $TEXT NOT NULL,
  data $BLOB NOT NULL,
  pdf_hash $TEXT,
  pdf_size $INT,
  rendered_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT document_quote_version_id_fk FOREIGN KEY (tenant_id, quote_version_id) REFERENCES quote_version (tenant_id, id),
  CONSTRAINT document_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT document_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT document_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX document_by_created_at ON document (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_customer_id_created_at ON document (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_state_created_at ON document (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_quote_version_id_created_at ON document (tenant_id, quote_version_id, created_at, id) WHERE deleted_at IS NULL AND quote_version_id IS NOT NULL;
CREATE INDEX document_invoice_id_created_at ON document (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;
CREATE INDEX document_credit_note_id_created_at ON document (tenant_id, credit_note_id, created_at, id) WHERE deleted_at IS NULL AND credit_note_id IS NOT NULL;
CREATE UNIQUE INDEX document_code_unique ON document (tenant_id, code) WHERE deleted_at IS NULL;

CREATE TABLE document_file (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  document_id $ID NOT NULL,
  pdf $BLOB NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT document_file_document_id_fk FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
) $KEYED;
CREATE INDEX document_file_by_created_at ON document_file (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX document_file_document_id_created_at ON document_file (tenant_id, document_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX document_file_document_id_unique ON document_file (tenant_id, document_id) WHERE deleted_at IS NULL;

CREATE TABLE attachment (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID,
  customer_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('signature', 'logo')),
  name $BLOB NOT NULL,
  visibility $TEXT NOT NULL CHECK (visibility IN ('internal', 'customer')),
  type $TEXT NOT NULL,
  size $INT NOT NULL,
  sha256 $TEXT NOT NULL,
  bytes $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT attachment_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT attachment_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX attachment_by_created_at ON attachment (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX attachment_job_id_created_at ON attachment (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX attachment_customer_id_created_at ON attachment (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX attachment_kind_created_at ON attachment (tenant_id, kind, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE signature (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  signer_name $BLOB,
  capacity $BLOB,
  statement $TEXT,
  not_signed_reason $BLOB,
  attachment_id $ID,
  device_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT signature_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT signature_attachment_id_fk FOREIGN KEY (tenant_id, attachment_id) REFERENCES attachment (tenant_id, id)
) $KEYED;
CREATE INDEX signature_by_created_at ON signature (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_job_id_created_at ON signature (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_attachment_id_ref ON signature (tenant_id, attachment_id) WHERE attachment_id IS NOT NULL;

CREATE TABLE removed_part (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  description $BLOB NOT NULL,
  qty3 $INT NOT NULL,
  outcome $TEXT NOT NULL CHECK (outcome IN ('returned', 'declined', 'warranty', 'insurer', 'regulation')),
  name $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT removed_part_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) $KEYED;
CREATE INDEX removed_part_by_created_at ON removed_part (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX removed_part_job_id_created_at ON removed_part (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE warranty (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  job_id $ID NOT NULL,
  site_id $ID NOT NULL,
  item_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('parts', 'labour')),
  description $BLOB NOT NULL,
  valid_from $INT NOT NULL,
  valid_until $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT warranty_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT warranty_site_id_fk FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CONSTRAINT warranty_item_id_fk FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id)
) $KEYED;
CREATE INDEX warranty_by_created_at ON warranty (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_job_id_created_at ON warranty (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_site_id_created_at ON warranty (tenant_id, site_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_by_valid_until ON warranty (tenant_id, valid_until, id) WHERE deleted_at IS NULL;
CREATE INDEX warranty_item_id_ref ON warranty (tenant_id, item_id) WHERE item_id IS NOT NULL;

CREATE TABLE time_entry (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  employee_id $ID NOT NULL,
  job_id $ID,
  appointment_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('work', 'travel', 'break', 'admin')),
  start_at $INT NOT NULL,
  end_at $INT,
  source $TEXT NOT NULL CHECK (source IN ('timer', 'manual')),
  billable $INT NOT NULL CHECK (billable IN (0, 1)),
  note $BLOB,
  approved_at $INT,
  approved_by $ID,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT time_entry_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id),
  CONSTRAINT time_entry_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT time_entry_appointment_id_fk FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id)
) $KEYED;
CREATE INDEX time_entry_by_start_at ON time_entry (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_employee_id_start_at ON time_entry (tenant_id, employee_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_job_id_start_at ON time_entry (tenant_id, job_id, start_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX time_entry_employee_id_created_at ON time_entry (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_job_id_created_at ON time_entry (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX time_entry_appointment_id_ref ON time_entry (tenant_id, appointment_id) WHERE appointment_id IS NOT NULL;

CREATE TABLE leave (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  employee_id $ID NOT NULL,
  start_at $INT NOT NULL,
  end_at $INT NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('annual', 'sick', 'family', 'unpaid', 'training', 'other')),
  approved $INT NOT NULL CHECK (approved IN (0, 1)),
  note $BLOB,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT leave_employee_id_fk FOREIGN KEY (tenant_id, employee_id) REFERENCES employee (tenant_id, id)
) $KEYED;
CREATE INDEX leave_by_start_at ON leave (tenant_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leave_employee_id_start_at ON leave (tenant_id, employee_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leave_employee_id_created_at ON leave (tenant_id, employee_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE working_calendar (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  day $INT NOT NULL,
  name $TEXT NOT NULL,
  public_holiday $INT NOT NULL CHECK (public_holiday IN (0, 1)),
  gazette_ref $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX working_calendar_by_day ON working_calendar (tenant_id, day, id) WHERE deleted_at IS NULL;
CREATE INDEX working_calendar_by_created_at ON working_calendar (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX working_calendar_day_unique ON working_calendar (tenant_id, day) WHERE deleted_at IS NULL;

CREATE TABLE portal_link (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  scope $TEXT NOT NULL CHECK (scope IN ('quote', 'job', 'invoice', 'customer')),
  customer_id $ID NOT NULL,
  contact_id $ID,
  quote_id $ID,
  job_id $ID,
  invoice_id $ID,
  token_hash $BLOB,
  expires_at $INT NOT NULL,
  revoked_at $INT,
  last_used_at $INT,
  uses $INT NOT NULL,
  code_hash $BLOB,
  code_until $INT,
  code_tries $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT portal_link_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT portal_link_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT portal_link_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT portal_link_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
  CONSTRAINT portal_link_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)
) $KEYED;
CREATE INDEX portal_link_by_created_at ON portal_link (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX portal_link_customer_id_created_at ON portal_link (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX portal_link_contact_id_created_at ON portal_link (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
CREATE INDEX portal_link_quote_id_created_at ON portal_link (tenant_id, quote_id, created_at, id) WHERE deleted_at IS NULL AND quote_id IS NOT NULL;
CREATE INDEX portal_link_job_id_created_at ON portal_link (tenant_id, job_id, created_at, id) WHERE deleted_at IS NULL AND job_id IS NOT NULL;
CREATE INDEX portal_link_invoice_id_created_at ON portal_link (tenant_id, invoice_id, created_at, id) WHERE deleted_at IS NULL AND invoice_id IS NOT NULL;

CREATE TABLE privacy_notice (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  point $TEXT NOT NULL CHECK (point IN ('web_form')),
  language $TEXT NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  n $INT NOT NULL,
  body $TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX privacy_notice_by_created_at ON privacy_notice (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX privacy_notice_point_created_at ON privacy_notice (tenant_id, point, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE template (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code', 'question_received', 'test', 'marketing', 'details_changed', 'consent_request', 'account_reset', 'account_invited', 'account_email', 'account_notice')),
  channel $TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  language $TEXT NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  class $TEXT NOT NULL CHECK (class IN ('transactional', 'statutory', 'marketing')),
  subject $TEXT,
  body $TEXT NOT NULL,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX template_by_created_at ON template (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX template_kind_created_at ON template (tenant_id, kind, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE channel_setting (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  from_name $TEXT,
  from_address $TEXT,
  reply_to $TEXT,
  smtp_host $TEXT,
  smtp_port $INT,
  smtp_tls $TEXT NOT NULL CHECK (smtp_tls IN ('starttls', 'tls', 'plain')),
  smtp_user $TEXT,
  smtp_password $BLOB,
  smtp_password_set $INT NOT NULL CHECK (smtp_password_set IN (0, 1)),
  smtp_allow_plain $INT NOT NULL CHECK (smtp_allow_plain IN (0, 1)),
  mail_pdf $INT NOT NULL CHECK (mail_pdf IN (0, 1)),
  sms_kind $TEXT NOT NULL CHECK (sms_kind IN ('none', 'smsportal', 'smsportal_token', 'http')),
  sms_url $TEXT,
  sms_user $TEXT,
  sms_password $BLOB,
  sms_password_set $INT NOT NULL CHECK (sms_password_set IN (0, 1)),
  sms_authorization $BLOB,
  sms_authorization_set $INT NOT NULL CHECK (sms_authorization_set IN (0, 1)),
  sms_method $TEXT NOT NULL CHECK (sms_method IN ('POST', 'PUT', 'GET')),
  sms_content_type $TEXT NOT NULL CHECK (sms_content_type IN ('application/json', 'application/x-www-form-urlencoded')),
  sms_body $TEXT,
  sms_success $TEXT,
  quiet_from_min $INT NOT NULL,
  quiet_until_min $INT NOT NULL,
  report_secret $BLOB,
  report_secret_set $INT NOT NULL CHECK (report_secret_set IN (0, 1)),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX channel_setting_by_created_at ON channel_setting (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE message (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code', 'question_received', 'test', 'marketing', 'details_changed', 'consent_request', 'account_reset', 'account_invited', 'account_email', 'account_notice')),
  channel $TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  class $TEXT NOT NULL CHECK (class IN ('transactional', 'statutory', 'marketing')),
  status $TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'cancelled')),
  template_id $ID,
  language $TEXT NOT NULL CHECK (language IN ('en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr')),
  recipient $BLOB NOT NULL,
  recipient_name $BLOB,
  subject $BLOB,
  body $BLOB NOT NULL,
  secret $BLOB,
  contact_id $ID,
  customer_id $ID,
  enquiry_id $ID,
  quote_id $ID,
  invoice_id $ID,
  credit_note_id $ID,
  job_id $ID,
  about_id $ID,
  portal_link_id $ID,
  document_id $ID,
  automatic $INT NOT NULL CHECK (automatic IN (0, 1)),
  attempts $INT NOT NULL,
  repeats $INT NOT NULL,
  next_try_at $INT NOT NULL,
  first_try_at $INT,
  sent_at $INT,
  message_id $TEXT,
  provider_id $TEXT,
  error $TEXT,
  answer $BLOB,
  dedupe_key $TEXT,
  with_pdf $INT NOT NULL CHECK (with_pdf IN (0, 1)),
  tls $INT NOT NULL CHECK (tls IN (0, 1)),
  note $TEXT,
  gate $TEXT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT message_template_id_fk FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id),
  CONSTRAINT message_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT message_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
  CONSTRAINT message_enquiry_id_fk FOREIGN KEY (tenant_id, enquiry_id) REFERENCES enquiry (tenant_id, id),
  CONSTRAINT message_quote_id_fk FOREIGN KEY (tenant_id, quote_id) REFERENCES quote (tenant_id, id),
  CONSTRAINT message_invoice_id_fk FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
  CONSTRAINT message_credit_note_id_fk FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_note (tenant_id, id),
  CONSTRAINT message_job_id_fk FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
) $KEYED;
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
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  contact_id $ID,
  customer_id $ID NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('given', 'withheld', 'withdrawn', 'requested', 'sale')),
  channel $TEXT NOT NULL CHECK (channel IN ('all', 'email', 'sms', 'whatsapp')),
  goods $TEXT,
  how $TEXT NOT NULL CHECK (how IN ('phone', 'email', 'sms', 'whatsapp', 'in_person', 'page', 'letter')),
  any_time $INT NOT NULL CHECK (any_time IN (0, 1)),
  evidence $BLOB,
  at $INT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT consent_event_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT consent_event_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX consent_event_by_created_at ON consent_event (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX consent_event_customer_id_created_at ON consent_event (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX consent_event_contact_id_created_at ON consent_event (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;

CREATE TABLE objection_event (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  contact_id $ID,
  customer_id $ID NOT NULL,
  kind $TEXT NOT NULL CHECK (kind IN ('stop', 'objection')),
  how $TEXT NOT NULL CHECK (how IN ('phone', 'email', 'sms', 'whatsapp', 'in_person', 'page', 'letter')),
  words $BLOB,
  at $INT NOT NULL,
  device_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT objection_event_contact_id_fk FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  CONSTRAINT objection_event_customer_id_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
) $KEYED;
CREATE INDEX objection_event_by_created_at ON objection_event (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX objection_event_customer_id_created_at ON objection_event (tenant_id, customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX objection_event_contact_id_created_at ON objection_event (tenant_id, contact_id, created_at, id) WHERE deleted_at IS NULL AND contact_id IS NOT NULL;

CREATE TABLE ncc_registration (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  no $TEXT NOT NULL,
  valid_from $INT NOT NULL,
  valid_to $INT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX ncc_registration_by_created_at ON ncc_registration (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE ncc_cleanse_run (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  at $INT NOT NULL,
  file_sha256 $TEXT NOT NULL,
  checked $INT NOT NULL,
  blocked_count $INT NOT NULL,
  scope $TEXT NOT NULL CHECK (scope IN ('all', 'industry', 'me')),
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX ncc_cleanse_run_by_created_at ON ncc_cleanse_run (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ncc_cleanse_run_by_at ON ncc_cleanse_run (tenant_id, at, id) WHERE deleted_at IS NULL;

CREATE TABLE suppression_hash (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  hash $TEXT NOT NULL,
  scope $TEXT NOT NULL CHECK (scope IN ('own', 'all', 'industry', 'me')),
  ncc_cleanse_run_id $ID,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT suppression_hash_ncc_cleanse_run_id_fk FOREIGN KEY (tenant_id, ncc_cleanse_run_id) REFERENCES ncc_cleanse_run (tenant_id, id)
) $KEYED;
CREATE INDEX suppression_hash_by_created_at ON suppression_hash (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX suppression_hash_ncc_cleanse_run_id_created_at ON suppression_hash (tenant_id, ncc_cleanse_run_id, created_at, id) WHERE deleted_at IS NULL AND ncc_cleanse_run_id IS NOT NULL;
CREATE UNIQUE INDEX suppression_hash_hash_unique ON suppression_hash (tenant_id, hash) WHERE deleted_at IS NULL;

CREATE TABLE access_review (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  quarter $TEXT NOT NULL,
  opened_at $INT NOT NULL,
  due_on $INT NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  closed_at $INT,
  people $INT NOT NULL,
  confirmed $INT NOT NULL,
  removed $INT NOT NULL,
  expired $INT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX access_review_by_opened_at ON access_review (tenant_id, opened_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_state_opened_at ON access_review (tenant_id, state, opened_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_by_created_at ON access_review (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX access_review_quarter_unique ON access_review (tenant_id, quarter) WHERE deleted_at IS NULL;

CREATE TABLE access_review_item (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  review_id $ID NOT NULL,
  membership_id $ID NOT NULL,
  role $TEXT NOT NULL,
  last_used_on $INT,
  decision $TEXT NOT NULL CHECK (decision IN ('pending', 'confirmed', 'removed', 'expired', 'overdue')),
  decided_by $ID,
  decided_at $INT,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT access_review_item_review_id_fk FOREIGN KEY (tenant_id, review_id) REFERENCES access_review (tenant_id, id),
  CONSTRAINT access_review_item_membership_id_fk FOREIGN KEY (tenant_id, membership_id) REFERENCES membership (tenant_id, id)
) $KEYED;
CREATE INDEX access_review_item_by_created_at ON access_review_item (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_item_review_id_created_at ON access_review_item (tenant_id, review_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX access_review_item_membership_id_created_at ON access_review_item (tenant_id, membership_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE security_alert (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  kind $TEXT NOT NULL CHECK (kind IN ('new_device', 'impossible_travel', 'off_hours', 'mass_export', 'mass_read', 'spraying', 'token_reuse', 'counter_mismatch', 'support_emergency', 'review_overdue', 'key_unused', 'device_waiting')),
  user_id $ID,
  words $TEXT NOT NULL,
  at $INT NOT NULL,
  last_at $INT NOT NULL,
  count $INT NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('open', 'acknowledged')),
  acknowledged_by $ID,
  acknowledged_at $INT,
  note $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX security_alert_by_at ON security_alert (tenant_id, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_state_at ON security_alert (tenant_id, state, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_kind_at ON security_alert (tenant_id, kind, at, id) WHERE deleted_at IS NULL;
CREATE INDEX security_alert_by_created_at ON security_alert (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE api_key (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT NOT NULL,
  scopes $TEXT NOT NULL,
  addresses $TEXT,
  expires_on $INT NOT NULL,
  purpose $TEXT,
  state $TEXT NOT NULL CHECK (state IN ('active', 'revoked', 'frozen', 'unused')),
  hint $TEXT,
  last_used_on $INT,
  rotated_at $INT,
  overlap_until $INT,
  ended_at $INT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX api_key_by_created_at ON api_key (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX api_key_created_by_created_at ON api_key (tenant_id, created_by, created_at, id) WHERE deleted_at IS NULL AND created_by IS NOT NULL;

CREATE TABLE known_device (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  user_id $ID NOT NULL,
  device_id $ID NOT NULL,
  label $BLOB NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused')),
  posture $TEXT NOT NULL CHECK (posture IN ('unknown', 'good', 'bad')),
  posture_at $INT,
  posture_words $TEXT,
  decided_by $ID,
  decided_at $INT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX known_device_by_created_at ON known_device (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX known_device_state_created_at ON known_device (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX known_device_user_id_created_at ON known_device (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE staff (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  email $BLOB NOT NULL,
  name $BLOB NOT NULL,
  password $BLOB,
  active $INT NOT NULL CHECK (active IN (0, 1)),
  contract $TEXT,
  inducted_on $INT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX staff_by_created_at ON staff (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE support_grant (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  staff_id $ID NOT NULL,
  staff_name $BLOB NOT NULL,
  reason $BLOB NOT NULL,
  scope $TEXT NOT NULL CHECK (scope IN ('read', 'write')),
  hours $INT NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('requested', 'active', 'ended', 'refused', 'expired')),
  requested_at $INT,
  start_at $INT,
  end_at $INT,
  approved_by $ID,
  emergency $INT NOT NULL CHECK (emergency IN (0, 1)),
  second_staff_id $ID,
  ended_at $INT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX support_grant_by_created_at ON support_grant (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX support_grant_state_created_at ON support_grant (tenant_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX support_grant_staff_id_created_at ON support_grant (tenant_id, staff_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE identity_provider (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  name $TEXT,
  issuer $TEXT NOT NULL,
  client_id $TEXT NOT NULL,
  client_secret $BLOB,
  client_secret_set $INT NOT NULL CHECK (client_secret_set IN (0, 1)),
  active $INT NOT NULL CHECK (active IN (0, 1)),
  state $TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
  error $TEXT,
  discovered_at $INT,
  authorization_endpoint $TEXT,
  token_endpoint $TEXT,
  userinfo_endpoint $TEXT,
  jwks_uri $TEXT,
  names_itself $INT CHECK (names_itself IN (0, 1)),
  keys $TEXT,
  PRIMARY KEY (tenant_id, id)
) $KEYED;
CREATE INDEX identity_provider_by_created_at ON identity_provider (tenant_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE identity_link (
  tenant_id $INT NOT NULL,
  id $ID NOT NULL,
  version $INT NOT NULL,
  seq $INT NOT NULL,
  fv $TEXT NOT NULL,
  created_at $INT NOT NULL,
  created_by $ID,
  updated_at $INT NOT NULL,
  updated_by $ID,
  deleted_at $INT,
  subject_id $ID,
  provider_id $ID NOT NULL,
  membership_id $ID NOT NULL,
  account $TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT identity_link_provider_id_fk FOREIGN KEY (tenant_id, provider_id) REFERENCES identity_provider (tenant_id, id),
  CONSTRAINT identity_link_membership_id_fk FOREIGN KEY (tenant_id, membership_id) REFERENCES membership (tenant_id, id)
) $KEYED;
CREATE INDEX identity_link_by_created_at ON identity_link (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX identity_link_provider_id_created_at ON identity_link (tenant_id, provider_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX identity_link_membership_id_created_at ON identity_link (tenant_id, membership_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX identity_link_account_unique ON identity_link (tenant_id, account) WHERE deleted_at IS NULL;

