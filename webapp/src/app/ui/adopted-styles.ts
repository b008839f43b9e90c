import { DOCUMENT, inject, Injectable } from '@angular/core';
import { ɵSharedStylesHost as SharedStylesHost } from '@angular/platform-browser';

/**
 * Puts the styles of components into adopted style sheets instead of `<style>` elements. A policy of
 * `style-src 'self'` lets these through, so it needs no list of hashes and no nonce, which the service worker's
 * copy of the page could not renew.
 */
@Injectable()
export class AdoptedStyles extends SharedStylesHost {
  readonly #document = inject(DOCUMENT);
  readonly #sheets = new Map<string, { sheet: CSSStyleSheet; uses: number }>();

  override addStyles(styles: string[], urls?: string[]): void {
    super.addStyles([], urls);
    for (const style of styles) {
      const known = this.#sheets.get(style);
      if (known) known.uses++;
      else this.#sheets.set(style, { sheet: this.#adopt(style), uses: 1 });
    }
  }

  override removeStyles(styles: string[], urls?: string[]): void {
    super.removeStyles([], urls);
    for (const style of styles) {
      const known = this.#sheets.get(style);
      if (!known || --known.uses > 0) continue;
      this.#sheets.delete(style);
      this.#document.adoptedStyleSheets = this.#document.adoptedStyleSheets.filter(
        (one) => one !== known.sheet,
      );
    }
  }

  #adopt(style: string): CSSStyleSheet {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#document.adoptedStyleSheets = [...this.#document.adoptedStyleSheets, sheet];
    return sheet;
  }
}
