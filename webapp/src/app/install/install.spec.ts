import { TestBed } from '@angular/core/testing';

import { Install } from './install';

const offered = () => {
  const prompt = vi.fn(() => Promise.resolve({ outcome: 'accepted' }));
  const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
  dispatchEvent(event);
  return { event, prompt };
};
const visit = () => {
  TestBed.resetTestingModule();
  return TestBed.inject(Install);
};

describe('Install', () => {
  beforeEach(() => localStorage.clear());

  it('keeps the browser’s own banner away, and asks on a tap, once', async () => {
    const install = visit();
    expect(install.way()).toBeNull();
    const { event, prompt } = offered();
    expect(event.defaultPrevented).toBe(true);
    expect(install.way()).toBe('by question');
    await install.ask();
    expect(prompt).toHaveBeenCalledOnce();
    expect(install.way()).toBeNull();
  });

  it('comes forward from the second visit on, until it is waved away', () => {
    const first = visit();
    offered();
    expect(first.isOffered()).toBe(false);
    const second = visit();
    offered();
    expect(second.isOffered()).toBe(true);
    second.wave();
    expect(second.isOffered()).toBe(false);
    const third = visit();
    offered();
    expect([third.isOffered(), third.way()]).toEqual([false, 'by question']);
  });

  it('is by hand on an iPhone, and over once the player is there', () => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)');
    const install = visit();
    expect(install.way()).toBe('by hand');
    dispatchEvent(new Event('appinstalled'));
    expect(install.way()).toBeNull();
    vi.restoreAllMocks();
  });
});
