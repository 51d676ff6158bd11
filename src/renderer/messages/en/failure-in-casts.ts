// What happened and what to do, when something goes wrong with a cast.
import type { FailureCode } from '#shared/failure';
import { text, type FailureText } from '#messages/en/failure-text';

type CodeOfCasts = Extract<FailureCode, `cast-${string}` | 'codec-missing' | 'film-unplayable' | 'source-ended'>;

export const failureInCasts: Record<CodeOfCasts, FailureText> = {
  'codec-missing': text(
    'Live pictures and sound cannot be coded here',
    'This browser has no codec for them, or lost the one it had.',
    'Use the Roundtable app, or a current Chrome or Edge.',
  ),
  'film-unplayable': text(
    'This file cannot be played',
    'It is damaged, or of a kind that Roundtable does not know.',
    'Choose an MP4 or WebM film, or music as MP3, M4A, Ogg or WAV.',
  ),
  'source-ended': text(
    'What was shown has ended',
    'The camera, the window or the file is not there any more.',
    'Choose something else to show.',
  ),
  'cast-forged': text(
    'This cast was changed on its way',
    'What it says of itself is not signed by the person who casts.',
    'Leave it, and tell the person who casts.',
  ),
  'cast-over': text(
    'The cast is over',
    'The person who casts has ended it, or you left it.',
    'Wait for their next one.',
  ),
  'cast-not-for-them': text(
    'This cast is not for everybody',
    'Whoever casts chose who may watch, and this person is not among them.',
    'Ask the person who casts for a link.',
  ),
  'cast-full': text(
    'The cast is full',
    'It has as many viewers as a cast can have.',
    'Try again when somebody has left.',
  ),
  'cast-limit': text('You are live already', 'One cast at a time.', 'End it, then go live again.'),
  'cast-own': text('This is your own cast', 'You are the one who casts.', 'Give the link to those who should watch.'),
  'cast-links-many': text(
    'No further link can be made',
    'This cast has as many links as it can have.',
    'Give on one of those that you made.',
  ),
  'cast-busy': text(
    'Very many want to watch right now',
    'The person who casts lets people in one after the other.',
    'Try again in a moment.',
  ),
  'cast-crowded': text(
    'There is no place left to watch from',
    'A cast is carried on by those who watch it, and they have passed on all they can.',
    'Try again when somebody has left or somebody with a faster line has come.',
  ),
  'cast-lost': text(
    'Nothing comes of this cast any more',
    'Neither the person who casts nor anybody who watches could be reached.',
    'Check your connection. If the cast goes on, join it again.',
  ),
  'cast-refused': text(
    'This cast is not for you',
    'The person who casts chose who may watch.',
    'Ask them for a link to it.',
  ),
  'cast-link-malformed': text(
    'This is not a link to a cast',
    'The link is cut off or something else got into it.',
    'Ask for it again and paste the whole link, from “roundtable:” to its end.',
  ),
  'cast-link-unknown-version': text(
    'This link to a cast is newer',
    'It was made by a newer Roundtable than this one.',
    'Update Roundtable, then open the link again.',
  ),
  'cast-link-forged': text(
    'This link to a cast was changed',
    'The signature in the link does not fit what it says. It was not made by the person it names.',
    'Do not use it. Ask whoever casts for a new link.',
  ),
  'cast-link-expired': text(
    'This link to a cast has expired',
    'Links to a cast work for a limited time, and this one is over.',
    'Ask whoever casts for a new link.',
  ),
};
