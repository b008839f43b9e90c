import { HttpEventType, HttpRequest, HttpXhrBackend } from '@angular/common/http';
import { EnvironmentInjector, inject, Injectable, runInInjectionContext } from '@angular/core';
import { filter, map, type Observable } from 'rxjs';

import type { Schemas } from '@app/api/api';
import { tellingProblems } from '@app/api/interceptors';
import { bearing } from '@app/session/bearing';

const ADDRESS = '/api/v1/audio/upload';

/** How far it is, 0 to 1, and in the end the song that it became. */
export type Sent = { readonly share: number } | { readonly song: Schemas['PersonsSong'] };

/**
 * Hands a recording over. `fetch` tells nothing of how far an upload is, so this goes by XMLHttpRequest, through the
 * same interceptors as all else. Unsubscribing takes it back. Fails with a `Problem`.
 */
@Injectable({ providedIn: 'root' })
export class Sending {
  readonly #backend = inject(HttpXhrBackend);
  readonly #injector = inject(EnvironmentInjector);

  send(file: File): Observable<Sent> {
    const body = new FormData();
    body.append('file', file);
    const request = new HttpRequest<unknown>('POST', ADDRESS, body, { reportProgress: true });
    const events = runInInjectionContext(this.#injector, () =>
      tellingProblems(request, (told) => bearing(told, (shown) => this.#backend.handle(shown))),
    );
    return events.pipe(
      map((event): Sent | null => {
        if (event.type === HttpEventType.UploadProgress)
          return { share: event.loaded / (event.total ?? file.size) };
        if (event.type === HttpEventType.Response) return { song: event.body as Schemas['PersonsSong'] };
        return null;
      }),
      filter((sent) => sent !== null),
    );
  }
}
