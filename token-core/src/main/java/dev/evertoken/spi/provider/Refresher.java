package dev.evertoken.spi.provider;

/**
 * Requests the next generation of an account's tokens from a provider: one call, no retry.
 *
 * <p>Called on an engine thread with no lock held, by one thread at a time for each account and for many accounts
 * concurrently. The engine handles claims, retries, back-off and saving; a refresher handles the request. It must
 * <ul>
 *   <li>return within {@link RefreshRequest#callDeadline()}, including connecting;
 *   <li>check {@link RefreshRequest#permit()} once it is connected, right before the first byte of the request, and
 *       return {@link TokenOutcome.NotSent} if the permit is denied;
 *   <li>send the refresh token at most once;
 *   <li>return {@link TokenOutcome.MaybeSent} whenever the provider may have acted on the request.
 * </ul>
 * A refresher may read a response on after the call deadline, on a thread of its own, and then returns {@link
 * TokenOutcome.Overdue} at the deadline. One that wraps another refresher has to expect this outcome.
 *
 * <p>An exception counts as {@code INTERNAL} and, for a rotating provider whose permit was granted, as possibly sent. A
 * refresher must not request a token of the same account from {@code Tokens}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Refresher {

    /** Sends the refresh token of the request and returns the outcome. */
    TokenOutcome refresh(RefreshRequest request);
}
