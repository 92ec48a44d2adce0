/**
 * Stores OAuth tokens and keeps them valid: start at {@link dev.evertoken.Tokens}.
 *
 * <p>The route of one call of {@link dev.evertoken.Tokens#accessToken}, through packages that are not exported:
 *
 * <ol>
 *   <li>{@code internal.cache.TokenCache} has the last known token in a cell. A fresh token is returned at once.
 *   <li>{@code internal.refresh.TokenWaiters} waits in the background, or in the caller until its deadline.
 *   <li>{@code internal.refresh.SingleFlight} runs one cycle for each account, and all callers wait for it.
 *   <li>{@code internal.client.ClientQueues} limits the cycles of a client that run at the same time, so no client takes
 *       the threads of another one.
 *   <li>{@code internal.refresh.RefreshCycle} is that cycle: load, claim, call, settle, publish, report.
 *   <li>{@code internal.refresh.RecordLoader} saves the pending writes of this process, and reads the record.
 *   <li>{@code internal.refresh.RefreshDecision} decides on the loaded record: serve, refuse, wait or claim.
 *   <li>{@code internal.refresh.Claims} takes the claim, waits for the claim of a peer, and notices a lapsed one.
 *   <li>{@code internal.refresh.ProviderCall} calls the provider once, after a last look at the clock.
 *   <li>{@code internal.refresh.ResponseSaver} writes a successful response to the journal and the store.
 *   <li>{@code internal.refresh.Settlement} saves the response, or records that the grant or the call failed.
 *   <li>{@code internal.refresh.PendingWrites} retries writes that the store did not accept.
 *   <li>{@code internal.record.RecordMapper} and {@code internal.record.Sealer} turn tokens into records and back.
 *       {@code internal.record.Ownership} determines whose a record is, and {@code internal.record.Lifetimes} when its
 *       tokens expire and are due.
 *   <li>{@code internal.client.FailureGate} and {@code internal.client.ClientHealth} remember failures.
 *   <li>{@code internal.event.Listeners} publishes the events.
 * </ol>
 *
 * <p>An account whose token derives from another account waits between load and claim until {@code
 * internal.refresh.ParentAccounts} has the token of that account; the flight holds no thread meanwhile. During a store
 * outage, {@code internal.refresh.OutageFallback} has the copies that are known.
 *
 * <p>{@code internal.authorization.Authorizations} completes the consent of a user, and {@code
 * internal.account.Revocations} revokes it. {@code internal.account.Connections} connects and disconnects accounts;
 * {@code internal.account.Derivations} and {@code internal.account.ClientCredentialsAccounts} do so for accounts
 * without a consent of their own. {@link dev.evertoken.Transfer} copies accounts from one store to another. {@code
 * internal.client.RequestSigning} signs requests with secrets that no caller sees. {@link dev.evertoken.TokensBuilder}
 * and {@code internal.client.PluginLoader} assemble the parts; those that no refresh needs are created on demand.
 */
@NullMarked
package dev.evertoken;

import org.jspecify.annotations.NullMarked;
