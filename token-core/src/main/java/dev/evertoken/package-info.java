/**
 * Tokens that stay usable: start at {@link dev.evertoken.Tokens}.
 *
 * <p>The route of one call of {@link dev.evertoken.Tokens#accessToken}:
 *
 * <ol>
 *   <li>{@link dev.evertoken.internal.cache.TokenCache} has the last known token in a cell; fresh: that is the answer.
 *   <li>{@link dev.evertoken.internal.refresh.TokenWaiters} waits, behind the caller or with its deadline.
 *   <li>{@link dev.evertoken.internal.refresh.SingleFlight} lets one cycle run for each account, and everybody wait for it.
 *   <li>{@link dev.evertoken.internal.refresh.RefreshCycle} is that cycle: load, claim, call, settle, publish, tell.
 *   <li>{@link dev.evertoken.internal.refresh.RecordLoader} saves what this host still holds, and reads the record.
 *   <li>{@link dev.evertoken.internal.refresh.RefreshDecision} says what to do with the loaded record: serve, refuse, wait or claim.
 *   <li>{@link dev.evertoken.internal.refresh.Claims} takes the claim, waits for a peer's, tells when one has lapsed.
 *   <li>{@link dev.evertoken.internal.refresh.ProviderCall} is the one call to the provider, with a last look at the clock before it.
 *   <li>{@link dev.evertoken.internal.refresh.ResponseSaver} brings a good answer into the journal and the store.
 *   <li>{@link dev.evertoken.internal.refresh.Settlement} saves the answer, marks the dead, writes down the failed.
 *   <li>{@link dev.evertoken.internal.refresh.PendingWrites} keeps saving what the store would not take.
 *   <li>{@link dev.evertoken.internal.record.RecordMapper} and {@link dev.evertoken.internal.record.Sealer} turn tokens into records and back; {@link
 *       dev.evertoken.internal.record.Ownership} says whose a record is, {@link dev.evertoken.internal.record.Lifetimes} when its tokens end and are due.
 *   <li>{@link dev.evertoken.internal.client.FailureGate} and {@link dev.evertoken.internal.client.ClientHealth} remember failures.
 *   <li>{@link dev.evertoken.internal.event.Listeners} tell what happened.
 * </ol>
 *
 * <p>An account that lives off another one's token stops over between load and claim, until {@link
 * dev.evertoken.internal.refresh.ParentAccounts} has the other one's token. While the store does not answer, {@link dev.evertoken.internal.refresh.OutageFallback} has
 * what else is known.
 *
 * <p>{@link dev.evertoken.internal.authorization.Authorizations} brings a person's consent home, {@link dev.evertoken.internal.account.Revocations} gives it
 * back; {@link dev.evertoken.internal.account.Connections} connects and disconnects, {@link dev.evertoken.internal.account.Derivations} and {@link
 * dev.evertoken.internal.account.ClientCredentialsAccounts} what has no consent of its own; {@link
 * dev.evertoken.Transfer} brings accounts from one store to another; {@link dev.evertoken.internal.client.RequestSigning} signs requests with secrets
 * that no caller sees; {@link dev.evertoken.TokensBuilder} and {@link dev.evertoken.internal.client.PluginLoader} put the house together.
 */
@NullMarked
package dev.evertoken;

import org.jspecify.annotations.NullMarked;
