// A file of a drop for an element of the page that plays it: the answer to one request, in both shells.
import { mediaType, parseMediaAddress } from '#shared/media';
import type { PlayedFile, PlayedFiles } from '#main/services/content/played-files';
import { parseRange } from '#main/shell/byte-range';
import { securityHeaders } from '#main/shell/content-policy';

export interface MediaRequest {
  readonly path: string;
  readonly range: string | null;
  /** `If-Range` names a state of the file; none is ever told, so none fits, and the whole is answered (RFC 9110 section 13.1.5). */
  readonly hasCondition: boolean;
  readonly wantsBody: boolean;
}

export interface MediaAnswer {
  readonly status: 200 | 206 | 404 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** To be read to its end or cancelled. It fails when nothing more comes. */
  readonly body: ReturnType<PlayedFile['stream']> | null;
}

/** Kept nowhere: what was received lies among the downloads, and in no cache of a browser. */
const plainHeaders = { ...securityHeaders([]), 'Cache-Control': 'no-store' };

export async function answerMedia(request: MediaRequest, played: Pick<PlayedFiles, 'open'>): Promise<MediaAnswer> {
  const address = parseMediaAddress(request.path);
  const file = address && (await played.open(address.dropId, address.fileId));
  const type = file && mediaType(file.name);
  if (!file || type === null) return { status: 404, headers: { ...plainHeaders, 'Content-Length': '0' }, body: null };
  const { size } = file;
  const headers = { ...plainHeaders, 'Content-Type': type, 'Accept-Ranges': 'bytes' };
  const range = parseRange(request.hasCondition ? null : request.range, size);
  if (range.kind === 'unsatisfiable') {
    const none = { ...headers, 'Content-Range': `bytes */${size}`, 'Content-Length': '0' };
    return { status: 416, headers: none, body: null };
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size };
  const body = request.wantsBody && start < end ? file.stream(start, end) : null;
  const length = { 'Content-Length': String(end - start) };
  if (range.kind === 'whole') return { status: 200, headers: { ...headers, ...length }, body };
  return {
    status: 206,
    headers: { ...headers, ...length, 'Content-Range': `bytes ${start}-${end - 1}/${size}` },
    body,
  };
}
