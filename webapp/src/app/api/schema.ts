// Generated from /openapi.json by `npm run api`. Not to be edited.

export interface paths {
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
        get: operations["search_api_v1_music_search_get"];
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
         * Track
         * @description One song. Recordings that people sent are nobody else's business: they are not found here.
         */
        get: operations["track_api_v1_music_track__song_id__get"];
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
         * Trending
         * @description What is played, saved and converted most here, joined with the charts of the sources.
         */
        get: operations["trending_api_v1_music_trending_get"];
        put?: never;
        post?: never;
        delete?: never;
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
         * Health
         * @description This process is up; says nothing about what it needs.
         */
        get: operations["health_api_v1_system_health_get"];
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
         * Info
         * @description The chats, the sources and the players of this studio. Nothing in it is secret.
         *
         *     While Telegram does not answer, its chat is missing, and the answer is none to keep.
         */
        get: operations["info_api_v1_system_info_get"];
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
         * Ready
         * @description Whether a song sent now would come back: 503 while any dependency does not answer.
         */
        get: operations["ready_api_v1_system_ready_get"];
        put?: never;
        post?: never;
        delete?: never;
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
         * Read File
         * @description A stored file; the link is the ticket.
         */
        get: operations["read_file_files__expires___signature___sha256___file_name__get"];
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
         * Receive Update
         * @description Store one update of the Bot API (core.telegram.org/bots/api#update); the answer asks for nothing.
         */
        post: operations["receive_update_webhooks_telegram_post"];
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
         * Receive Message
         * @description Store one message that a person sent (twilio.com/docs/messaging/guides/webhook-request).
         */
        post: operations["receive_message_webhooks_whatsapp_post"];
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
         * Receive Status
         * @description Record what became of a message of ours; what is told twice or late changes nothing.
         */
        post: operations["receive_status_webhooks_whatsapp_status_post"];
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
        /** Health */
        Health: {
            /**
             * Status
             * @default up
             * @constant
             */
            status: "up";
        };
        /** InvalidField */
        InvalidField: {
            /** Field */
            field: string;
            /** Reason */
            reason: string;
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
            /** Status */
            status: number;
            /**
             * Title
             * @description The phrase of the HTTP status
             */
            title: string;
            /**
             * Type
             * @description Always about:blank; `code` tells problems apart
             * @default about:blank
             */
            type: string;
        };
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
         * StudioInfo
         * @description Public configuration: what a client needs to know before it shows anything.
         * @example {
         *       "default_language": "en",
         *       "embeds": [
         *         "youtube"
         *       ],
         *       "name": "Melody Studio",
         *       "public_url": "https://studio.example",
         *       "sources": [
         *         {
         *           "label": "YouTube",
         *           "source": "youtube"
         *         }
         *       ],
         *       "telegram": "melody_bot",
         *       "whatsapp": "+14155238886"
         *     }
         */
        StudioInfo: {
            /** Default Language */
            default_language: string;
            /**
             * Embeds
             * @description Sources whose own player may be shown: `/embed/{source}/{id}`
             */
            embeds: string[];
            /**
             * Name
             * @default Melody Studio
             */
            name: string;
            /**
             * Public Url
             * @description Where others reach this studio
             */
            public_url: string | null;
            /**
             * Sources
             * @description Beside the own collection
             */
            sources: components["schemas"]["SourceInfo"][];
            /**
             * Telegram
             * @description The bot's name on Telegram, without @
             */
            telegram: string | null;
            /**
             * Whatsapp
             * @description The studio's number on WhatsApp, E.164
             */
            whatsapp: string | null;
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    search_api_v1_music_search_get: {
        parameters: {
            query: {
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
    track_api_v1_music_track__song_id__get: {
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
            /** @description Not Found */
            404: {
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
    trending_api_v1_music_trending_get: {
        parameters: {
            query?: {
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
    health_api_v1_system_health_get: {
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
    info_api_v1_system_info_get: {
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
    ready_api_v1_system_ready_get: {
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
    read_file_files__expires___signature___sha256___file_name__get: {
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
    receive_update_webhooks_telegram_post: {
        parameters: {
            query?: never;
            header?: {
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
    receive_message_webhooks_whatsapp_post: {
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
    receive_status_webhooks_whatsapp_status_post: {
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
