/**
 * Tokens that stay usable: start at {@link dev.evertoken.Tokens}.
 *
 * <p>The route of one call of {@link dev.evertoken.Tokens#accessToken}:
 *
 * <ol>
 *   <li>{@link dev.evertoken.TokenCache} has the last known token in a cell; fresh: that is the answer.
 *   <li>{@link dev.evertoken.Callers} waits, behind the caller or with its deadline.
 *   <li>{@link dev.evertoken.SingleFlight} lets one cycle run for each account, and everybody wait for it.
 *   <li>{@link dev.evertoken.RefreshCycle} is that cycle: load, claim, call, settle, publish, tell.
 *   <li>{@link dev.evertoken.Loading} saves what this host still holds, and reads the record.
 *   <li>{@link dev.evertoken.Judgement} says what to do with the loaded record: serve, refuse, wait or claim.
 *   <li>{@link dev.evertoken.Claims} takes the claim, waits for a peer's, tells when one has lapsed.
 *   <li>{@link dev.evertoken.ProviderCall} is the one call to the provider, with a last look at the clock before it.
 *   <li>{@link dev.evertoken.Answers} brings a good answer into the journal and the store.
 *   <li>{@link dev.evertoken.Settlement} saves the answer, marks the dead, writes down the failed.
 *   <li>{@link dev.evertoken.Unsaved} keeps saving what the store would not take.
 *   <li>{@link dev.evertoken.Records} and {@link dev.evertoken.Sealer} turn tokens into records and back; {@link
 *       dev.evertoken.Ownership} says whose a record is, {@link dev.evertoken.Lifetimes} when its tokens end and are due.
 *   <li>{@link dev.evertoken.FailureGate} and {@link dev.evertoken.ClientHealth} remember failures.
 *   <li>{@link dev.evertoken.Listeners} tell what happened.
 * </ol>
 *
 * <p>An account that lives off another one's token stops over between load and claim, until {@link
 * dev.evertoken.Parents} has the other one's token. While the store does not answer, {@link dev.evertoken.Outage} has
 * what else is known.
 *
 * <p>{@link dev.evertoken.Authorizations} brings a person's consent home, {@link dev.evertoken.Revocations} gives it
 * back; {@link dev.evertoken.Connections} connects and disconnects, {@link dev.evertoken.Derivations} and {@link
 * dev.evertoken.AppAccounts} what has no consent of its own; {@link
 * dev.evertoken.Transfer} brings accounts from one store to another; {@link dev.evertoken.Signing} signs requests with secrets
 * that no caller sees; {@link dev.evertoken.TokensBuilder} and {@link dev.evertoken.Plugins} put the house together.
 */
@NullMarked
package dev.evertoken;

import org.jspecify.annotations.NullMarked;
