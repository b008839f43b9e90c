import type { Schemas } from '@app/api/api';

import type { Song } from './songs.state';

/** The studio may get the recording, or the person gave it. */
export function hasAudio(song: Song | Schemas['PersonsSong']): boolean {
  return song.can_fetch || ('is_private' in song && song.is_private);
}
