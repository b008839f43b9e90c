import { TestBed } from '@angular/core/testing';

import { Cover, gradientFor, waveFor } from './cover';

const ID = '0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81';

describe('covers', () => {
  const shown = async (thumbnail_url: string | null) => {
    const fixture = TestBed.createComponent(Cover);
    fixture.componentRef.setInput('song', { id: ID, thumbnail_url });
    await fixture.whenStable();
    const picture = () => (fixture.nativeElement as HTMLElement).querySelector('img');
    return { fixture, picture };
  };

  it('come from this server, whatever host they are from', async () => {
    const { picture } = await shown('https://i.scdn.co/image/1');
    expect(picture()?.getAttribute('src')).toBe(`/api/v1/music/track/${ID}/cover?size=128`);
  });

  it('are a gradient where there is none', async () => {
    expect((await shown(null)).picture()).toBeNull();
  });

  it('are a gradient where the picture does not come', async () => {
    const { fixture, picture } = await shown('https://i.scdn.co/image/1');
    picture()?.dispatchEvent(new Event('error'));
    await fixture.whenStable();
    expect(picture()).toBeNull();
  });

  it("have the song's own waveform on a large gradient alone", async () => {
    const { fixture } = await shown(null);
    const bars = () => (fixture.nativeElement as HTMLElement).querySelector('path')?.getAttribute('d');
    expect(bars()).toBeUndefined();
    fixture.componentRef.setInput('size', 512);
    await fixture.whenStable();
    expect(bars()).toBe(waveFor(ID));
    fixture.componentRef.setInput('song', { id: ID, thumbnail_url: 'https://i.scdn.co/image/1' });
    await fixture.whenStable();
    expect(bars()).toBeUndefined();
  });

  it('have gradients that are always the same for a song, and differ between songs', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `song-${String(index)}`);
    expect(gradientFor('song-1')).toBe(gradientFor('song-1'));
    expect(new Set(ids.map(gradientFor)).size).toBeGreaterThan(30);
  });
});
