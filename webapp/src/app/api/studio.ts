import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { catchError, of } from 'rxjs';

import { Api } from './api';

/** What this installation offers. Null until it is known; what depends on it is not shown before. */
@Injectable({ providedIn: 'root' })
export class Studio {
  readonly info = toSignal(
    inject(Api)
      .get('/api/v1/system/info', {})
      .pipe(catchError(() => of(null))),
    { initialValue: null },
  );
}
