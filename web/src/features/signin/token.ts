// The token of a link from a mail stands behind the `#`, which no server sees. It is read once and taken out of the
// address, so that it stays neither in the history nor on the screen.

export function takeToken(): string {
  const token = location.hash.slice(1);
  if (token !== '') history.replaceState(history.state, '', location.pathname);
  return token;
}
