// Serves the built page at app://roundtable: the same fixed list of files and headers as the web shell, never file://.
import type { Protocol, Session } from 'electron';
import { securityHeaders } from '#main/shell/content-policy';
import type { PageFiles } from '#main/shell/page-files';
import { appScheme, isAppAddress } from '#main/electron/app-address';

/** Before the app is ready. A secure, standard scheme has an origin, storage, media capture and Web Crypto. */
export function registerAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        stream: true,
        codeCache: true,
        bypassCSP: false,
        allowServiceWorkers: false,
        corsEnabled: false,
        allowExtensions: false,
      },
    },
  ]);
}

/** Answers one request. Only the exact path of a listed file is found; `sockets` are CSP sources. */
export async function answerAppRequest(
  request: Request,
  files: PageFiles,
  sockets: readonly string[],
): Promise<Response> {
  const headers = securityHeaders(sockets);
  const isAsked = request.method === 'GET' && isAppAddress(request.url);
  const file = isAsked ? files.get(new URL(request.url).pathname) : undefined;
  const content = await file?.read().catch(() => null);
  if (!file || !content) return new Response('', { status: isAsked ? 404 : 403, headers });
  return new Response(content, { status: 200, headers: { ...headers, 'Content-Type': file.type } });
}

export function serveAppScheme(session: Session, files: PageFiles, sockets: () => readonly string[]): void {
  session.protocol.handle(appScheme, (request) => answerAppRequest(request, files, sockets()));
}
