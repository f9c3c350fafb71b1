// The pages, each loaded when it is first opened.

import type { Component } from 'svelte';
import type { Key } from '../../core/i18n.ts';
import { isOfficeOrBooks, may, mayAudit, mayImport } from '../../core/rights.ts';
import type { Me } from '../../core/types.ts';

export interface Page {
  // Props differ from page to page and are made right here, beside the import that they belong to.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  view: Component<any>;
  props: Record<string, unknown>;
}

interface Route {
  pattern: RegExp;
  title: Key;
  may?: (me: Me) => boolean;
  open: (parts: string[]) => Promise<Page>;
}

export const ROUTES: readonly Route[] = [
  {
    pattern: /^\/jobs$/,
    title: 'jobs.title',
    open: async () => ({ view: (await import('../../features/jobs/JobsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/jobs\/([0-9a-f-]{36})$/,
    title: 'job.title',
    open: async ([id]) => {
      const [page, schedule] = await Promise.all([
        import('../../features/jobs/JobPage.svelte'),
        import('../../features/schedule/ScheduleDialog.svelte'),
      ]);
      return { view: page.default, props: { id, ScheduleDialog: schedule.default } };
    },
  },
  {
    pattern: /^\/day$/,
    title: 'day.title',
    open: async () => ({ view: (await import('../../features/schedule/MyDay.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/enquiries$/,
    title: 'enquiries.title',
    may: (me) => may(me, 'enquiry.read'),
    open: async () => ({ view: (await import('../../features/enquiries/EnquiriesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/enquiries\/([0-9a-f-]{36})$/,
    title: 'enquiry.title',
    may: (me) => may(me, 'enquiry.read'),
    open: async ([id]) => ({ view: (await import('../../features/enquiries/EnquiryPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/quotes$/,
    title: 'quotes.title',
    may: (me) => may(me, 'quote.read'),
    open: async () => ({ view: (await import('../../features/quotes/QuotesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/quotes\/([0-9a-f-]{36})$/,
    title: 'quote.title',
    may: (me) => may(me, 'quote.read'),
    open: async ([id]) => {
      const [page, schedule] = await Promise.all([
        import('../../features/quotes/QuotePage.svelte'),
        import('../../features/schedule/ScheduleDialog.svelte'),
      ]);
      return { view: page.default, props: { id, ScheduleDialog: schedule.default } };
    },
  },
  {
    pattern: /^\/invoices$/,
    title: 'invoices.title',
    may: (me) => may(me, 'invoice.read'),
    open: async () => ({ view: (await import('../../features/invoices/InvoicesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/invoices\/([0-9a-f-]{36})$/,
    title: 'invoice.title',
    may: (me) => may(me, 'invoice.read'),
    open: async ([id]) => ({ view: (await import('../../features/invoices/InvoicePage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/invoices\/credits$/,
    title: 'plural.credit_note',
    may: (me) => may(me, 'credit_note.read'),
    open: async () => ({ view: (await import('../../features/invoices/CreditsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/invoices\/credits\/([0-9a-f-]{36})$/,
    title: 'credit.page',
    may: (me) => may(me, 'credit_note.read'),
    open: async ([id]) => ({ view: (await import('../../features/invoices/CreditPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/invoices\/payments$/,
    title: 'plural.payment',
    may: (me) => may(me, 'payment.read'),
    open: async () => ({ view: (await import('../../features/invoices/PaymentsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/invoices\/payments\/([0-9a-f-]{36})$/,
    title: 'payment.title',
    may: (me) => may(me, 'payment.read'),
    open: async ([id]) => ({ view: (await import('../../features/invoices/PaymentPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/customers$/,
    title: 'nav.customers',
    may: isOfficeOrBooks,
    open: async () => ({ view: (await import('../../features/customers/CustomersPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/customers\/([0-9a-f-]{36})$/,
    title: 'field.customer_id',
    may: isOfficeOrBooks,
    open: async ([id]) => ({ view: (await import('../../features/customers/CustomerPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/catalogue$/,
    title: 'nav.catalogue',
    may: (me) => may(me, 'price.read'),
    open: async () => ({ view: (await import('../../features/catalogue/ItemsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/catalogue\/([0-9a-f-]{36})$/,
    title: 'catalogue.item',
    may: (me) => may(me, 'price.read'),
    open: async ([id]) => ({ view: (await import('../../features/catalogue/ItemPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/catalogue\/tax$/,
    title: 'tax.title',
    may: (me) => may(me, 'tax_rate.read'),
    open: async () => ({ view: (await import('../../features/catalogue/TaxPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/catalogue\/units$/,
    title: 'catalogue.units',
    may: (me) => may(me, 'unit.read'),
    open: async () => ({ view: (await import('../../features/catalogue/UnitsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/catalogue\/lists$/,
    title: 'catalogue.lists',
    may: (me) => may(me, 'price_list.read'),
    open: async () => ({ view: (await import('../../features/catalogue/ListsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/catalogue\/lists\/([0-9a-f-]{36})$/,
    title: 'pricelist.title',
    may: (me) => may(me, 'price_list.read'),
    open: async ([id]) => ({ view: (await import('../../features/catalogue/ListPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/plans$/,
    title: 'plans.title',
    may: (me) => may(me, 'recurring_plan.read'),
    open: async () => ({ view: (await import('../../features/plans/PlansPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/plans\/([0-9a-f-]{36})$/,
    title: 'plan.title',
    may: (me) => may(me, 'recurring_plan.read'),
    open: async ([id]) => ({ view: (await import('../../features/plans/PlanPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/messages$/,
    title: 'messages.title',
    may: (me) => may(me, 'message.read'),
    open: async () => ({ view: (await import('../../features/messages/MessagesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/messages\/([0-9a-f-]{36})$/,
    title: 'messages.title',
    may: (me) => may(me, 'message.read'),
    open: async ([id]) => ({ view: (await import('../../features/messages/MessagePage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/messages\/templates$/,
    title: 'templates.title',
    may: (me) => may(me, 'template.read'),
    open: async () => ({ view: (await import('../../features/messages/TemplatesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/messages\/templates\/([0-9a-f-]{36})$/,
    title: 'templates.title',
    may: (me) => may(me, 'template.read'),
    open: async ([id]) => ({ view: (await import('../../features/messages/TemplatePage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/messages\/settings$/,
    title: 'channels.title',
    may: (me) => may(me, 'channel_setting.read'),
    open: async () => ({ view: (await import('../../features/messages/SettingsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/reports$/,
    title: 'reports.title',
    may: (me) => may(me, 'invoice.read'),
    open: async () => ({ view: (await import('../../features/reports/ReportsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/import$/,
    title: 'import.title',
    may: mayImport,
    open: async () => ({ view: (await import('../../features/import/ImportPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/audit$/,
    title: 'audit.title',
    may: mayAudit,
    open: async () => ({ view: (await import('../../features/audit/AuditPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/me$/,
    title: 'account.title',
    may: (me) => me.role !== 'support',
    open: async () => ({ view: (await import('../../features/account/AccountPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings$/,
    title: 'people.title',
    may: (me) => may(me, 'membership.read'),
    open: async () => ({ view: (await import('../../features/settings/PeoplePage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/people\/([0-9a-f-]{36})$/,
    title: 'people.title',
    may: (me) => may(me, 'membership.read'),
    open: async ([id]) => ({ view: (await import('../../features/settings/PersonPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/settings\/roles$/,
    title: 'roles.title',
    may: (me) => may(me, 'role.read'),
    open: async () => ({ view: (await import('../../features/settings/RolesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/roles\/([0-9a-f-]{36})$/,
    title: 'roles.title',
    may: (me) => may(me, 'role.read'),
    open: async ([id]) => ({ view: (await import('../../features/settings/RolePage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/settings\/unused$/,
    title: 'unused.title',
    may: (me) => may(me, 'role.read'),
    open: async () => ({ view: (await import('../../features/settings/UnusedPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/reviews$/,
    title: 'reviews.title',
    may: (me) => may(me, 'access_review.read'),
    open: async () => ({ view: (await import('../../features/settings/ReviewsPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/reviews\/([0-9a-f-]{36})$/,
    title: 'reviews.title',
    may: (me) => may(me, 'access_review.read'),
    open: async ([id]) => ({ view: (await import('../../features/settings/ReviewPage.svelte')).default, props: { id } }),
  },
  {
    pattern: /^\/settings\/keys$/,
    title: 'keys.title',
    may: (me) => may(me, 'api_key.read'),
    open: async () => ({ view: (await import('../../features/settings/KeysPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/signin$/,
    title: 'signinrules.title',
    may: (me) => may(me, 'membership.update'),
    open: async () => ({ view: (await import('../../features/settings/SignInPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/support$/,
    title: 'support.title',
    may: (me) => may(me, 'support_grant.read'),
    open: async () => ({ view: (await import('../../features/settings/SupportPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/machines$/,
    title: 'machines.title',
    may: (me) => may(me, 'known_device.read'),
    open: async () => ({ view: (await import('../../features/settings/MachinesPage.svelte')).default, props: {} }),
  },
  {
    pattern: /^\/settings\/alerts$/,
    title: 'alerts.title',
    may: (me) => may(me, 'security_alert.read'),
    open: async () => ({ view: (await import('../../features/settings/AlertsPage.svelte')).default, props: {} }),
  },
];

interface New {
  keys: string;
  right: string;
  /** Where the new row's page is. */
  path: string;
  label: Key;
  load: () => Promise<{ default: unknown }>;
}

/** What can be begun from any screen. */
export const NEWS: readonly New[] = [
  { keys: 'n e', right: 'enquiry.create', path: '/enquiries', label: 'enquiry.new', load: () => import('../../features/enquiries/NewEnquiry.svelte') },
  { keys: 'n q', right: 'quote.create', path: '/quotes', label: 'newquote.title', load: () => import('../../features/quotes/NewQuote.svelte') },
  { keys: 'n i', right: 'invoice.create', path: '/invoices', label: 'newinvoice.title', load: () => import('../../features/invoices/NewInvoice.svelte') },
  { keys: 'n c', right: 'customer.create', path: '/customers', label: 'newcustomer.title', load: () => import('../../features/customers/NewCustomer.svelte') },
  { keys: 'n p', right: 'payment.create', path: '/invoices/payments', label: 'newpayment.title', load: () => import('../../ui/PaymentDialog.svelte') },
];
