import { booleanAttribute, ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { User } from '@app/session/session';
import { gradientFor } from '@app/songs/cover';
import { Words } from '@app/words/words';

/** Somebody, by name and number, with colours of their own. */
@Component({
  selector: 'ms-person',
  template: `
    <span class="picture" aria-hidden="true" [style.background]="colours()"
      ><span>{{ initial() }}</span></span
    >
    <span class="words">
      @if (isHeading()) {
        <h1>
          <bdi>{{ name() }}</bdi>
        </h1>
      } @else {
        <span class="name"
          ><bdi>{{ name() }}</bdi></span
        >
      }
      @if (user().name && user().phone_number) {
        <bdi class="number figures" dir="ltr">{{ user().phone_number }}</bdi>
      }
    </span>
  `,
  styleUrl: './person.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Person {
  readonly user = input.required<User>();
  readonly isHeading = input(false, { transform: booleanAttribute });

  protected readonly t = inject(Words).t;
  protected readonly name = computed(
    () => this.user().name ?? this.user().phone_number ?? this.t('account.place'),
  );
  protected readonly initial = computed(() => [...(this.user().name ?? '♪')][0]?.toLocaleUpperCase());
  protected readonly colours = computed(() => gradientFor(this.user().id));
}
