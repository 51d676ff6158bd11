// Why a text that was carried by hand is of no use, or came to nothing.
import { text } from '#messages/en/failure-text';

export const byHandFailure = {
  'by-hand-damaged': text(
    'This text is damaged',
    'A part of it is missing, or something changed it on its way.',
    'Copy the whole text again, from “roundtable:” to its end, or carry it as a file.',
  ),
  'by-hand-version': text(
    'This text is from another version',
    'It was made by a Roundtable that writes such texts differently than yours.',
    'Install the newest Roundtable on both computers, then begin again.',
  ),
  'by-hand-for-others': text(
    'This text is sealed for somebody else',
    'Only the person it was made for can open it, and that is not you. It may be a text that you made yourself.',
    'Put in the text that they made for you.',
  ),
  'by-hand-own': text(
    'This is your own text',
    'You made it on this computer.',
    'Give it to them, and put in here what they give you back.',
  ),
  'by-hand-stranger': text(
    'This text is from nobody you know',
    'Whoever made it is not among your contacts.',
    'Become contacts first, by an invite. Then make a new text.',
  ),
  'by-hand-stale': text(
    'This text is too old',
    'Such a text can be used for 24 hours. Or the clock of one computer is wrong by more than a day.',
    'Look at the clocks of both computers, then begin again with a new text.',
  ),
  'by-hand-used': text(
    'This text was used already',
    'Each text works once, on this computer it has done so.',
    'Begin again with a new text.',
  ),
  'by-hand-over': text(
    'The connection this answers is not open any more',
    'Your own text was given up meanwhile, or Roundtable was closed or loaded again after you made it.',
    'Make a new text and leave Roundtable open until the answer is back.',
  ),
  'by-hand-no-network': text(
    'This computer has no network',
    'It has no address at which the other computer could find it.',
    'Plug in the cable or join the same Wi-Fi first, then make the text.',
  ),
  'by-hand-no-path': text(
    'No path between the two computers was found',
    'The texts were right, but neither computer could reach the other. One of them may have changed its network meanwhile.',
    'Connect both by a cable or the same Wi-Fi, then begin again with new texts.',
  ),
};
