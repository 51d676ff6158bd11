// Where the app's page lives in the desktop shell, and what counts as the app's own.
export const appScheme = 'app';
const appHost = 'roundtable';
const appOrigin = `${appScheme}://${appHost}`;
export const appPage = `${appOrigin}/`;

/** Whether a URL or an origin belongs to the app's page. (`URL.origin` is opaque for a custom scheme.) */
export function isAppAddress(address: string): boolean {
  const url = URL.parse(address);
  if (!url) return false;
  return url.protocol === `${appScheme}:` && url.host === appHost && url.username === '' && url.password === '';
}
