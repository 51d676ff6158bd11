import { describe, expect, it } from 'vitest';
import { endReasons } from '#shared/call-record';
import { failureCodes } from '#shared/failure';
import { endWords, failureWords } from '#state/failure-words';

describe('words for failures', () => {
  it.each(failureCodes)('%s says what happened and what to do', (code) => {
    const words = failureWords(code);
    expect(words.title).not.toBe('');
    expect(words.happened).not.toBe('');
    expect(words.remedy).not.toBe('');
  });

  it('differ for each code', () => {
    const sentences = failureCodes.map((code) => `${failureWords(code).title} ${failureWords(code).happened}`);
    expect(new Set(sentences).size).toBe(failureCodes.length);
  });
});

describe('words for the end of a call', () => {
  it('differ for each reason', () => {
    const titles = endReasons.map((reason) => endWords(reason, 'Ada', null).title);
    expect(new Set(titles).size).toBe(endReasons.length);
  });

  it('name the cause where the reason alone says too little', () => {
    expect(endWords('failed', 'Ada', 'microphone-denied').title).toContain('microphone');
    expect(endWords('unreachable', 'Ada', 'rendezvous-down').text).toContain('server');
  });

  it('leave the cause out where the reason says it all', () => {
    expect(endWords('busy', 'Ada', 'peer-silent').text).not.toContain('app');
  });
});
