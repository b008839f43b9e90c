"""Which browsers are told by web push that a conversion is done, while no page of ours is open."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from api.deps import CurrentPerson, UsesServices, transaction
from api.errors import problems
from api.schemas.push import NewSubscription, Subscription, Subscriptions
from core.errors import PushOff
from core.push.subscriptions import browser_of, subscribe, subscriptions_of, unsubscribe

router = APIRouter(prefix="/api/v1/users/me/push-subscriptions", tags=["account"])


@router.get("", summary="Browsers that are told", responses=problems(401, 503))
async def subscriptions(person: CurrentPerson, services: UsesServices) -> Subscriptions:
    """The person's subscriptions, in all of their browsers. Endpoints and keys are not shown again."""
    async with transaction(services.database) as session:
        rows = await subscriptions_of(session, person.user_id)
    return Subscriptions(items=[Subscription.of(row, person.session_id) for row in rows])


@router.post("", summary="Tell this browser", status_code=201, responses=problems(401, 409, 422, 503))
async def tell_here(body: NewSubscription, person: CurrentPerson, services: UsesServices) -> Subscription:
    """Tell the person in this browser until they sign out there.

    Subscribe with `system/info`'s `vapid_public_key`. Once more with the same endpoint changes nothing; one
    that was another person's is this person's now. Errors: `push-off`, `push-subscription`.
    """
    if services.push_service is None:
        raise PushOff
    allow_loopback = not services.settings.is_production
    browser = browser_of(body.endpoint, body.keys.p256dh, body.keys.auth, allow_loopback=allow_loopback)
    async with transaction(services.database) as session:
        row = await subscribe(session, person, browser)
        return Subscription.of(row, person.session_id)


@router.delete(
    "/{subscription_id}",
    summary="Tell that browser no more",
    status_code=204,
    responses=problems(401, 404, 503),
)
async def tell_no_more(subscription_id: UUID, person: CurrentPerson, services: UsesServices) -> None:
    """Tell the person in that browser no more. Errors: `not-found`, for other people's too."""
    async with transaction(services.database) as session:
        await unsubscribe(session, person.user_id, subscription_id)
