"""All tables of the product, for the migrations to compare with."""

from core.accounts import models as accounts
from core.catalog import models as catalog
from core.chat import models as chat
from core.conversion import models as conversion
from core.db import secrets
from core.db.base import Base
from core.delivery import models as delivery
from core.library import models as library
from core.membership import models as membership
from core.operating import models as operating
from core.push import models as push
from core.signin import code_models as phone_codes
from core.signin import models as signin
from core.whatsapp import models as whatsapp

metadata = Base.metadata

__all__ = [
    "accounts",
    "catalog",
    "chat",
    "conversion",
    "delivery",
    "library",
    "membership",
    "metadata",
    "operating",
    "phone_codes",
    "push",
    "secrets",
    "signin",
    "whatsapp",
]
