// Pages for whoever is not signed in: most are reached from a mail. The platform's staff have a door of their own.

import type { Component } from 'svelte';

// Props differ from page to page.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type View = Component<any>;

const PUBLIC: Record<string, () => Promise<{ default: View }>> = {
  '/forgot': () => import('../../features/signin/ForgotPage.svelte'),
  '/reset': () => import('../../features/signin/ResetPage.svelte'),
  '/invitation': () => import('../../features/signin/InvitationPage.svelte'),
  '/email': () => import('../../features/signin/EmailPage.svelte'),
  '/signin/company': () => import('../../features/signin/CompanyPage.svelte'),
  '/staff': () => import('./Staff.svelte'),
  '/signin/oidc': () => import('../../features/signin/OidcPage.svelte'),
};

export const isPublic = (path: string) => path === '/signin' || path in PUBLIC;

export async function publicPage(path: string): Promise<View | null> {
  const load = PUBLIC[path];
  return load ? (await load()).default : null;
}
