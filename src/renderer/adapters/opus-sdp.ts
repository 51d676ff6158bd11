// What we ask the other side's Opus encoders for, in the session description that goes out (RFC 7587 section 6.1).
import { lanesByMid } from '#adapters/session-shape';

type Options = readonly (readonly [name: string, value: string])[];

// a lost packet can be rebuilt from the next one
const repairable: Options = [['useinbandfec', '1']];
// nearly nothing is sent in silence; voices have much of it
const voice: Options = [...repairable, ['usedtx', '1']];

function withWanted(parameters: string, wanted: Options): string {
  const all = new Map(
    parameters
      .split(';')
      .map((parameter) => parameter.trim())
      .filter((parameter) => parameter !== '')
      .map((parameter) => {
        const at = parameter.indexOf('=');
        return at < 0 ? ([parameter, null] as const) : ([parameter.slice(0, at), parameter.slice(at + 1)] as const);
      }),
  );
  const merged = new Map<string, string | null>([...all, ...wanted]);
  return [...merged].map(([name, value]) => (value === null ? name : `${name}=${value}`)).join(';');
}

function withSectionOptions(section: string, wanted: Options): string {
  const lines = section.split('\r\n');
  const payloadTypes = lines.flatMap((line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1] ?? []);
  for (const payloadType of payloadTypes) {
    const prefix = `a=fmtp:${payloadType} `;
    const at = lines.findIndex((line) => line.startsWith(prefix));
    const parameters = at < 0 ? '' : (lines[at]?.slice(prefix.length) ?? '');
    const line = prefix + withWanted(parameters, wanted);
    if (at >= 0) lines[at] = line;
    else lines.splice(lines.findIndex((candidate) => candidate.startsWith(`a=rtpmap:${payloadType} `)) + 1, 0, line);
  }
  return lines.join('\r\n');
}

/** Changes no line but the format parameters of Opus; adds them where there are none. */
export function withOpusOptions(sdp: string): string {
  const lanes = lanesByMid(sdp);
  return sdp
    .split(/^(?=m=)/m)
    .map((section) => {
      const lane = lanes.get(/^a=mid:(\S+)/m.exec(section)?.[1] ?? '');
      return withSectionOptions(section, lane === 'screen-audio' ? repairable : voice);
    })
    .join('');
}
