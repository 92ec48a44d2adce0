/**
 * The protocol of claim, call and settle: the failure that each rule prevents, reproduced with the real engine.
 *
 * <p>The counterexamples, each the shortest sequence to a loss that an earlier draft allowed:
 *
 * <ol>
 *   <li>a revision that is used twice lets an old claim take a new grant: {@link RacesTest}, G11
 *   <li>a disconnect removes a consent that arrives at the same time: {@link RacesTest}, G12
 *   <li>a limit of one replay leaves an account blocked forever: {@link LostResponseTest}, B7
 *   <li>a server error does not prove that the token was not spent: {@link LostResponseTest}, D9
 *   <li>a deadline alone proves nothing after an outage of the store: {@link StoreErrorsTest}, A20
 *   <li>an owner that stalls past its claim still sends its request: {@link TakeoverTest}, A21
 *   <li>a response that is dropped because a peer holds the claim loses the valid token: {@link TakeoverTest}, A9
 *   <li>marking a grant as revoked without a comparison discards the newer generation: {@link TakeoverTest}, D2, D3, G2
 *   <li>a response that inserts a record restores a disconnected account: {@link TakeoverTest} and {@link
 *       JournalRecoveryTest}, G3
 *   <li>a journal that only its writer reads loses responses that another process of the host could save: {@link
 *       JournalRecoveryTest}, B2
 * </ol>
 *
 * <p>The invariants and the tests that check them:
 *
 * <ol>
 *   <li>one generation is presented once, except for a replay from UNCERTAIN: {@link LostResponseTest}, {@link
 *       TakeoverTest}
 *   <li>refresh code deletes nothing and marks only rejected grants as revoked: {@link FailuresTest}, {@link
 *       TakeoverTest}
 *   <li>a rotated token is never dropped: {@link StoreErrorsTest}, {@link JournalRecoveryTest}
 *   <li>a failed early refresh displaces nothing and respects its gate: {@link FailuresTest}
 *   <li>every wait has a deadline, no caller aborts a refresh: {@link ManyThreadsTest}, {@link TakeoverTest}
 *   <li>no foreign code runs under a lock, and no code can wait for itself: {@link ManyThreadsTest} and the rule
 *       against monitors
 *   <li>no secret is written in clear text: {@code processes.LeakTest}
 *   <li>a token is sent to its hosts only: the tests of {@code okhttp}
 *   <li>lifetimes are counted from before the request, a token from the future is not trusted: {@link TimeTest}
 *   <li>wrong client credentials are a problem of the client, not of the account: {@link FailuresTest}, D5
 *   <li>only connecting creates a record: {@link JournalRecoveryTest}, {@link RacesTest}
 * </ol>
 */
@NullMarked
package dev.evertoken.protocol;

import org.jspecify.annotations.NullMarked;
