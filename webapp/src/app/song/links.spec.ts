import type { Schemas } from '@app/api/api';
import type { Song } from '@app/songs/songs.state';

import { licenceName } from './licence';
import { telegramLink, whatsappLink } from './links';

const SONG = {
  id: '0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81',
  title: 'तुम ही हो',
  artist: 'Arijit Singh',
} as Song;
const INFO = { telegram: 'melody_bot', whatsapp: '+14155238886', public_url: null } as Schemas['StudioInfo'];

describe('the ways into a chat', () => {
  it('open Telegram with the card of the song', () => {
    expect(telegramLink(INFO, SONG)).toBe(
      'https://t.me/melody_bot?start=song_0f8f3e0c6a5b4a8e9c2d0d4f5b6a7c81',
    );
  });

  it('open WhatsApp with a message written: the page where it can be reached, else the name', () => {
    const said = (info: Schemas['StudioInfo']) =>
      new URL(whatsappLink(info, SONG) ?? '').searchParams.get('text');
    expect(said(INFO)).toBe('तुम ही हो Arijit Singh');
    expect(said({ ...INFO, public_url: 'https://studio.example' })).toBe(
      `https://studio.example/song/${SONG.id}`,
    );
  });

  it('are not there where the chat is not', () => {
    expect(telegramLink(null, SONG)).toBeNull();
    expect(whatsappLink({ ...INFO, whatsapp: null }, SONG)).toBeNull();
  });
});

describe('licences', () => {
  it('are named as everywhere, or not at all', () => {
    expect(licenceName('by-sa')).toBe('CC BY-SA');
    expect(licenceName('arr')).toBeNull();
    expect(licenceName(null)).toBeNull();
  });
});
