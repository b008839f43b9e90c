// Generated from /openapi.json by `npm run api`. Not to be edited.

export interface paths {
    "/api/v1/audio/conversion-status/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversion Status
         * @description How a job stands: its progress, its place in the queue, the seconds left, and in the end its file.
         */
        get: operations["audio-conversion_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audio/conversions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversions
         * @description What the person asked for, here and in their chats, the newest first.
         */
        get: operations["audio-conversions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audio/conversions/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel
         * @description No longer want it; one that is cancelled already stays so. Errors: `job-over` when it is finished.
         */
        delete: operations["audio-cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audio/convert-to-instrumental": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Convert
         * @description Have something made of one song, or of up to fifty at once: all of them, or none where one can't be.
         *
         *     What was made before is completed at once. What the person is having made already is not made twice: its
         *     job is answered. Errors: `not-found`, `audio-not-offered`, `too-long`, `too-busy`, each with the `song_id`
         *     that it is about; `idempotency-key-reused` for a key that stood for another request.
         */
        post: operations["audio-convert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audio/songs/{song_id}/playback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Playback
         * @description What can be heard of a song now, by links that work for half an hour; ask again for fresh ones.
         *
         *     Of a song of all or of the person's own; others' recordings are not found.
         */
        get: operations["audio-playback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audio/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload
         * @description Hand over a recording, at most 200 MB: it is in the person's library, and nobody else's.
         *
         *     The same bytes once more are the same song. Errors: `too-large`, `too-long`, `not-audio`, `empty`,
         *     `damaged`, `unsupported-format`, and `too-busy` for more than three uploads at once.
         */
        post: operations["audio-upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a link
         * @description Sign in by a link from a private chat, after the person has tapped "Continue as …".
         *
         *     It works once and for ten minutes, and the chat is told. Errors: `sign-in-link`; `someone-else-signed-in`
         *     leaves the link good; `forbidden` for another site's page.
         */
        post: operations["auth-by_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/link/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at a sign-in link
         * @description Who a link would sign in. Nothing is used up. Errors: `sign-in-link`.
         */
        post: operations["auth-preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Sign out here, or everywhere. Signing out when nobody is signed in is no error.
         *
         *     Whose session it is tells the access token, the cookie, or with `?client=native` the refresh token in the
         *     body. Errors: `forbidden` for another site's page.
         */
        post: operations["auth-logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stay signed in
         * @description A fresh access token, and the refresh token's successor: each is good once.
         *
         *     Two that come within 30 seconds with the same token get the same successor. Later than that a used token
         *     is a copy, and its session ends. Browsers send their cookie with `X-XSRF-TOKEN`; with `?client=native`
         *     the token is in the body. Errors: `sign-in-needed`, `forbidden` for another site's page.
         */
        post: operations["auth-refresh_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/request-otp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a sign-in code
         * @description Have six digits sent to a phone. Nothing tells whether the number is known here.
         *
         *     Errors: `phone-number`, `phone-sign-in-off`, `otp-too-often` (with `Retry-After`), `forbidden` for pages
         *     of other sites.
         */
        post: operations["auth-request_otp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description Who is signed in with this browser, by its cookie; no error when nobody is.
         *
         *     Nothing is used up, so any number of tabs may ask. With an access token it says whose that is. Errors:
         *     `sign-in-needed` and `token-expired` for a token that is no good.
         */
        get: operations["auth-session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/telegram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in as a Telegram Mini App
         * @description Sign in whoever opened the Mini App; the account is made at the first time.
         *
         *     Errors: `mini-app` for what Telegram did not sign for our bot within the last hour,
         *     `telegram-sign-in-off`, `forbidden` for another site's page.
         */
        post: operations["auth-by_mini_app"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/verify-otp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a code
         * @description Name the code: its number's account is signed in, a new one where there is none.
         *
         *     With an access token the number is added to that account instead. A number that another account had moves
         *     alone: what that account holds stays there.
         *
         *     Errors: `otp-wrong` (with `tries_left`), `otp-too-many`, `otp-expired` (used, too old, or never asked
         *     for), `forbidden` for pages of other sites; with an access token that is no good `sign-in-needed`,
         *     `token-expired`.
         */
        post: operations["auth-verify_otp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Library
         * @description The person's songs, a page at a time. A cursor is good for the order that it came with.
         *
         *     Errors: `invalid`, also for a cursor of another order.
         */
        get: operations["library-library"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{song_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Library Item
         * @description One song of the library. Errors: `not-found` where it is not in there.
         */
        get: operations["library-library_item"];
        /**
         * Save
         * @description Keep a song in the library, or with `saved: false` keep it no longer on purpose. 200 where it stood so
         *     before. Errors: `not-found`, also for recordings of others.
         */
        put: operations["library-save"];
        post?: never;
        /**
         * Remove
         * @description Take a song out for good, with what was made of it; audio that nobody else has is deleted.
         *
         *     Errors: `still-making` while something is being made of it, `not-found` where it is not in the library.
         */
        delete: operations["library-remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{song_id}/plays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Play
         * @description Tell that the song was heard; from now on it is in the library.
         *
         *     A client that was offline tells later, with `played_at`; with a `play_id` it may tell of it as often as it
         *     takes to get through.
         */
        post: operations["library-play"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/music/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Songs by name, from the operator's catalogue and every configured source, one item a song.
         *
         *     Answers within 1.5 seconds with what has arrived; `partial` tells whether some source is missing. Errors:
         *     `empty-query`, `query-too-long`, `unknown-source`, `invalid`.
         */
        get: operations["music-search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/music/track/{song_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One song
         * @description One song. Recordings that people sent are nobody else's business: they are not found here.
         */
        get: operations["music-track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/music/track/{song_id}/cover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cover
         * @description A song's cover, square, as WebP. Of a recording that somebody sent only for them, signed in.
         *
         *     Errors: `not-found` also where the song has none.
         */
        get: operations["music-cover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/music/trending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is heard most
         * @description What is played, saved and converted most here, joined with the charts of the sources.
         */
        get: operations["music-trending"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/playlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Playlists
         * @description All playlists of the person; there are never more than 20.
         */
        get: operations["playlists-playlists"];
        put?: never;
        /**
         * Make
         * @description A new playlist, empty so far. Errors: `too-many-playlists`.
         */
        post: operations["playlists-make"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/playlists/{playlist_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Playlist
         * @description A playlist with its songs, never more than 200, in their order.
         */
        get: operations["playlists-playlist"];
        put?: never;
        post?: never;
        /**
         * Delete
         * @description Delete a playlist; its songs stay in the library.
         */
        delete: operations["playlists-delete"];
        options?: never;
        head?: never;
        /**
         * Rename
         * @description Give a playlist another name.
         */
        patch: operations["playlists-rename"];
        trace?: never;
    };
    "/api/v1/playlists/{playlist_id}/songs/{song_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put Song
         * @description Put a song into a playlist, once, or move it to another place in it. Errors: `playlist-full`.
         */
        put: operations["playlists-put_song"];
        post?: never;
        /**
         * Take Song Out
         * @description Take a song out of a playlist; it stays in the library.
         */
        delete: operations["playlists-take_song_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is it up?
         * @description This process is up; says nothing about what it needs.
         */
        get: operations["system-health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public configuration
         * @description What a player shows and offers here: ways to sign in, links to the chats, languages, limits.
         */
        get: operations["system-info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Does everything answer?
         * @description Whether a song sent now would come back: 503 while any dependency does not answer.
         */
        get: operations["system-ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My account
         * @description Name, phone number and preferences.
         */
        get: operations["account-look"];
        put?: never;
        post?: never;
        /**
         * Delete my account
         * @description Delete the account and everything that belongs to it alone, within a minute, for good.
         *
         *     Every session ends at once, this one too. Who has a chat with us is told there when it is done.
         */
        delete: operations["account-leave"];
        options?: never;
        head?: never;
        /**
         * Change my account
         * @description Change the name and preferences, in the chats too. What is left out stays, null takes a choice back.
         */
        patch: operations["account-change"];
        trace?: never;
    };
    "/api/v1/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take everything away
         * @description A zip archive: everything that is kept about this person as JSON, their own recordings, and what was
         *     made of those.
         */
        get: operations["account-export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My ways in
         * @description By what this account can be signed in to: the phone number and the chats.
         */
        get: operations["account-identities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/identities/{identity_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a way in away
         * @description Take a way in away. The account and everything in it stay; that chat begins anew.
         *
         *     Other sessions that were opened by that kind of way end, this one does not. Errors: `last-way-in`.
         */
        delete: operations["account-unlink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/link-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A code to link a chat
         * @description A code to type into a private chat with the bot; it is good for ten minutes, and earlier ones are over.
         *
         *     When it was typed, this session and the chat both have to say yes: then the two accounts are one.
         */
        post: operations["account-ask_for_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/link-codes/{code_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a code got
         * @description How far a code of this session got; to be asked every few seconds. Errors: `link-code`.
         */
        get: operations["account-look_at_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/link-codes/{code_id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link a chat, or not
         * @description Whether the chat where the code was typed is the same person's. Errors: `link-code`.
         */
        post: operations["account-answer_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/push-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Browsers that are told
         * @description The person's subscriptions, in all of their browsers. Endpoints and keys are not shown again.
         */
        get: operations["account-subscriptions"];
        put?: never;
        /**
         * Tell this browser
         * @description Tell the person in this browser until they sign out there.
         *
         *     Subscribe with `system/info`'s `vapid_public_key`. Once more with the same endpoint changes nothing; one
         *     that was another person's is this person's now. Errors: `push-off`, `push-subscription`.
         */
        post: operations["account-tell_here"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/push-subscriptions/{subscription_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Tell that browser no more
         * @description Tell the person in that browser no more. Errors: `not-found`, for other people's too.
         */
        delete: operations["account-tell_no_more"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{expires}/{signature}/{sha256}/{file_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stored file
         * @description A stored file; the link is the ticket.
         */
        get: operations["files-read_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/telegram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An update from Telegram
         * @description Store one update of the Bot API (core.telegram.org/bots/api#update); the answer asks for nothing.
         */
        post: operations["webhooks-receive_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/whatsapp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A message from WhatsApp
         * @description Store one message that a person sent (twilio.com/docs/messaging/guides/webhook-request).
         */
        post: operations["webhooks-receive_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/whatsapp/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What became of a message
         * @description Record what became of a message of ours; what is told twice or late changes nothing.
         */
        post: operations["webhooks-receive_status"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AudioFile
         * @description A file behind a signed link, which works without sign-in until `expires_at`.
         */
        AudioFile: {
            /**
             * Duration
             * @description Seconds
             */
            duration: number | null;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Media Type */
            media_type: string;
            /**
             * Size
             * @description Bytes
             */
            size: number;
            /**
             * Url
             * @description A path at this server, or an address at its cache; takes Range
             */
            url: string;
        };
        /**
         * AudioFormat
         * @description Formats a rendition is made in; the value is also the file's extension.
         * @enum {string}
         */
        AudioFormat: "m4a" | "mp3";
        /**
         * CodeOnItsWay
         * @description The same for every number, whether somebody has it here or not.
         * @example {
         *       "expires_in": 300,
         *       "request_id": "0a0f2d6c-7c55-4c1e-9f0e-3f6f2b8f5f10",
         *       "resend_after": 60
         *     }
         */
        CodeOnItsWay: {
            /**
             * Expires In
             * @description Seconds that the code is good for
             * @default 300
             */
            expires_in: number;
            /**
             * Request Id
             * Format: uuid
             * @description The code is good with this alone; keep it secret
             */
            request_id: string;
            /**
             * Resend After
             * @description Seconds until another code may be asked for
             * @default 60
             */
            resend_after: number;
        };
        /**
         * CodeTyped
         * @example {
         *       "otp": "048392",
         *       "request_id": "0a0f2d6c-7c55-4c1e-9f0e-3f6f2b8f5f10"
         *     }
         */
        CodeTyped: {
            /**
             * Otp
             * @description The six digits; anything between them is passed over
             */
            otp: string;
            /**
             * Request Id
             * Format: uuid
             */
            request_id: string;
        };
        /**
         * CodeWish
         * @description Whose phone a code is to go to.
         * @example {
         *       "phone_number": "+919812345678"
         *     }
         */
        CodeWish: {
            /**
             * Channel
             * @description A chat gets the code only if its person has proved this number there within 30 days; else nothing comes. A text message always may be asked for
             * @default sms
             * @enum {string}
             */
            channel: "sms" | "telegram" | "whatsapp";
            /**
             * Phone Number
             * @description As people type it. Without the code of a country it is an Indian number
             */
            phone_number: string;
        };
        /**
         * ConversionWish
         * @description What is to be made of one song, or of several. What is left out is as the person's preferences say.
         * @example {
         *       "guide_vocal": 20,
         *       "key": 2,
         *       "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *       "stems": "instrumental"
         *     }
         */
        ConversionWish: {
            /**
             * Engine
             * @description Who takes the voice out, of `engines` in `system/info`; without it the first of them
             */
            engine?: string | null;
            format?: components["schemas"]["AudioFormat"] | null;
            /** Guide Vocal */
            guide_vocal?: number | null;
            /** Key */
            key?: number | null;
            quality?: components["schemas"]["Quality"] | null;
            /** Song Id */
            song_id?: string | null;
            /**
             * Song Ids
             * @description Instead of `song_id`: up to 50 songs at once
             */
            song_ids?: string[] | null;
            /**
             * Stems
             * @description `both` makes two jobs a song. `mix` separates nothing: it brings the recording itself here, in a format that every browser plays. `sing` puts music and voice beside each other into one file of four channels for the player, where voice, key and tempo are chosen while it plays
             */
            stems?: ("instrumental" | "vocals" | "both" | "mix" | "sing") | null;
            /** Tempo */
            tempo?: number | null;
        };
        /** Health */
        Health: {
            /**
             * Status
             * @default up
             * @constant
             */
            status: "up";
        };
        /** Identities */
        Identities: {
            /** Items */
            items: components["schemas"]["Identity"][];
        };
        /**
         * Identity
         * @description One way into the account.
         * @example {
         *       "id": "9a0d1c0e-7c56-4a0b-9d57-64c2d3a0f5b1",
         *       "kind": "telegram",
         *       "last_seen_at": "2026-11-23T08:15:00Z",
         *       "name": "Asha"
         *     }
         */
        Identity: {
            /**
             * Id
             * @description For `DELETE users/me/identities/{id}`; of the phone number it is `phone`
             */
            id: string;
            /**
             * Kind
             * @description `phone`, or the messenger: `telegram`, `whatsapp`, `console`
             */
            kind: string;
            /**
             * Last Seen At
             * @description When they last wrote there; null for a phone number
             */
            last_seen_at: string | null;
            /**
             * Name
             * @description The messenger's name for the person; the end of a phone number
             */
            name: string | null;
        };
        /** InitData */
        InitData: {
            /**
             * Init Data
             * Format: password
             * @description `Telegram.WebApp.initData`, as it is; good for an hour
             */
            init_data: string;
        };
        /** InvalidField */
        InvalidField: {
            /** Field */
            field: string;
            /** Reason */
            reason: string;
        };
        /**
         * Job
         * @description One file that is made, or was.
         * @example {
         *       "artist": "Arijit Singh",
         *       "created_at": "2026-11-23T08:15:00Z",
         *       "estimated_time": 5,
         *       "format": "m4a",
         *       "guide_vocal": 20,
         *       "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
         *       "key": 2,
         *       "place": 0,
         *       "progress": 42,
         *       "quality": "best",
         *       "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *       "started_at": "2026-11-23T08:15:01Z",
         *       "status": "processing",
         *       "stem": "instrumental",
         *       "tempo": 1,
         *       "title": "तुम ही हो"
         *     }
         */
        Job: {
            /** Artist */
            artist: string | null;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why it failed; of a cancelled one `already-making` where it became part of another */
            error: components["schemas"]["JobError"] | null;
            /**
             * Estimated Time
             * @description Seconds left, about; 0 when it is over
             */
            estimated_time: number;
            format: components["schemas"]["AudioFormat"];
            /**
             * Guide Vocal
             * @description Per cent of the voice in the instrumental
             */
            guide_vocal: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Key
             * @description Semitones
             */
            key: number;
            /**
             * Note
             * @description `other-engine`: the one that was to make it is away, and another one stepped in
             */
            note: "other-engine" | null;
            /**
             * Place
             * @description How many are ahead in the queue
             */
            place: number;
            /**
             * Progress
             * @description Per cent
             */
            progress: number;
            quality: components["schemas"]["Quality"];
            /** @description Once it is completed */
            result: components["schemas"]["AudioFile"] | null;
            /**
             * Song Id
             * @description Null while what was sent to a chat is being fetched
             */
            song_id: string | null;
            /** Started At */
            started_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "processing" | "completed" | "failed" | "cancelled";
            stem: components["schemas"]["Stem"];
            /** Tempo */
            tempo: number;
            /** Title */
            title: string;
        };
        /**
         * JobError
         * @description Why a job failed.
         */
        JobError: {
            /**
             * Code
             * @description For programs: `damaged`, `too-long`, `unavailable` …
             */
            code: string;
            /**
             * Detail
             * @description In English
             */
            detail: string;
        };
        /**
         * Jobs
         * @description One page of jobs, the newest first.
         * @example {
         *       "items": [
         *         {
         *           "artist": "Arijit Singh",
         *           "created_at": "2026-11-23T08:15:00Z",
         *           "estimated_time": 5,
         *           "format": "m4a",
         *           "guide_vocal": 20,
         *           "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
         *           "key": 2,
         *           "place": 0,
         *           "progress": 42,
         *           "quality": "best",
         *           "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *           "started_at": "2026-11-23T08:15:01Z",
         *           "status": "processing",
         *           "stem": "instrumental",
         *           "tempo": 1,
         *           "title": "तुम ही हो"
         *         }
         *       ]
         *     }
         */
        Jobs: {
            /** Items */
            items: components["schemas"]["Job"][];
            /**
             * Next Cursor
             * @description For the next page; null on the last one
             */
            next_cursor: string | null;
        };
        /** Language */
        Language: {
            /**
             * Code
             * @description ISO 639
             */
            code: string;
            /**
             * Name
             * @description In its own words
             */
            name: string;
        };
        /**
         * LibraryItem
         * @description A song and how it stands in the person's library.
         * @example {
         *       "added_at": "2026-11-20T18:04:11.120934Z",
         *       "has_instrumental": true,
         *       "instrumental_status": "completed",
         *       "last_played_at": "2026-11-22T06:30:00Z",
         *       "play_count": 3,
         *       "saved": true,
         *       "song": {
         *         "album": "Aashiqui 2",
         *         "artist": "Arijit Singh",
         *         "can_fetch": true,
         *         "duration": 262,
         *         "explicit": false,
         *         "external_ids": {
         *           "isrc": "INS181300050",
         *           "spotify": "4abXYZ"
         *         },
         *         "genre": [
         *           "filmi"
         *         ],
         *         "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *         "is_private": false,
         *         "language": "hi",
         *         "popularity": 81,
         *         "release_year": 2013,
         *         "sources": [
         *           {
         *             "label": "Own collection",
         *             "source": "local"
         *           },
         *           {
         *             "label": "Spotify",
         *             "source": "spotify",
         *             "url": "https://open.spotify.com/track/4abXYZ"
         *           }
         *         ],
         *         "title": "तुम ही हो"
         *       },
         *       "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81"
         *     }
         */
        LibraryItem: {
            /**
             * Added At
             * @description Null where it is not in the library
             */
            added_at: string | null;
            /**
             * Has Instrumental
             * @description One was made, and `playback` leads to it
             */
            has_instrumental: boolean;
            /**
             * Instrumental Status
             * @description How the newest one stands
             * @enum {string}
             */
            instrumental_status: "none" | "pending" | "processing" | "completed" | "failed";
            /** Last Played At */
            last_played_at: string | null;
            /** Play Count */
            play_count: number;
            /**
             * Saved
             * @description Kept on purpose; what was only heard or converted is in the library too
             */
            saved: boolean;
            song: components["schemas"]["PersonsSong"];
            /**
             * Song Id
             * Format: uuid
             */
            song_id: string;
        };
        /**
         * LibraryItems
         * @description One page of the library.
         * @example {
         *       "items": [
         *         {
         *           "added_at": "2026-11-20T18:04:11.120934Z",
         *           "has_instrumental": true,
         *           "instrumental_status": "completed",
         *           "last_played_at": "2026-11-22T06:30:00Z",
         *           "play_count": 3,
         *           "saved": true,
         *           "song": {
         *             "album": "Aashiqui 2",
         *             "artist": "Arijit Singh",
         *             "can_fetch": true,
         *             "duration": 262,
         *             "explicit": false,
         *             "external_ids": {
         *               "isrc": "INS181300050",
         *               "spotify": "4abXYZ"
         *             },
         *             "genre": [
         *               "filmi"
         *             ],
         *             "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *             "is_private": false,
         *             "language": "hi",
         *             "popularity": 81,
         *             "release_year": 2013,
         *             "sources": [
         *               {
         *                 "label": "Own collection",
         *                 "source": "local"
         *               },
         *               {
         *                 "label": "Spotify",
         *                 "source": "spotify",
         *                 "url": "https://open.spotify.com/track/4abXYZ"
         *               }
         *             ],
         *             "title": "तुम ही हो"
         *           },
         *           "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81"
         *         }
         *       ],
         *       "next_cursor": "WyJ1c2VkIiwgIjIwMjYtMTEtMjIiXQ"
         *     }
         */
        LibraryItems: {
            /** Items */
            items: components["schemas"]["LibraryItem"][];
            /**
             * Next Cursor
             * @description For the next page; null on the last one. While `q` searches, a page may be short or empty though another one follows
             */
            next_cursor: string | null;
        };
        /**
         * LibraryShelf
         * @enum {string}
         */
        LibraryShelf: "recent" | "saved" | "conversions";
        /** LinkAnswer */
        LinkAnswer: {
            /**
             * Agrees
             * @description Whether both accounts belong to the same person and become one
             */
            agrees: boolean;
        };
        /**
         * LinkCode
         * @description A fresh code, shown this once.
         */
        LinkCode: {
            /**
             * Code
             * @description To be typed into a private chat with the bot
             * @example K7QM-2XPA
             */
            code: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** @description Null until the code was typed */
            other: components["schemas"]["OtherSide"] | null;
            /** @description `given`: type it into the chat. `met`: it was typed; answer whether `other` is you. `agreed`: the chat has to answer. `linked`: one account. `refused`, `expired`: ask for a new code */
            stage: components["schemas"]["Stage"];
        };
        /**
         * LinkCodeState
         * @description How far a code got.
         */
        LinkCodeState: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** @description Null until the code was typed */
            other: components["schemas"]["OtherSide"] | null;
            /** @description `given`: type it into the chat. `met`: it was typed; answer whether `other` is you. `agreed`: the chat has to answer. `linked`: one account. `refused`, `expired`: ask for a new code */
            stage: components["schemas"]["Stage"];
        };
        /**
         * LinkOffer
         * @description Who would be signed in: for "Continue as …".
         */
        LinkOffer: {
            /**
             * Kind
             * @description The messenger where the link was asked for
             */
            kind: string;
            /**
             * Name
             * @description What the messenger calls them
             */
            name: string | null;
            /**
             * Signed In As
             * @description Who is signed in with this browser; with `other` the link would be refused
             * @enum {string}
             */
            signed_in_as: "nobody" | "same" | "other";
        };
        /** LinkOutcome */
        LinkOutcome: {
            /**
             * Result
             * @description `waiting`: the chat has not answered yet
             * @enum {string}
             */
            result: "waiting" | "linked" | "refused";
        };
        /** LinkToken */
        LinkToken: {
            /**
             * Token
             * Format: password
             * @description What stands behind the `#` of the link
             */
            token: string;
        };
        /**
         * NativeSignedIn
         * @description With `?client=native`: the refresh token is here and in no cookie.
         */
        NativeSignedIn: {
            /**
             * Access Token
             * @description Goes into `Authorization: Bearer …`
             */
            access_token: string;
            /**
             * Expires In
             * @description Seconds that the access token is good for
             * @default 900
             */
            expires_in: number;
            /**
             * Refresh Token
             * @description Good once, for `POST auth/refresh-token`; keep it secret
             */
            refresh_token: string;
            /**
             * Token Type
             * @default bearer
             * @constant
             */
            token_type: "bearer";
            user: components["schemas"]["UserItem"];
        };
        /**
         * NewSubscription
         * @description What `PushSubscription.toJSON()` says.
         * @example {
         *       "endpoint": "https://fcm.googleapis.com/fcm/send/dpH5lCsTSSM:APA91b",
         *       "keys": {
         *         "auth": "tBHItJI5svbpez7KI4CCXg",
         *         "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
         *       }
         *     }
         */
        NewSubscription: {
            /**
             * Endpoint
             * @description Of a known browser maker's push service
             */
            endpoint: string;
            keys: components["schemas"]["PushKeys"];
        };
        /**
         * OtherSide
         * @description The chat where the code was typed.
         */
        OtherSide: {
            /**
             * Kind
             * @description The messenger
             */
            kind: string;
            /**
             * Name
             * @description What it calls the person there
             */
            name: string | null;
        };
        /**
         * PersonsSong
         * @description A song that this person may see: one of all, or a recording of their own.
         * @example {
         *       "album": "Aashiqui 2",
         *       "artist": "Arijit Singh",
         *       "can_fetch": true,
         *       "duration": 262,
         *       "explicit": false,
         *       "external_ids": {
         *         "isrc": "INS181300050",
         *         "spotify": "4abXYZ"
         *       },
         *       "genre": [
         *         "filmi"
         *       ],
         *       "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *       "is_private": false,
         *       "language": "hi",
         *       "popularity": 81,
         *       "release_year": 2013,
         *       "sources": [
         *         {
         *           "label": "Own collection",
         *           "source": "local"
         *         },
         *         {
         *           "label": "Spotify",
         *           "source": "spotify",
         *           "url": "https://open.spotify.com/track/4abXYZ"
         *         }
         *       ],
         *       "title": "तुम ही हो"
         *     }
         */
        PersonsSong: {
            /** Album */
            album: string | null;
            /**
             * Artist
             * @description Empty where nobody knows
             */
            artist: string;
            /**
             * Can Fetch
             * @description It can be played and converted at once; else somebody has to send it
             */
            can_fetch: boolean;
            /**
             * Duration
             * @description Seconds
             */
            duration: number | null;
            /** Explicit */
            explicit: boolean;
            /**
             * External Ids
             * @description Its ids elsewhere, by source; `isrc` among them
             */
            external_ids: {
                [key: string]: string;
            };
            /** Genre */
            genre: string[];
            /**
             * Id
             * Format: uuid
             * @description Stays for good
             */
            id: string;
            /**
             * Is Private
             * @description A recording that the person sent; nobody else sees it
             */
            is_private: boolean;
            /**
             * Language
             * @description ISO 639 code
             */
            language: string | null;
            /**
             * Licence
             * @description Under which its audio is offered, e.g. `by-sa`
             */
            licence: string | null;
            /** Licence Url */
            licence_url: string | null;
            /**
             * Popularity
             * @description 0 to 100
             */
            popularity: number;
            /** Release Year */
            release_year: number | null;
            /** Sources */
            sources: components["schemas"]["SongListing"][];
            /** Thumbnail Url */
            thumbnail_url: string | null;
            /** Title */
            title: string;
        };
        /** PlaceInPlaylist */
        PlaceInPlaylist: {
            /**
             * Position
             * @description 0 is the first. Without it a new song goes to the end and an old one stays where it is
             */
            position?: number | null;
        };
        /**
         * Play
         * @description A play, told at once or later.
         * @example {
         *       "play_id": "1d8f7f4e-52c4-4c8b-8d7d-4a9d3d1f0b6e",
         *       "played_at": "2026-11-22T06:30:00Z"
         *     }
         */
        Play: {
            /**
             * Play Id
             * @description The client's name for it: told of twice within 30 days, it counts once
             */
            play_id?: string | null;
            /**
             * Played At
             * @description Where it was earlier than now
             */
            played_at?: string | null;
        };
        /**
         * PlayableRendition
         * @description Something that was made of the song for this person.
         */
        PlayableRendition: {
            file: components["schemas"]["AudioFile"];
            format: components["schemas"]["AudioFormat"];
            /**
             * Guide Vocal
             * @description Per cent of the voice in the instrumental
             */
            guide_vocal: number;
            /**
             * Key
             * @description Semitones
             */
            key: number;
            quality: components["schemas"]["Quality"];
            /** @description Of stem `sing`, which is music and voice in one file and not to be played as it is */
            segments: components["schemas"]["Segments"] | null;
            stem: components["schemas"]["Stem"];
            /** Tempo */
            tempo: number;
        };
        /**
         * Playback
         * @description All that a player needs for a song.
         */
        Playback: {
            /** Artist */
            artist: string;
            /** @description Null where no licence asks for one */
            credit: components["schemas"]["SongCredit"] | null;
            /**
             * Duration
             * @description Seconds
             */
            duration: number | null;
            /** Is Private */
            is_private: boolean;
            /** @description The recording itself; null where it is not here yet, or may not be handed out. A media type `application/octet-stream` is one that browsers do not play. In both cases a conversion with stems `mix` brings one that they do */
            original: components["schemas"]["AudioFile"] | null;
            /**
             * Peaks
             * @description Waveform: up to 1,000 values 0 to 255; null until the recording was decoded once
             */
            peaks: number[] | null;
            /**
             * Renditions
             * @description What is ready, the newest first
             */
            renditions: components["schemas"]["PlayableRendition"][];
            /**
             * Song Id
             * Format: uuid
             */
            song_id: string;
            /** Title */
            title: string;
        };
        /** Playlists */
        Playlists: {
            /**
             * Items
             * @description The oldest first
             */
            items: components["schemas"]["PlaylistSummary"][];
        };
        /**
         * PlaylistSongs
         * @description A playlist with its songs in their order.
         * @example {
         *       "created_at": "2026-11-20T18:04:11.120934Z",
         *       "id": "7b1f6a52-0c6f-4e0e-9d5a-8d4e7f3a2b10",
         *       "items": [
         *         {
         *           "added_at": "2026-11-20T18:04:11.120934Z",
         *           "has_instrumental": true,
         *           "instrumental_status": "completed",
         *           "last_played_at": "2026-11-22T06:30:00Z",
         *           "play_count": 3,
         *           "saved": true,
         *           "song": {
         *             "album": "Aashiqui 2",
         *             "artist": "Arijit Singh",
         *             "can_fetch": true,
         *             "duration": 262,
         *             "explicit": false,
         *             "external_ids": {
         *               "isrc": "INS181300050",
         *               "spotify": "4abXYZ"
         *             },
         *             "genre": [
         *               "filmi"
         *             ],
         *             "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *             "is_private": false,
         *             "language": "hi",
         *             "popularity": 81,
         *             "release_year": 2013,
         *             "sources": [
         *               {
         *                 "label": "Own collection",
         *                 "source": "local"
         *               },
         *               {
         *                 "label": "Spotify",
         *                 "source": "spotify",
         *                 "url": "https://open.spotify.com/track/4abXYZ"
         *               }
         *             ],
         *             "title": "तुम ही हो"
         *           },
         *           "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81"
         *         }
         *       ],
         *       "name": "For the road",
         *       "song_count": 1
         *     }
         */
        PlaylistSongs: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Items */
            items: components["schemas"]["LibraryItem"][];
            /** Name */
            name: string;
            /** Song Count */
            song_count: number;
        };
        /**
         * PlaylistSummary
         * @description A playlist, without its songs.
         * @example {
         *       "created_at": "2026-11-20T18:04:11.120934Z",
         *       "id": "7b1f6a52-0c6f-4e0e-9d5a-8d4e7f3a2b10",
         *       "name": "For the road",
         *       "song_count": 1
         *     }
         */
        PlaylistSummary: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Song Count */
            song_count: number;
        };
        /**
         * PlaylistWish
         * @description What a playlist is to be called.
         * @example {
         *       "name": "For the road"
         *     }
         */
        PlaylistWish: {
            /** Name */
            name: string;
        };
        /**
         * PreferenceChanges
         * @description How songs are to be made, and in which language we speak. Null takes a choice back to the default; what
         *     is left out stays.
         */
        PreferenceChanges: {
            format?: components["schemas"]["AudioFormat"] | null;
            /**
             * Guide
             * @description Per cent of the voice in the instrumental
             */
            guide?: number | null;
            /**
             * Key
             * @description Semitones
             */
            key?: number | null;
            /**
             * Language
             * @description One of `system/info`'s languages
             */
            language?: string | null;
            quality?: components["schemas"]["Quality"] | null;
            stems?: components["schemas"]["Stems"] | null;
            /**
             * Tempo
             * @description Per cent
             */
            tempo?: number | null;
        };
        /**
         * Problem
         * @description The body of every error.
         */
        Problem: {
            /**
             * Code
             * @description What happened, for programs
             */
            code: string;
            /**
             * Detail
             * @description What happened, in English
             */
            detail: string;
            /**
             * Errors
             * @description With code `invalid`: each field
             * @default null
             */
            errors: components["schemas"]["InvalidField"][] | null;
            /**
             * Song Id
             * @description Of several songs, the one that it is about
             * @default null
             */
            song_id: string | null;
            /** Status */
            status: number;
            /**
             * Title
             * @description The phrase of the HTTP status
             */
            title: string;
            /**
             * Tries Left
             * @description With code `otp-wrong`: how often it may be tried
             * @default null
             */
            tries_left: number | null;
            /**
             * Type
             * @description Always about:blank; `code` tells problems apart
             * @default about:blank
             */
            type: string;
        };
        /**
         * ProfileChanges
         * @description What is left out stays as it is.
         * @example {
         *       "name": "Asha",
         *       "preferences": {
         *         "guide": 20,
         *         "language": "hi"
         *       }
         *     }
         */
        ProfileChanges: {
            /**
             * Name
             * @description Null for none
             */
            name?: string | null;
            /** @default {} */
            preferences: components["schemas"]["PreferenceChanges"];
        };
        /** PushKeys */
        PushKeys: {
            /**
             * Auth
             * @description Its secret, URL-safe base64
             */
            auth: string;
            /**
             * P256Dh
             * @description The browser's public key, URL-safe base64
             */
            p256dh: string;
        };
        /**
         * Quality
         * @description `fast`: the vocals net alone, half the work. `best`: both nets.
         * @enum {string}
         */
        Quality: "fast" | "best";
        /** Readiness */
        Readiness: {
            /** Dependencies */
            dependencies: {
                [key: string]: boolean;
            };
            /** Ready */
            ready: boolean;
        };
        /**
         * RefreshToken
         * @description Only of native clients; browsers have a cookie.
         */
        RefreshToken: {
            /**
             * Refresh Token
             * Format: password
             */
            refresh_token: string;
        };
        /** Saving */
        Saving: {
            /**
             * Saved
             * @description False takes it off the saved songs; it stays in the library
             * @default true
             */
            saved: boolean;
        };
        /**
         * SearchPage
         * @description One page of what was found, best first, one item a song.
         * @example {
         *       "items": [
         *         {
         *           "album": "Aashiqui 2",
         *           "artist": "Arijit Singh",
         *           "can_fetch": true,
         *           "duration": 262,
         *           "explicit": false,
         *           "external_ids": {
         *             "isrc": "INS181300050",
         *             "spotify": "4abXYZ"
         *           },
         *           "genre": [
         *             "filmi"
         *           ],
         *           "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *           "language": "hi",
         *           "popularity": 81,
         *           "release_year": 2013,
         *           "sources": [
         *             {
         *               "label": "Own collection",
         *               "source": "local"
         *             },
         *             {
         *               "label": "Spotify",
         *               "source": "spotify",
         *               "url": "https://open.spotify.com/track/4abXYZ"
         *             }
         *           ],
         *           "title": "तुम ही हो"
         *         }
         *       ],
         *       "partial": true,
         *       "sources": {
         *         "local": "ok",
         *         "spotify": "late"
         *       },
         *       "total": 1
         *     }
         */
        SearchPage: {
            /** Items */
            items: components["schemas"]["SongItem"][];
            /**
             * Partial
             * @description Some source is missing from this answer; asking again may bring more
             */
            partial: boolean;
            /**
             * Sources
             * @description Each source that was asked: `ok`, `late`, `failed`, `resting` or `exhausted`
             */
            sources: {
                [key: string]: string;
            };
            /**
             * Total
             * @description How many songs were found; `offset` reaches them all
             */
            total: number;
        };
        /**
         * SegmentPackets
         * @description How many packets of 1,024 samples a segment has; the last one has what remains.
         */
        SegmentPackets: {
            /**
             * First
             * @default 86
             */
            first: number;
            /**
             * Rest
             * @default 215
             */
            rest: number;
        };
        /**
         * Segments
         * @description How a file for singing is fed to a player piece by piece.
         *
         *     Fragmented MP4 with AAC-LC of four channels at 44.1 kHz, `audio/mp4; codecs="mp4a.40.2"`: front left and
         *     right carry the music, centre and back centre the voice. The bytes up to `init_bytes` come first, then any
         *     segment, each by Range.
         */
        Segments: {
            /**
             * Init Bytes
             * @description What comes before the first segment
             */
            init_bytes: number;
            /**
             * Offsets
             * @description Where each segment begins, and at last the size of the file: segment i is the bytes from offsets[i] up to, not including, offsets[i + 1]
             */
            offsets: number[];
            packets: components["schemas"]["SegmentPackets"];
            /**
             * Priming Samples
             * @description What the encoder puts before the song: the player takes it off, by a timestamp offset
             */
            priming_samples: number;
            /**
             * Total Samples
             * @description Of the song at 44.1 kHz, without the priming
             */
            total_samples: number;
        };
        /** Session */
        Session: {
            /** @description Null when nobody is signed in */
            user: components["schemas"]["UserItem"] | null;
        };
        /**
         * SignedIn
         * @description Somebody is signed in; the refresh token is in a cookie that scripts do not see.
         */
        SignedIn: {
            /**
             * Access Token
             * @description Goes into `Authorization: Bearer …`
             */
            access_token: string;
            /**
             * Expires In
             * @description Seconds that the access token is good for
             * @default 900
             */
            expires_in: number;
            /**
             * Token Type
             * @default bearer
             * @constant
             */
            token_type: "bearer";
            user: components["schemas"]["UserItem"];
        };
        /**
         * SongCredit
         * @description What has to be shown where the song is played.
         */
        SongCredit: {
            /**
             * Licence
             * @example CC BY-SA 4.0
             */
            licence: string;
            /** Licence Url */
            licence_url: string | null;
            /**
             * Share Alike
             * @description What is made of it comes under the same licence
             */
            share_alike: boolean;
            /**
             * Source Url
             * @description The page it comes from
             */
            source_url: string | null;
        };
        /**
         * SongItem
         * @description A song that everyone may see.
         * @example {
         *       "album": "Aashiqui 2",
         *       "artist": "Arijit Singh",
         *       "can_fetch": true,
         *       "duration": 262,
         *       "explicit": false,
         *       "external_ids": {
         *         "isrc": "INS181300050",
         *         "spotify": "4abXYZ"
         *       },
         *       "genre": [
         *         "filmi"
         *       ],
         *       "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *       "language": "hi",
         *       "popularity": 81,
         *       "release_year": 2013,
         *       "sources": [
         *         {
         *           "label": "Own collection",
         *           "source": "local"
         *         },
         *         {
         *           "label": "Spotify",
         *           "source": "spotify",
         *           "url": "https://open.spotify.com/track/4abXYZ"
         *         }
         *       ],
         *       "title": "तुम ही हो"
         *     }
         */
        SongItem: {
            /** Album */
            album: string | null;
            /**
             * Artist
             * @description Empty where nobody knows
             */
            artist: string;
            /**
             * Can Fetch
             * @description It can be played and converted at once; else somebody has to send it
             */
            can_fetch: boolean;
            /**
             * Duration
             * @description Seconds
             */
            duration: number | null;
            /** Explicit */
            explicit: boolean;
            /**
             * External Ids
             * @description Its ids elsewhere, by source; `isrc` among them
             */
            external_ids: {
                [key: string]: string;
            };
            /** Genre */
            genre: string[];
            /**
             * Id
             * Format: uuid
             * @description Stays for good
             */
            id: string;
            /**
             * Language
             * @description ISO 639 code
             */
            language: string | null;
            /**
             * Licence
             * @description Under which its audio is offered, e.g. `by-sa`
             */
            licence: string | null;
            /** Licence Url */
            licence_url: string | null;
            /**
             * Popularity
             * @description 0 to 100
             */
            popularity: number;
            /** Release Year */
            release_year: number | null;
            /** Sources */
            sources: components["schemas"]["SongListing"][];
            /** Thumbnail Url */
            thumbnail_url: string | null;
            /** Title */
            title: string;
        };
        /**
         * SongListing
         * @description A place where a song is listed. What comes from there is shown with its name and a link.
         */
        SongListing: {
            /**
             * Label
             * @description What people know it as
             */
            label: string;
            /**
             * Source
             * @description `local`, or the name of a music source
             */
            source: string;
            /**
             * Url
             * @description The page where the song can be heard
             */
            url: string | null;
        };
        /**
         * Sort
         * @enum {string}
         */
        Sort: "used" | "added" | "plays" | "title";
        /**
         * SourceInfo
         * @description A music source that is set up here.
         */
        SourceInfo: {
            /**
             * Label
             * @description What people know it as
             */
            label: string;
            /**
             * Source
             * @description As `music/search` takes it
             */
            source: string;
        };
        /**
         * Stage
         * @description How far a code got, as the browser that asked for it sees it.
         * @enum {string}
         */
        Stage: "given" | "met" | "agreed" | "linked" | "refused" | "expired";
        /**
         * StartedJob
         * @description What one song led to: its job; with stems `both` the instrumental's, and both in `jobs`.
         * @example {
         *       "artist": "Arijit Singh",
         *       "created_at": "2026-11-23T08:15:00Z",
         *       "estimated_time": 5,
         *       "format": "m4a",
         *       "guide_vocal": 20,
         *       "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
         *       "jobs": [
         *         {
         *           "artist": "Arijit Singh",
         *           "created_at": "2026-11-23T08:15:00Z",
         *           "estimated_time": 5,
         *           "format": "m4a",
         *           "guide_vocal": 20,
         *           "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
         *           "key": 2,
         *           "place": 0,
         *           "progress": 42,
         *           "quality": "best",
         *           "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *           "started_at": "2026-11-23T08:15:01Z",
         *           "status": "processing",
         *           "stem": "instrumental",
         *           "tempo": 1,
         *           "title": "तुम ही हो"
         *         }
         *       ],
         *       "key": 2,
         *       "place": 0,
         *       "progress": 42,
         *       "quality": "best",
         *       "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *       "started_at": "2026-11-23T08:15:01Z",
         *       "status": "processing",
         *       "stem": "instrumental",
         *       "tempo": 1,
         *       "title": "तुम ही हो"
         *     }
         */
        StartedJob: {
            /** Artist */
            artist: string | null;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why it failed; of a cancelled one `already-making` where it became part of another */
            error: components["schemas"]["JobError"] | null;
            /**
             * Estimated Time
             * @description Seconds left, about; 0 when it is over
             */
            estimated_time: number;
            format: components["schemas"]["AudioFormat"];
            /**
             * Guide Vocal
             * @description Per cent of the voice in the instrumental
             */
            guide_vocal: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Jobs */
            jobs: components["schemas"]["Job"][];
            /**
             * Key
             * @description Semitones
             */
            key: number;
            /**
             * Note
             * @description `other-engine`: the one that was to make it is away, and another one stepped in
             */
            note: "other-engine" | null;
            /**
             * Place
             * @description How many are ahead in the queue
             */
            place: number;
            /**
             * Progress
             * @description Per cent
             */
            progress: number;
            quality: components["schemas"]["Quality"];
            /** @description Once it is completed */
            result: components["schemas"]["AudioFile"] | null;
            /**
             * Song Id
             * @description Null while what was sent to a chat is being fetched
             */
            song_id: string | null;
            /** Started At */
            started_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "processing" | "completed" | "failed" | "cancelled";
            stem: components["schemas"]["Stem"];
            /** Tempo */
            tempo: number;
            /** Title */
            title: string;
        };
        /**
         * StartedJobs
         * @description What several songs led to, in their order.
         * @example {
         *       "jobs": [
         *         {
         *           "artist": "Arijit Singh",
         *           "created_at": "2026-11-23T08:15:00Z",
         *           "estimated_time": 5,
         *           "format": "m4a",
         *           "guide_vocal": 20,
         *           "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
         *           "key": 2,
         *           "place": 0,
         *           "progress": 42,
         *           "quality": "best",
         *           "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *           "started_at": "2026-11-23T08:15:01Z",
         *           "status": "processing",
         *           "stem": "instrumental",
         *           "tempo": 1,
         *           "title": "तुम ही हो"
         *         }
         *       ]
         *     }
         */
        StartedJobs: {
            /** Jobs */
            jobs: components["schemas"]["Job"][];
        };
        /**
         * Stem
         * @enum {string}
         */
        Stem: "instrumental" | "vocals" | "mix" | "sing";
        /**
         * Stems
         * @description What comes back of a song.
         * @enum {string}
         */
        Stems: "instrumental" | "vocals" | "both";
        /**
         * StudioInfo
         * @description The public part of the configuration.
         * @example {
         *       "code_channels": [
         *         "sms",
         *         "telegram"
         *       ],
         *       "default_language": "en",
         *       "embeds": [
         *         "youtube"
         *       ],
         *       "engines": [
         *         "local"
         *       ],
         *       "languages": [
         *         {
         *           "code": "en",
         *           "name": "English"
         *         },
         *         {
         *           "code": "hi",
         *           "name": "हिन्दी"
         *         }
         *       ],
         *       "max_song_seconds": 900,
         *       "max_upload_bytes": 200000000,
         *       "phone_sign_in": true,
         *       "public_url": "https://songs.example",
         *       "sources": [
         *         {
         *           "label": "Spotify",
         *           "source": "spotify"
         *         }
         *       ],
         *       "telegram": "melody_bot"
         *     }
         */
        StudioInfo: {
            /**
             * Code Channels
             * @description Where sign-in codes can be sent to; empty without phone_sign_in
             */
            code_channels: string[];
            /** Default Language */
            default_language: string;
            /**
             * Embeds
             * @description Sources whose own player may be shown: `/embed/{source}/{id}`
             */
            embeds: string[];
            /**
             * Engines
             * @description Who may take voices out; the first does where none is named
             */
            engines: string[];
            /** Languages */
            languages: components["schemas"]["Language"][];
            /**
             * Max Song Seconds
             * @description The longest recording that is taken, in seconds of sound
             */
            max_song_seconds: number;
            /**
             * Max Upload Bytes
             * @description The largest file that `audio/upload` takes
             */
            max_upload_bytes: number;
            /**
             * Phone Sign In
             * @description People can sign in by phone; else from a chat alone
             */
            phone_sign_in: boolean;
            /**
             * Public Url
             * @description Where others reach this studio; null for this machine alone
             */
            public_url: string | null;
            /**
             * Sources
             * @description Music sources besides the operator's own catalogue
             */
            sources: components["schemas"]["SourceInfo"][];
            /**
             * Telegram
             * @description Our name at Telegram, without @; null where there is none
             */
            telegram: string | null;
            /**
             * Vapid Public Key
             * @description `applicationServerKey` to subscribe to web push with; null where there is none
             */
            vapid_public_key: string | null;
            /**
             * Whatsapp
             * @description Our number at WhatsApp, E.164; null where there is none
             */
            whatsapp: string | null;
        };
        /** Subscription */
        Subscription: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Here
             * @description Made in the session that asks
             */
            is_here: boolean;
            /**
             * Service
             * @description The push service's host
             * @example fcm.googleapis.com
             */
            service: string;
        };
        /** Subscriptions */
        Subscriptions: {
            /**
             * Items
             * @description The newest first; at most 20
             */
            items: components["schemas"]["Subscription"][];
        };
        /**
         * TrendingSongs
         * @description What is heard most now, the most heard first.
         * @example {
         *       "items": [
         *         {
         *           "album": "Aashiqui 2",
         *           "artist": "Arijit Singh",
         *           "can_fetch": true,
         *           "duration": 262,
         *           "explicit": false,
         *           "external_ids": {
         *             "isrc": "INS181300050",
         *             "spotify": "4abXYZ"
         *           },
         *           "genre": [
         *             "filmi"
         *           ],
         *           "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
         *           "language": "hi",
         *           "popularity": 81,
         *           "release_year": 2013,
         *           "sources": [
         *             {
         *               "label": "Own collection",
         *               "source": "local"
         *             },
         *             {
         *               "label": "Spotify",
         *               "source": "spotify",
         *               "url": "https://open.spotify.com/track/4abXYZ"
         *             }
         *           ],
         *           "title": "तुम ही हो"
         *         }
         *       ],
         *       "timeframe": "weekly"
         *     }
         */
        TrendingSongs: {
            /** Items */
            items: components["schemas"]["SongItem"][];
            /**
             * Timeframe
             * @description `weekly` or `daily`
             */
            timeframe: string;
        };
        /**
         * UserItem
         * @description A person's account, as they see it themselves.
         * @example {
         *       "country_code": "+91",
         *       "created_at": "2026-11-23T08:15:00Z",
         *       "id": "5b1f4a52-6f39-4a57-8f6e-0d1c8a2f9e11",
         *       "is_verified": true,
         *       "name": "Asha",
         *       "phone_number": "+919812345678",
         *       "preferences": {
         *         "language": "hi"
         *       }
         *     }
         */
        UserItem: {
            /** Avatar Url */
            avatar_url: string | null;
            /**
             * Country Code
             * @description Calling code, as `+91`
             */
            country_code: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Verified
             * @description The phone number is proved
             */
            is_verified: boolean;
            /** Name */
            name: string | null;
            /**
             * Phone Number
             * @description E.164; null until it is proved
             */
            phone_number: string | null;
            /**
             * Preferences
             * @description What the person chose; a missing key is the default
             */
            preferences: {
                [key: string]: unknown;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "audio-conversion_status": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audio-conversions": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; without it the first page */
                cursor?: string | null;
                /** @description Items of a page */
                limit?: number;
                /** @description Only those that stand so; may be given several times */
                status?: ("queued" | "processing" | "completed" | "failed" | "cancelled")[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jobs"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audio-cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audio-convert": {
        parameters: {
            query?: never;
            header?: {
                /** @description The client's name for this request: sent again within 24 hours it has no second effect and the same answer */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversionWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedJob"] | components["schemas"]["StartedJobs"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audio-playback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Playback"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audio-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The same bytes were in the library before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonsSong"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonsSong"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-by_link": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkToken"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NativeSignedIn"] | components["schemas"]["SignedIn"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-preview": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkToken"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkOffer"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-logout": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
                /** @description End all sessions of this person */
                everywhere?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshToken"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-refresh_token": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshToken"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NativeSignedIn"] | components["schemas"]["SignedIn"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-request_otp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeOnItsWay"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-session": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-by_mini_app": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InitData"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NativeSignedIn"] | components["schemas"]["SignedIn"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth-verify_otp": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeTyped"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NativeSignedIn"] | components["schemas"]["SignedIn"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library-library": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; without it the first page */
                cursor?: string | null;
                /** @description Items of a page */
                limit?: number;
                /** @description Only songs whose name or artist sounds like it, in any script */
                q?: string;
                /** @description `recent`: everything; `conversions`: what instrumentals are of */
                shelf?: components["schemas"]["LibraryShelf"];
                /** @description Only this song: no item tells that it is not in the library */
                song_id?: string | null;
                /** @description `used`: heard or added last comes first; `title`: by the alphabet */
                sort?: components["schemas"]["Sort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryItems"];
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library-library_item": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryItem"];
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library-save": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Saving"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryItem"];
                };
            };
            /** @description Saved now */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryItem"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library-remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library-play": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Play"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "music-search": {
        parameters: {
            query: {
                /** @description Only songs in this language: ISO 639; of a BCP 47 tag the first part counts */
                language?: string | null;
                /** @description Items of a page */
                limit?: number;
                /** @description Items to pass over */
                offset?: number;
                /** @description A song's name, in any script and spelling, with or without the artist; at most 200 characters */
                q: string;
                /** @description `all`, `local`, or one source's name */
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "music-track": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongItem"];
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "music-cover": {
        parameters: {
            query?: {
                /** @description Pixels of a side, at most */
                size?: "64" | "128" | "256" | "512";
            };
            header?: never;
            path: {
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cover */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": unknown;
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "music-trending": {
        parameters: {
            query?: {
                /** @description Only songs in this language: ISO 639; of a BCP 47 tag the first part counts */
                language?: string | null;
                /** @description Items of a page */
                limit?: number;
                /** @description How far to look back */
                timeframe?: "weekly" | "daily";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrendingSongs"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-playlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Playlists"];
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-make": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaylistWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaylistSummary"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-playlist": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                playlist_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaylistSongs"];
                };
            };
            /** @description The caller has it already: `If-None-Match` names it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                playlist_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-rename": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                playlist_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaylistWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaylistSummary"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-put_song": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                playlist_id: string;
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PlaceInPlaylist"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaylistSummary"];
                };
            };
            /** @description Put in now */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaylistSummary"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "playlists-take_song_out": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                playlist_id: string;
                song_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "system-health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "system-info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudioInfo"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "system-ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    "account-look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserItem"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-leave": {
        parameters: {
            query?: {
                /** @description `native`: the refresh token travels in bodies and in no cookie */
                client?: "browser" | "native";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserItem"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A zip archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Identities"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-unlink": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identity_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-ask_for_code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkCode"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-look_at_code": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkCodeState"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-answer_code": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkOutcome"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscriptions"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-tell_here": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubscription"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "account-tell_no_more": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subscription_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "files-read_file": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                expires: string;
                file_name: string;
                sha256: string;
                signature: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mp4": unknown;
                    "audio/mpeg": unknown;
                    "image/jpeg": unknown;
                };
            };
            /** @description A part of the file */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Requested Range Not Satisfiable */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "webhooks-receive_update": {
        parameters: {
            query?: never;
            header?: {
                /** @description The secret we gave to setWebhook */
                "x-telegram-bot-api-secret-token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "webhooks-receive_message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "webhooks-receive_status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
