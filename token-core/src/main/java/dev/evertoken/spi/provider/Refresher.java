package dev.evertoken.spi.provider;

/**
 * Asks a provider for the next generation of an account's tokens: one call, no retry.
 *
 * <p>Called on an engine thread, for one account by one thread at a time, for many accounts at once, with
 * no lock held. The engine owns claims, retries, back-off and saving; a refresher owns the wire. It must
 * <ul>
 *   <li>end within {@link RefreshRequest#callDeadline()}, connecting included;
 *   <li>ask {@link RefreshRequest#permit()} once it is connected, right before the first byte of the request,
 *       and answer {@link RefreshOutcome.NotSent} if it says no;
 *   <li>send the refresh token at most once;
 *   <li>answer {@link RefreshOutcome.MaybeSent} whenever it cannot know that the provider did not act.
 * </ul>
 * What it throws counts as {@code INTERNAL} and, for a rotating provider whose permit was taken, as maybe
 * sent. It must not ask {@code Tokens} for a token of the same account. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Refresher {

    /** Presents the refresh token of the request and says what came of it. */
    RefreshOutcome refresh(RefreshRequest request);
}
