/**
 * The protocol of claim, call and settle: what breaks without each rule, played with the real engine.
 *
 * <p>The counterexamples, each the shortest way to a loss that an earlier draft allowed:
 *
 * <ol>
 *   <li>a revision that comes back lets an old claim take a new grant: {@link RacesTest}, G11
 *   <li>a disconnect eats the consent that comes meanwhile: {@link RacesTest}, G12
 *   <li>one replay only leaves an account stuck for ever: {@link LostResponseTest}, B7
 *   <li>a server error is no proof that nothing was spent: {@link LostResponseTest}, D9
 *   <li>a deadline alone says nothing after an outage of the store: {@link StoreTroubleTest}, A20
 *   <li>an owner that stalls past its claim sends all the same: {@link TakeoverTest}, A21
 *   <li>an answer dropped because the claim is a peer's loses the live token: {@link TakeoverTest}, A9
 *   <li>marking dead without comparing kills the newer generation: {@link TakeoverTest}, D2, D3, G2
 *   <li>an answer that inserts brings a disconnected account back: {@link TakeoverTest} and {@link
 *       JournalRecoveryTest}, G3
 *   <li>a journal that only its writer reads loses what another process of the host could save: {@link
 *       JournalRecoveryTest}, B2
 * </ol>
 *
 * <p>The invariants and where they are held to:
 *
 * <ol>
 *   <li>one generation is presented once, but for a replay from UNCERTAIN: {@link LostResponseTest}, {@link TakeoverTest}
 *   <li>refresh code deletes nothing and marks dead only what is: {@link FailuresTest}, {@link TakeoverTest}
 *   <li>a rotated token is never dropped: {@link StoreTroubleTest}, {@link JournalRecoveryTest}
 *   <li>a failing early refresh displaces nothing and keeps to its gate: {@link FailuresTest}
 *   <li>every wait has a deadline, no caller aborts a refresh: {@link ManyThreadsTest}, {@link TakeoverTest}
 *   <li>no foreign code under a lock, none that can wait for itself: {@link ManyThreadsTest} and the rule against
 *       monitors
 *   <li>a secret appears nowhere: {@code processes.LeakTest}
 *   <li>a token goes to its hosts only: the tests of {@code okhttp}
 *   <li>lifetimes count from before the request, the future is not trusted: {@link TimeTest}
 *   <li>wrong client credentials are the client's: {@link FailuresTest}, D5
 *   <li>nothing but connecting creates a record: {@link JournalRecoveryTest}, {@link RacesTest}
 * </ol>
 */
@NullMarked
package dev.evertoken.protocol;

import org.jspecify.annotations.NullMarked;
