import { ChangeDetectionStrategy, Component } from '@angular/core';

/** The shape of song rows while they are on their way. */
@Component({
  selector: 'ms-song-rows-waiting',
  template: `
    @for (row of rows; track row) {
      <div class="row">
        <div class="cover"></div>
        <div class="words">
          <div class="title"></div>
          <div class="facts"></div>
        </div>
      </div>
    }
  `,
  styles: `
    .row {
      display: flex;
      align-items: center;
      gap: 14px;
      block-size: 76px;
      padding: 8px;
      animation: breathe 1.4s ease-in-out infinite alternate;
    }
    .cover {
      inline-size: 60px;
      block-size: 60px;
      border-radius: 14px;
      background: var(--raised);
    }
    .words {
      display: grid;
      flex: 1;
      gap: 10px;
    }
    .title,
    .facts {
      block-size: 14px;
      inline-size: 62%;
      border-radius: 7px;
      background: var(--raised);
    }
    .facts {
      block-size: 10px;
      inline-size: 40%;
    }
    .row:nth-child(even) .title {
      inline-size: 48%;
    }
    @keyframes breathe {
      to {
        opacity: 0.45;
      }
    }
  `,
  host: { 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SongRowsWaiting {
  protected readonly rows = [1, 2, 3, 4, 5, 6];
}
