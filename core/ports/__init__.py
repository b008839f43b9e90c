"""What core needs from outside, as Protocols, with the values that cross them.

Adapters implement these; only `core.outside` knows which. Audio is float32 in [-1, 1], shaped
(samples, 2), at 44,100 Hz; durations are seconds.
"""

from core.ports.audio import SAMPLE_RATE, SEPARATED, AudioFormat, Quality, Samples, Stem
from core.ports.channel import Capabilities, Channel, OpenedByLink
from core.ports.inline import AnswersInline, InlineAnswer, InlineChoice
from core.ports.messages import MOST_ACTION_BYTES, Announcement, AudioMessage, Button, Page, Reply
from core.ports.push import Pushed, PushResult, PushService, PushTarget
from core.ports.recordings import AudioOrigin, RecordingFacts, Tags
from core.ports.sending import Attempt, Outcome, SendResult
from core.ports.separation import Control, HasAccount, HasOneQuality, SampleReader, Separator, StemWriter
from core.ports.sms import OtpSender
from core.ports.storage import COPY_PREFIX, AgedObject, ObjectStore, StoredObject

__all__ = [
    "COPY_PREFIX",
    "MOST_ACTION_BYTES",
    "SAMPLE_RATE",
    "SEPARATED",
    "AgedObject",
    "Announcement",
    "AnswersInline",
    "Attempt",
    "AudioFormat",
    "AudioMessage",
    "AudioOrigin",
    "Button",
    "Capabilities",
    "Channel",
    "Control",
    "HasAccount",
    "HasOneQuality",
    "InlineAnswer",
    "InlineChoice",
    "ObjectStore",
    "OpenedByLink",
    "OtpSender",
    "Outcome",
    "Page",
    "PushResult",
    "PushService",
    "PushTarget",
    "Pushed",
    "Quality",
    "RecordingFacts",
    "Reply",
    "SampleReader",
    "Samples",
    "SendResult",
    "Separator",
    "Stem",
    "StemWriter",
    "StoredObject",
    "Tags",
]
