"""A stateful stand-in of a push service: browsers subscribe to it, and it opens what is left for them.

It checks each request as the services do: the VAPID token (ES256, `aud`, `exp` within 24 hours, `sub`), the
key that the browser subscribed for, `TTL`, `Topic`, the size. It decrypts the body by RFC 8188 and 8291 with
code of its own, so a message that a real browser could not read is none. A browser that `is_expired` is 410.
"""

from tests.fakes.webpush.stand_in import Browser, Message, PushServiceStandIn

__all__ = ["Browser", "Message", "PushServiceStandIn"]
