import { signIn } from './errands';

const SUBSCRIPTIONS = '/api/v1/users/me/push-subscriptions';

/** As the browser tells it; the old one may be missing. */
interface Changed {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}

/** The browser has ended a subscription: the studio learns the address of the next one. */
export async function subscribeAnew(pushes: PushManager, event: Event & Changed): Promise<void> {
  const key = event.oldSubscription?.options.applicationServerKey;
  const next =
    event.newSubscription ??
    (key && (await pushes.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  if (!next) return; // the page asks for one when it is opened next
  const person = await signIn();
  if (!person) return;
  const { endpoint, keys } = next.toJSON();
  await fetch(SUBSCRIPTIONS, {
    method: 'POST',
    headers: { Authorization: `Bearer ${person.access_token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ endpoint, keys }),
  });
}
