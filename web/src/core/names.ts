// How rows without one plain name are called, and the addresses that leave the program.

import type { Site } from './types.ts';

/** "12 Oak Street, Randburg": the name a person would say. */
export function siteName(site: Pick<Site, 'name' | 'line1' | 'suburb' | 'city'>): string {
  const place = [site.line1, site.suburb ?? site.city].filter(Boolean).join(', ');
  return site.name ? `${site.name}, ${place}` : place;
}

type Address = Pick<Site, 'line1' | 'line2' | 'suburb' | 'city' | 'postal_code'>;
type Spot = Address & Pick<Site, 'lat' | 'lon'>;

export function siteAddress(site: Address): string {
  const town = [site.postal_code, site.city].filter(Boolean).join(' ');
  return [site.line1, site.line2, site.suburb, town].filter(Boolean).join(', ');
}

/** A page of a map; opened in a new tab, without telling it where we come from. */
export function mapLink(site: Spot): string {
  if (site.lat != null && site.lon != null) {
    const at = `${Number(site.lat).toFixed(5)}/${Number(site.lon).toFixed(5)}`;
    const [lat, lon] = at.split('/');
    return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${at}`;
  }
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(siteAddress(site))}`;
}

/** Hands the place to whatever navigates on this phone. */
export function navigateLink(site: Spot): string {
  const query = encodeURIComponent(siteAddress(site));
  if (site.lat == null || site.lon == null) return `geo:0,0?q=${query}`;
  return `geo:${Number(site.lat)},${Number(site.lon)}?q=${Number(site.lat)},${Number(site.lon)}`;
}

export const callLink = (phone: string) => `tel:${phone.replace(/[^+\d]/g, '')}`;
