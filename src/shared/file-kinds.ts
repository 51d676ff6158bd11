// What a file is, by the last extension of its name: for a symbol, and for the warning before what could run.
const extensionsOf = {
  image: 'png jpg jpeg gif webp avif bmp tif tiff heic heif',
  audio: 'mp3 ogg oga opus flac wav m4a aac',
  video: 'mp4 m4v webm mkv mov avi ogv mpg mpeg',
  document: 'pdf txt md odt ods odp doc docx xls xlsx ppt pptx csv epub rtf',
  archive: 'zip tar gz tgz bz2 xz zst 7z rar',
  /** Opening one of these may run it, mount it, or lead elsewhere. */
  program:
    'exe com scr pif msi msix msp mst appx bat cmd ps1 psm1 psd1 vb vbs vbe js jse mjs ws wsf wsh hta cpl msc lnk url inf ' +
    'reg jar jnlp app dmg pkg mpkg command tool workflow terminal action scpt applescript desktop sh bash zsh csh ksh fish run bin ' +
    'appimage deb rpm snap flatpakref apk aab ipa iso img vhd vhdx chm hlp gadget library-ms search-ms searchconnector-ms ' +
    'settingcontent-ms appref-ms application diagcab xll xlam xlsm docm dotm pptm ppam potm iqy slk svg svgz html htm xhtml mht mhtml ' +
    'py pyw pyc pl rb php elf out so dll sys drv ocx website webloc fileloc inetloc theme themepack ade adp mde',
} as const;

export type FileKind = keyof typeof extensionsOf | 'other';

// Sound: the keys of the constant above, and the rest.
export const fileKinds = [...(Object.keys(extensionsOf) as (keyof typeof extensionsOf)[]), 'other'] as const;

const kinds = new Map<string, FileKind>();
for (const [kind, extensions] of Object.entries(extensionsOf)) {
  // Sound: the keys of the constant above.
  for (const extension of extensions.split(' ')) kinds.set(extension, kind as FileKind);
}

/** Never by what a peer claims. */
export function fileKind(name: string): FileKind {
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : kinds.get(name.slice(dot + 1).toLowerCase())) ?? 'other';
}
