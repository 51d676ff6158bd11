// Every text of the app in English. The shape of this object is the type of every other language.
import { byHand } from '#messages/en/by-hand';
import { call, devices, echo } from '#messages/en/call';
import { cast } from '#messages/en/cast';
import { chat } from '#messages/en/chat';
import { doctor } from '#messages/en/doctor';
import { door } from '#messages/en/door';
import { emoji } from '#messages/en/emoji';
import { common, firstRun, paneBroken, shortcuts, starting } from '#messages/en/frame';
import { ended } from '#messages/en/ended';
import { failure } from '#messages/en/failure';
import { dropped } from '#messages/en/files';
import { giving } from '#messages/en/giving';
import { compare, home, invite, person, presence, reach, sidebar } from '#messages/en/people';
import { relay } from '#messages/en/relay';
import { room } from '#messages/en/room';
import { shares } from '#messages/en/shares';
import { settings } from '#messages/en/settings';
import { vault } from '#messages/en/vault';
import { vaultFolder } from '#messages/en/vault-folder';
import { vaultShare } from '#messages/en/vault-share';

export const en = {
  common,
  firstRun,
  paneBroken,
  starting,
  shortcuts,
  sidebar,
  presence,
  reach,
  home,
  person,
  invite,
  byHand,
  compare,
  call,
  cast,
  chat,
  devices,
  doctor,
  door,
  dropped,
  echo,
  emoji,
  giving,
  relay,
  room,
  settings,
  shares,
  vault,
  vaultFolder,
  vaultShare,
  failure,
  ended,
};

export type Messages = typeof en;
