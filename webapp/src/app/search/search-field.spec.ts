import { TestBed } from '@angular/core/testing';

import { Words } from '@app/words/words';

import { SearchField } from './search-field';

describe('SearchField', () => {
  it('tells each change, the end of typing, and that it was cleared', async () => {
    await TestBed.inject(Words).start();
    const fixture = TestBed.createComponent(SearchField);
    const [typed, sent]: [string[], string[]] = [[], []];
    fixture.componentInstance.typed.subscribe((text) => typed.push(text));
    fixture.componentInstance.sent.subscribe((text) => sent.push(text));
    fixture.componentRef.setInput('text', 'तुम');
    await fixture.whenStable();

    const root = fixture.nativeElement as HTMLElement;
    const input = root.querySelector('input');
    if (!input) throw new Error('no input');
    expect(input.value).toBe('तुम');

    input.value = 'तुम ही';
    input.dispatchEvent(new Event('input'));
    root.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    root.querySelector('button')?.click();
    expect(typed).toEqual(['तुम ही', '']);
    expect(sent).toEqual(['तुम ही']);
  });
});
