// The symbol of a file, by the last extension of its name.
import File from '@lucide/svelte/icons/file';
import FileArchive from '@lucide/svelte/icons/file-archive';
import FileHeadphone from '@lucide/svelte/icons/file-headphone';
import FileImage from '@lucide/svelte/icons/file-image';
import FilePlay from '@lucide/svelte/icons/file-play';
import FileText from '@lucide/svelte/icons/file-text';
import Files from '@lucide/svelte/icons/files';
import Folder from '@lucide/svelte/icons/folder';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { DropKind } from '#state/drop-facts';

export const kindIcons: Record<DropKind, typeof File> = {
  image: FileImage,
  audio: FileHeadphone,
  video: FilePlay,
  document: FileText,
  archive: FileArchive,
  program: ShieldAlert,
  other: File,
  folder: Folder,
  several: Files,
};
