// Answers the web shell's HTTP requests: checks who asks, then serves the built page and files of drops that are played, and nothing
// else.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isMediaAddress } from '#shared/media';
import type { PlayedFiles } from '#main/services/content/played-files';
import { securityHeaders } from '#main/shell/content-policy';
import { answerMedia } from '#main/shell/media-answer';
import type { PageFile, PageFiles } from '#main/shell/page-files';
import type { Access } from '#main/web/access';
import { noticePolicy, notices, passOn, type Notice } from '#main/web/notices';
import { sendStream } from '#main/web/send-stream';

export interface PageServerOptions {
  readonly files: PageFiles;
  readonly played: Pick<PlayedFiles, 'open'>;
  readonly access: Access;
  /** `127.0.0.1:9720`, the only Host that is answered. */
  readonly host: string;
  /** CSP sources of the rendezvous servers, asked for with each document. */
  sockets(): readonly string[];
}

/** Whether the request came to this very address (no DNS rebinding) and not from another page. */
export function judgeRequest(
  request: Pick<IncomingMessage, 'headers'>,
  host: string,
): 'fine' | 'wrongHost' | 'wrongOrigin' {
  const { headers } = request;
  if (headers.host !== host) return 'wrongHost';
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return 'wrongOrigin';
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  return isOwn || headers['sec-fetch-mode'] === 'navigate' ? 'fine' : 'wrongOrigin';
}

const tokenTarget = '/?token=';

const isSentHere = (request: IncomingMessage): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
};

type Answer =
  | { readonly kind: 'notice'; readonly notice: Notice; readonly cookie?: string }
  | { readonly kind: 'enter'; readonly cookie?: string }
  | { readonly kind: 'file'; readonly file: PageFile }
  | { readonly kind: 'media'; readonly path: string };

const say = (notice: Notice): Answer => ({ kind: 'notice', notice });

export class PageServer {
  readonly #options: PageServerOptions;

  constructor(options: PageServerOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#decide(request);
    if (answer.kind === 'file') {
      this.#send(request, response, answer.file);
      return;
    }
    if (answer.kind === 'media') {
      void this.#play(request, response, answer.path);
      return;
    }
    if (answer.cookie !== undefined) response.setHeader('Set-Cookie', answer.cookie);
    if (answer.kind === 'notice') this.#say(response, answer.notice);
    else
      response.writeHead(303, { Location: '/', 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).end();
  }

  #decide(request: IncomingMessage): Answer {
    const { access, files, host } = this.#options;
    const verdict = judgeRequest(request, host);
    if (verdict !== 'fine') return say(notices[verdict]);
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(notices.notAllowed);

    const target = request.url ?? '/';
    if (target.startsWith(tokenTarget) && request.method === 'GET')
      return this.#admit(request, target.slice(tokenTarget.length));
    if (!access.allows(request.headers.cookie))
      return say(target === '/' && isSentHere(request) ? passOn : notices.noAccess);
    if (isMediaAddress(target)) return { kind: 'media', path: target };
    const file = files.get(target);
    return file ? { kind: 'file', file } : say(notices.notFound);
  }

  #admit(request: IncomingMessage, token: string): Answer {
    const { access } = this.#options;
    const outcome = access.redeem(token);
    const cookie = outcome === 'granted' ? { cookie: access.cookie } : {};
    if (outcome === 'granted' || access.allows(request.headers.cookie)) {
      return isSentHere(request) ? { kind: 'notice', notice: passOn, ...cookie } : { kind: 'enter', ...cookie };
    }
    return say(outcome === 'used' ? notices.tokenUsed : notices.tokenWrong);
  }

  #say(response: ServerResponse, { status, html }: Notice): void {
    response.writeHead(status, {
      ...securityHeaders([]),
      'Content-Security-Policy': noticePolicy,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(html);
  }

  #send(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
    file.read().then(
      (content) => {
        const isDocument = file.type.startsWith('text/html');
        response.writeHead(200, {
          ...securityHeaders(isDocument ? [`ws://${this.#options.host}`, ...this.#options.sockets()] : []),
          'Content-Type': file.type,
          'Content-Length': content.length,
          'Cache-Control': file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-store',
        });
        response.end(request.method === 'HEAD' ? undefined : content);
      },
      () => {
        this.#say(response, notices.notFound); // the build was taken away under a running shell
      },
    );
  }

  async #play({ method, headers: asked }: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const range = asked.range ?? null;
    const hasCondition = asked['if-range'] !== undefined;
    const request = { path, range, hasCondition, wantsBody: method === 'GET' };
    const { status, headers, body } = await answerMedia(request, this.#options.played);
    response.writeHead(status, headers);
    if (!body) {
      response.end();
      return;
    }
    // The first block may be waited for: whoever plays it knows meanwhile how long it is.
    response.flushHeaders();
    await sendStream(body, response);
  }
}
