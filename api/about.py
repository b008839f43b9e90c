"""What the description of the API says before its routes, in Markdown: what holds for all of them."""

from __future__ import annotations

ABOUT = """
Send a song to the chat, get it back without the singer. This is what the player and every other client
uses.

**Try it:** `GET /api/v1/music/search?q=tum+hi+ho` needs no account.

**Signing in.** `POST auth/request-otp`, then `POST auth/verify-otp` with the six digits (`auth/telegram`
and `auth/link` are the ways in from a chat; `system/info` says which ways are open here). The answer's
`access_token` goes into `Authorization: Bearer …` and is good for 15 minutes. Browsers get the refresh
token as a cookie that only `auth/…` sees, and send the cookie `XSRF-TOKEN` back as the header
`X-XSRF-TOKEN`; other clients add `?client=native` and keep the refresh token themselves. Each is good once:
`POST auth/refresh-token` gives the next.

**Errors** are `application/problem+json` (RFC 9457). Go by `code`, which never changes; `detail` is for
people. What belongs to somebody else is not there: 404.

**Limits.** Each answer says what is left (`RateLimit`, `RateLimit-Policy`); 429 says when to come again
(`Retry-After`).

**Pages.** Lists that change have cursors: give `next_cursor` back as `cursor`, until it is null. Lists of
search results have `limit` and `offset`.

**Once and not twice.** `Idempotency-Key` on a conversion makes repeating it harmless for 24 hours. `ETag`
and `If-None-Match` save asking for what you have.

**Live.** `WS /api/v1/ws`: say `{"type":"auth","token":"…"}` first; then you hear `conversion.progress`,
`conversion.done` and `library.changed` as they happen, beginning with how things stand.

Times are seconds and UTC (RFC 3339), ids are UUIDs, phone numbers E.164. Fields that you do not know may
appear in answers: pass over them.
""".strip()
