import type { Schemas } from '@app/api/api';
import type { Song } from '@app/songs/songs.state';

type Info = Schemas['StudioInfo'] | null;

/** Opens the bot with this song's card: what comes after `start=` is what `/start` brings there. */
export function telegramLink(info: Info, song: Song): string | null {
  return info?.telegram ? `https://t.me/${info.telegram}?start=song_${song.id.replaceAll('-', '')}` : null;
}

/** Opens the chat with a message written: the song's page, where others reach us, else its name to be searched. */
export function whatsappLink(info: Info, song: Song): string | null {
  if (!info?.whatsapp) return null;
  const text = info.public_url ? `${info.public_url}/song/${song.id}` : `${song.title} ${song.artist}`.trim();
  return `https://wa.me/${info.whatsapp.replace('+', '')}?text=${encodeURIComponent(text)}`;
}
