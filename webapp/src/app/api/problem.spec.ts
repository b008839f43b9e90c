import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';

import { Words } from '@app/words/words';

import { hintFor, isPassing, problemOf, wordsFor } from './problem';

function refused(status: number, code: string, headers: Record<string, string> = {}) {
  return problemOf(
    new HttpErrorResponse({ status, error: { code, status }, headers: new HttpHeaders(headers) }),
  );
}

describe('a refusal', () => {
  it('of one song too many says when the next one can be made', async () => {
    const words = TestBed.inject(Words);
    await words.start();
    const said = (seconds: string) => hintFor(refused(429, 'quota-used', { 'Retry-After': seconds }), words);
    expect(said('16200')).toBe('The next song can be made in 5 hours.');
    expect(said('3599')).toBe('The next song can be made in 1 hour.');
    expect(said('61')).toBe('The next song can be made in 2 minutes.');
    expect(hintFor(refused(429, 'quota-used'), words)).toBe('The next song can be made in 24 hours.');
  });

  it('that lasts for hours is not tried again at once, unlike a crowd', () => {
    expect(isPassing(refused(429, 'quota-used'))).toBe(false);
    expect(isPassing(refused(429, 'too-many-requests', { 'Retry-After': '3' }))).toBe(true);
  });

  it('to somebody who is kept out says so', () => {
    expect(wordsFor(refused(403, 'account-blocked')).headline).toBe('trouble.blocked');
    expect(wordsFor(refused(403, 'something-new')).headline).toBe('trouble.other');
  });
});
