import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  output,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { catchError, EMPTY, exhaustMap, firstValueFrom, takeWhile, timer } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { type Problem, problemOf } from '@app/api/problem';
import { Studio } from '@app/api/studio';
import { Notices } from '@app/shell/notices';
import { chatsOf } from '@app/sign-in/chats';
import { CHATS } from '@app/sign-in/code-wish';
import { sentenceFor } from '@app/sign-in/troubles';
import { Words } from '@app/words/words';

type State = Schemas['LinkCodeState'];

const LOOK_EVERY_MS = 2_000;
const OPEN_STAGES = new Set<State['stage']>(['given', 'met', 'agreed']);

/** Joins a chat with this account: a code is sent in the chat, then both sides say yes. */
@Component({
  selector: 'ms-link-chat',
  imports: [MatButton],
  templateUrl: './link-chat.html',
  styleUrl: './card.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LinkChat {
  /** Chat and account are one. */
  readonly joined = output<void>();
  readonly left = output<void>();

  readonly #api = inject(Api);
  readonly #destroyed = inject(DestroyRef);
  readonly #notices = inject(Notices);
  readonly #words = inject(Words);
  readonly #studio = inject(Studio);
  protected readonly t = this.#words.t;

  protected readonly code = signal('');
  protected readonly isCopied = signal(false);
  protected readonly state = signal<State | null>(null);
  readonly #problem = signal<Problem | null>(null);
  protected readonly trouble = computed(() => sentenceFor(this.#problem(), this.#words));
  protected readonly text = computed(() => `link ${this.code()}`);
  protected readonly chats = computed(() => chatsOf(this.#studio.info(), this.text()));
  protected readonly other = computed(() => {
    const other = this.state()?.other;
    return other ? [other.name, CHATS[other.kind] ?? other.kind].filter(Boolean).join(', ') : '';
  });

  constructor() {
    void this.begin();
  }

  protected async begin(): Promise<void> {
    this.state.set(null);
    this.isCopied.set(false);
    await this.#try(async () => {
      const { code, ...state } = await firstValueFrom(this.#api.post('/api/v1/users/me/link-codes', {}));
      this.code.set(code);
      this.state.set(state);
      this.#follow(state.id);
    });
  }

  protected async answer(agrees: boolean): Promise<void> {
    const state = this.state();
    if (!state) return;
    await this.#try(async () => {
      const { result } = await firstValueFrom(
        this.#api.post('/api/v1/users/me/link-codes/{code_id}/answer', {
          path: { code_id: state.id },
          body: { agrees },
        }),
      );
      const stages = { waiting: 'agreed', linked: 'linked', refused: 'refused' } as const;
      this.#show({ ...state, stage: stages[result] });
    });
  }

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text());
      this.isCopied.set(true);
    } catch {
      // A browser that forbids it: the code can be read and typed.
    }
  }

  /** The chat's side changes while nobody touches this one. */
  #follow(id: string): void {
    const path = { code_id: id };
    timer(LOOK_EVERY_MS, LOOK_EVERY_MS)
      .pipe(
        takeWhile(() => this.state()?.id === id && OPEN_STAGES.has(this.state()?.stage ?? 'expired')),
        exhaustMap(() =>
          this.#api.get('/api/v1/users/me/link-codes/{code_id}', { path }).pipe(
            catchError((error: unknown) => {
              this.#problem.set(problemOf(error));
              return EMPTY; // asked again in a moment
            }),
          ),
        ),
        takeUntilDestroyed(this.#destroyed),
      )
      .subscribe((state) => {
        this.#problem.set(null);
        if (this.state()?.id === id) this.#show(state);
      });
  }

  #show(state: State): void {
    const was = this.state()?.stage;
    this.state.set(state);
    if (state.stage !== 'linked' || was === 'linked') return;
    void this.#notices.say(this.t('account.linked'));
    this.joined.emit();
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.#problem.set(null);
    try {
      await act();
    } catch (error) {
      this.#problem.set(problemOf(error));
    }
  }
}
