// Serves the built page at app://roundtable: the same fixed list of files and headers as the web shell, never file://. Beside it the
// files of drops that are played.
import type { Protocol, Session } from 'electron';
import { isMediaAddress } from '#shared/media';
import type { PlayedFiles } from '#main/services/content/played-files';
import { securityHeaders } from '#main/shell/content-policy';
import { answerMedia } from '#main/shell/media-answer';
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

export interface AppSchemeOptions {
  readonly files: PageFiles;
  readonly played: Pick<PlayedFiles, 'open'>;
  /** CSP sources. */
  sockets(): readonly string[];
}

/** Answers one request. Only the exact path of a listed file, or of one that can be played, is found. */
export async function answerAppRequest(request: Request, options: AppSchemeOptions): Promise<Response> {
  const headers = securityHeaders(options.sockets());
  const isAsked = request.method === 'GET' && isAppAddress(request.url);
  const path = isAsked ? new URL(request.url).pathname : '';
  if (isMediaAddress(path)) return await play(request, path, options);
  const file = options.files.get(path);
  const content = await file?.read().catch(() => null);
  if (!file || !content) return new Response('', { status: isAsked ? 404 : 403, headers });
  return new Response(content, { status: 200, headers: { ...headers, 'Content-Type': file.type } });
}

async function play(request: Request, path: string, { played }: AppSchemeOptions): Promise<Response> {
  const range = request.headers.get('range');
  const hasCondition = request.headers.has('if-range');
  const { body, ...rest } = await answerMedia({ path, range, hasCondition, wantsBody: true }, played);
  return new Response(body, rest);
}

export function serveAppScheme(session: Session, options: AppSchemeOptions): void {
  session.protocol.handle(appScheme, (request) => answerAppRequest(request, options));
}
