import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';

import { problemOf, wordsFor } from '@app/api/problem';
import { Keeping } from '@app/offline/keeping';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { Words } from '@app/words/words';

import { Bringing } from './bringing';
import { Engine } from './engine';
import { Heard } from './heard';
import { forgetListening, kept, keepPlace, placeIn } from './kept';
import {
  advanced,
  inOrder,
  NOTHING,
  type Queue,
  type Repeat,
  shuffled,
  startedWith,
  steppedBack,
  type Track,
  without,
  withNext,
} from './queue';
import { chosenFrom, type Playable, playables, type Playback, type Version } from './versions';

const REPEATS: readonly Repeat[] = ['off', 'all', 'one'];
const KEEP_EVERY_SECONDS = 5;
const RESTART_SECONDS = 4;
const LINK_MARGIN_MS = 20_000;
const NOT_FOUND = 404;

/** What is playing: the queue, the song that is on, which version of it, and the hands on the controls. */
@Injectable({ providedIn: 'root' })
export class Player {
  readonly #engine = inject(Engine);
  readonly #bringing = inject(Bringing);
  readonly #heard = inject(Heard);
  readonly #keeping = inject(Keeping);
  readonly #session = inject(Session);
  readonly #notices = inject(Notices);
  readonly #t = inject(Words).t;

  readonly #queue = signal<Queue>(NOTHING);
  readonly #wanted = signal<Version>('whole');
  readonly #playback = signal<Playback | null>(null);
  readonly #isComing = signal(false);
  readonly #isBringing = signal(false);
  #file: Playable | null = null;
  #isSecondTry = false;
  #turn = 0;
  #keptAt = 0;

