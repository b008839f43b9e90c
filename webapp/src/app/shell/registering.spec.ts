import { nextTurn } from '@app/ui/turns';

import { registerWorker, WORKER } from './registering';

describe('registerWorker', () => {
  const register = vi.fn();
  const complain = vi.spyOn(console, 'error');
  const refusal = new Error('The worker could not be fetched');

  beforeEach(() => {
    register.mockReset().mockResolvedValue({});
    complain.mockReset().mockReturnValue(undefined);
    vi.stubGlobal('navigator', { serviceWorker: { register } });
  });
  afterEach(() => vi.unstubAllGlobals());
  afterAll(() => complain.mockRestore());

  /** Until everything that a failure leads to has happened. */
  const settled = async () => {
    await nextTurn();
    await nextTurn();
  };

  it('registers ours at once, without a word', async () => {
    registerWorker();
    expect(register).toHaveBeenCalledExactlyOnceWith(WORKER);
    await settled();
    expect(complain).not.toHaveBeenCalled();
  });

  it('says what went wrong', async () => {
    register.mockRejectedValue(refusal);
    registerWorker();
    await settled();
    expect(complain).toHaveBeenCalledExactlyOnceWith(refusal);
  });

  it('is silent where the page was left meanwhile, also when it hears so a moment late', async () => {
    register.mockRejectedValue(refusal);
    registerWorker();
    await Promise.resolve();
    dispatchEvent(new Event('pagehide'));
    await settled();
    expect(complain).not.toHaveBeenCalled();
  });
});
