import { dress } from './colours';
import { launchIn } from './launch';

describe('Telegram', () => {
  it('says who opened us, as it was signed', () => {
    const signed = 'user=%7B%22first_name%22%3A%22Asha%22%7D&auth_date=1&hash=ab';
    const theme = JSON.stringify({ bg_color: '#17212b', text_color: '#f5f5f5', odd: 'url(//x)' });
    const fragment = new URLSearchParams({ tgWebAppData: signed, tgWebAppThemeParams: theme }).toString();
    expect(launchIn(`#${fragment}`)).toEqual({
      initData: signed,
      colours: { bg_color: '#17212b', text_color: '#f5f5f5' },
    });
  });

  it.each(['', '#main', '#a-token', '#tgWebAppThemeParams=%7B'])('did not open %s', (fragment) =>
    expect(launchIn(fragment)).toBeNull(),
  );

  it('lends its ground, and tells light from dark', () => {
    const root = document.createElement('div');
    expect(dress(root, { bg_color: '#17212b', text_color: '#f5f5f5' })).toBe('dark');
    expect(dress(root, { bg_color: '#ffffff', text_color: '#000000' })).toBe('light');
    expect(root.style.getPropertyValue('--ground')).toBe('#ffffff');
    expect(dress(root, {})).toBeNull();
  });
});