  readonly queue = this.#queue.asReadonly();
  readonly track = computed<Track | null>(() => this.#queue().tracks[this.#queue().at] ?? null);
  readonly isOn = computed(() => this.track() !== null);
  readonly playables = computed(() => {
    const playback = this.#playback();
    return playback ? playables(playback) : [];
  });
  readonly version = computed(() => chosenFrom(this.playables(), this.#wanted())?.version ?? this.#wanted());
  readonly peaks = computed(() => this.#playback()?.peaks ?? null);
  readonly credit = computed(() => this.#playback()?.credit ?? null);
  readonly position = this.#engine.position;
  readonly duration = computed(() => this.#engine.duration() || (this.#playback()?.duration ?? 0));
  /** Whether it plays, or will as soon as it can. */
  readonly isPlaying = computed(() => this.#engine.isPlaying() || this.#isComing());
  readonly isWaiting = computed(
    () => this.#isComing() || (this.#engine.isPlaying() && this.#engine.isWaiting()),
  );
  /** The studio has not got it yet, and is getting it. */
  readonly isBringing = this.#isBringing.asReadonly();
  readonly hasNext = computed(() => advanced(this.#queue(), true) !== null);

  constructor() {
    this.#engine.ended.pipe(takeUntilDestroyed()).subscribe(() => this.#goOn());
    this.#engine.failed.pipe(takeUntilDestroyed()).subscribe(() => void this.#reload());
    effect(() => this.#belongTo(this.#session.personId(), this.#session.isKnown()));
    effect(() => this.#follow(this.position(), this.duration()));
  }

  /** Play these songs from one of them on; the one that is on already goes on. */
  start(tracks: readonly Track[], at = 0, version?: Version): void {
    const isOnAlready = tracks[at]?.id === this.track()?.id && this.#file !== null;
    this.#change(startedWith(this.#queue(), tracks, at));
    if (version) this.#wanted.set(version);
    this.#keep();
    if (isOnAlready && (!version || this.#file?.version === version)) this.play();
    else void this.#load(true);
  }

  /** Hear another version from the same place on. */
  hear(version: Version): void {
    this.#wanted.set(version);
    this.#keep();
    const next = chosenFrom(this.playables(), version);
    if (!next || next === this.#file) return;
    const stretch = (this.#file?.tempo ?? 1) / next.tempo;
    this.#put(next, this.position() * stretch, this.isPlaying());
  }

  /** To be called from a tap: browsers let no page begin by itself. */
  play(): void {
    const ends = this.#file ? Date.parse(this.#file.file.expires_at) : 0;
    if (this.#file === null) void this.#load(true);
    else if (ends < Date.now() + LINK_MARGIN_MS) void this.#reload(true);
    else void this.#engine.play();
  }

  pause(): void {
    this.#isComing.set(false);
    this.#engine.pause();
    this.#keepPlace();
  }

  toggle(): void {
    if (this.isPlaying()) this.pause();
    else this.play();
  }

  next(): void {
    this.#move(advanced(this.#queue(), true));
  }

  /** A few seconds into a song, to its beginning; before, to the one before. */
  previous(): void {
    const before = this.position() > RESTART_SECONDS ? null : steppedBack(this.#queue());
    if (before) this.#move(before);
    else this.seek(0);
  }

  jumpTo(index: number): void {
    this.#move({ ...this.#queue(), at: index });
  }

  seek(seconds: number): void {
    this.#engine.seek(seconds);
  }

  takeOut(index: number): void {
    this.#change(without(this.#queue(), index));
  }

  playNext(track: Track): void {
    const wasOn = this.isOn();
    this.#change(withNext(this.#queue(), track));
    if (!wasOn) void this.#load(true);
  }

  shuffle(): void {
    this.#change(this.#queue().before ? inOrder(this.#queue()) : shuffled(this.#queue()));
  }

  repeat(): void {
    const repeat = REPEATS[(REPEATS.indexOf(this.#queue().repeat) + 1) % REPEATS.length] ?? 'off';
    this.#change({ ...this.#queue(), repeat });
  }

  /** What was made of this song meanwhile can be heard from now on. */
  async refresh(songId: string): Promise<void> {
    if (this.track()?.id !== songId) return;
    const playback = await this.#bringing.playback(songId).catch((error: unknown) => {
      if (problemOf(error).status === NOT_FOUND) void this.#keeping.letGo(songId); // nor may it stay here
      return null;
    });
    if (!playback) return;
    this.#keeping.follow(songId, playback);
    if (this.track()?.id === songId) this.#playback.set(playback);
  }

  #move(queue: Queue | null): void {
    if (queue === null) return;
    this.#keepPlace();
    this.#change(queue);
    void this.#load(true);
  }

  #goOn(): void {
    const songId = this.track()?.id;
    if (songId) keepPlace(songId, 0, 0);
    const next = advanced(this.#queue(), false);
    if (next === this.#queue() && songId) {
      this.#heard.begin(songId);
      this.seek(0);
      this.play();
    } else {
      this.#move(next);
    }
  }

  #change(queue: Queue): void {
    this.#queue.set(queue);
    this.#keep();
  }

  async #load(isWanted: boolean): Promise<void> {
    const track = this.track();
    if (track === null) return;
    const turn = ++this.#turn; // a tap on Play may come while the song that waits is still being found
    const isOver = () => turn !== this.#turn || this.track() !== track;
    this.#engine.unload();
    this.#file = null;
    this.#playback.set(null);
    this.#isComing.set(isWanted);
    try {
      const kept = await this.#bringing.kept(track.id);
      const found = kept ?? (await this.#bringing.playback(track.id));
      const playback = playables(found).length || !isWanted ? found : await this.#bring(track);
      if (isOver()) return;
      this.#playback.set(playback);
      const file = chosenFrom(this.playables(), this.#wanted());
      this.#heard.begin(track.id);
      this.#isSecondTry = false;
      if (file) this.#put(file, placeIn(track.id), this.#isComing());
      this.#isComing.set(false);
      if (kept && navigator.onLine) void this.refresh(track.id);
    } catch (error) {
      if (isOver()) return;
      this.#isComing.set(false);
      if (isWanted) this.#complain(track, error);
    }
  }

  async #bring(track: Track): Promise<Playback> {
    this.#isBringing.set(true);
    try {
      return await this.#bringing.bring(track.id);
    } finally {
      this.#isBringing.set(false);
    }
  }

  /** The link has ended, or the network broke: once more with a fresh one, from the same place on. */
  async #reload(isWanted = this.isPlaying()): Promise<void> {
    const track = this.track();
    if (track === null) return;
    const place = this.position();
    if (this.#isSecondTry) return this.#complain(track, null);
    this.#isSecondTry = true;
    this.#isComing.set(isWanted);
    try {
      const playback = await this.#bringing.playback(track.id);
      if (this.track() !== track) return;
      this.#playback.set(playback);
      const file = chosenFrom(this.playables(), this.#wanted());
      if (file) this.#put(file, place, isWanted);
    } catch (error) {
      if (this.track() === track) this.#complain(track, error);
    } finally {
      this.#isComing.set(false);
    }
  }

  #put(file: Playable, from: number, isWanted: boolean): void {
    this.#file = file;
    this.#engine.load(file.file.url, from);
    if (isWanted) void this.#engine.play();
  }

  #complain(track: Track, error: unknown): void {
    this.#file = null; // the next tap on Play begins anew
    this.#engine.pause();
    const { headline } = wordsFor(problemOf(error));
    void this.#notices.say(`${this.#t('listen.failed', { title: track.title })} ${this.#t(headline)}`);
  }

  #follow(position: number, duration: number): void {
    if (!this.#engine.isPlaying()) return;
    this.#heard.reached(position, duration);
    if (this.#engine.isWaiting()) return;
    if (position > 1) this.#isSecondTry = false;
    if (Math.abs(position - this.#keptAt) >= KEEP_EVERY_SECONDS) this.#keepPlace();
  }

  #keepPlace(): void {
    const track = untracked(this.track);
    this.#keptAt = untracked(this.position);
    if (track && this.#file) keepPlace(track.id, this.#keptAt, untracked(this.duration));
  }

  #keep(): void {
    const person = untracked(this.#session.personId);
    if (person) kept.write({ person, queue: untracked(this.#queue), version: untracked(this.#wanted) });
  }

  /** Somebody came back: what they heard last waits for them. Somebody left: nothing of theirs stays. */
  #belongTo(person: string | null, isKnown: boolean): void {
    untracked(() => {
      const { person: owner, queue, version } = kept.read();
      if (person !== null && owner === person) {
        if (this.isOn() || !isKnown) return;
        this.#queue.set(queue);
        this.#wanted.set(version);
        void this.#load(false);
      } else if (isKnown && owner) {
        this.#engine.unload();
        this.#file = null;
        this.#playback.set(null);
        this.#queue.set(NOTHING);
        forgetListening();
      }
    });
  }
}
