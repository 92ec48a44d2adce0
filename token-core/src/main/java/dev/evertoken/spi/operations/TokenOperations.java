package dev.evertoken.spi.operations;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.TokenStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Gives tools around the engine access to the store and the clients, without secrets except for {@link #open}.
 *
 * <p>{@code Tokens.operations()} returns the instance of an engine. No method except {@code refreshIfDue} calls a
 * provider or refreshes a token. Calls run on the caller's thread and may block as long as the store does. Every method
 * that uses the store throws {@link dev.evertoken.model.TokenStoreException} if the store does not respond. Later
 * versions may add methods. Thread-safe.
 */
public interface TokenOperations {

    /** The reserved account of {@link #probeWrites}, which belongs to no user. */
    TokenKey PROBE = TokenKey.of("evertoken-doctor", "write-probe");

    /**
     * Returns the keys of all records in the store, lazily and in no order, including records that cannot be read and
     * records of registrations that are not registered here. The caller closes the stream.
     */
    Stream<TokenKey> keys();

    /**
     * Returns the stored record of an account without its secrets; empty if there is none. Records of other
     * applications and environments in the same store are returned as they are.
     *
     * @throws dev.evertoken.spi.store.UnreadableRecordException if there is a record that cannot be read
     */
    Optional<RecordView> record(TokenKey key);

    /**
     * Returns the stored record of an account with its tokens; empty if there is none. Refreshes nothing. This is the
     * only method that returns secrets; it is meant for tools that pass tokens on, such as a mirror.
     *
     * @throws dev.evertoken.model.TokenException if the registration is unknown, or if the record cannot be read or
     *     belongs to another application
     */
    Optional<OpenedRecord> open(TokenKey key);

    /**
     * Adds a listener as {@code TokensBuilder.listener} does, for a tool that is created after the engine. It receives
     * the events from now on, also those of the close of the engine.
     */
    void addListener(TokenListener listener);

    /**
     * Returns which key seals the secrets of each account: those of all records in the store, and those that the
     * journal of this host keeps. The result is lazy and in no particular order; no secrets are opened. Records of
     * other applications and unreadable records are included. The caller closes the stream.
     *
     * <p>The stream also throws {@link dev.evertoken.model.TokenException} with {@link
     * dev.evertoken.model.Problem#JOURNAL_UNAVAILABLE} if the journal cannot be read.
     */
    Stream<SealedSecrets> sealedSecrets();

    /**
     * Returns the store's index of accounts that are due for refresh; empty if the store has none, in which case {@link
     * #keys} and {@link #record} are the only way to find them.
     */
    Optional<DueIndex> dueIndex();

    /** As {@link #refreshIfDue(TokenKey, int)}, with at most four such refreshes of a client at the same time. */
    default CompletableFuture<RefreshOutcome> refreshIfDue(TokenKey key) {
        return refreshIfDue(key, 4);
    }

    /**
     * Refreshes an account in the background if its stored record is due, in the same way as a request for its token,
     * but with less priority: such refreshes of a client are limited, they take no place of a refresh that a caller
     * waits for, and further ones wait in the order of their requests. If a caller requests the token in the meantime,
     * it joins a refresh that is running and does not wait for one that is not. An account that another process has
     * claimed is not waited for: the outcome is {@link RefreshOutcome.Kind#ELSEWHERE}, with the time at which the claim
     * ends.
     *
     * <p>Returns at once. The future always completes normally, on a thread of the library that must not be blocked:
     * a failure is an outcome, also that the engine is closed. A refresh cannot be canceled.
     *
     * @param most starts when fewer of these refreshes of the client are running; at least 1, and never more than the
     *     {@code refreshesPerClient} of the engine
     * @throws IllegalArgumentException if {@code most} is less than 1
     */
    CompletableFuture<RefreshOutcome> refreshIfDue(TokenKey key, int most);

    /**
     * Returns whether this process has used an account since it received the account's current token, that is within
     * one lifetime of the token. Reads no store.
     */
    boolean isUsed(TokenKey key);

    /**
     * Warns that a connection ends soon, once for each of the last 30, 7 and 1 days: publishes {@link
     * dev.evertoken.model.TokenEvent.ExpiresSoon} and then stores a mark in the record, which all processes read. A
     * process that ends between the two warns again. If several days apply at once, there is one warning. The marks are
     * removed when a refresh has moved the end, so that the next warning is not lost.
     *
     * @return whether it has warned
     * @throws dev.evertoken.spi.store.UnreadableRecordException if there is a record that cannot be read
     */
    boolean warnOfEnd(TokenKey key);

    /**
     * Publishes {@link dev.evertoken.model.TokenEvent.RefreshBacklog}: due accounts wait too long for a background
     * refresh. Uses no store.
     *
     * @param oldest the account that has been due for the longest time
     * @param overdue how long it has been due
     * @param waiting how many accounts of its client wait
     * @param detail one sentence without secrets
     */
    void reportBacklog(TokenKey oldest, Duration overdue, int waiting, String detail);

    /** Returns how far a write to the store reaches. */
    TokenStore.Guarantee guarantee();

    /** Returns whether a write to the store costs money or quota, so that tools should avoid writes. */
    boolean costlyWrites();

    /** Returns the health of every registered client as this process knows it, ordered by registration. */
    List<ClientStatus> clients();

    /**
     * Removes a record if its revision is still {@code expectedRevision}, so that a record that changed meanwhile
     * stays. This is meant for records that cannot be used, such as one with placeholder credentials or one that cannot
     * be read; use {@code Tokens.disconnect} for an account that works. Listeners receive a {@code Disconnected} event.
     *
     * @param expectedRevision the revision of the {@link RecordView}, or {@link TokenStore#UNREADABLE} for a record
     *     that cannot be read
     * @return false if the record has another revision or is gone; nothing was removed
     */
    boolean clear(TokenKey key, long expectedRevision);

    /**
     * Returns the status of every account in the store, like {@code Tokens.statuses()}: it reads all records. The
     * caller closes the stream.
     */
    Stream<AccountStatus> statuses();

    /**
     * Returns a new inspector of the accounts for a diagnosis. Creating it reads nothing.
     */
    AccountInspector inspector();

    /**
     * Returns what the store reports about itself, see {@link dev.evertoken.spi.store.StoreInspection}; empty if it
     * reports nothing.
     */
    List<StoreFact> storeFacts();

    /** Returns the store's own time; empty if it has none, or if it does not respond. */
    Optional<Instant> storeTime();

    /**
     * Writes a record of the reserved account {@link #PROBE}, and removes it again, to find out whether the store
     * accepts writes. The record has no secrets. If the process ends between the two steps, the record stays until the
     * next probe; no process refreshes it.
     *
     * @return false if the store keeps accounts of the application's own tables and so cannot keep this one; nothing
     *     was written then
     * @throws dev.evertoken.model.TokenStoreException if the store refuses the write or the removal
     */
    boolean probeWrites();

    /** Returns the address of an endpoint of a registered client; empty if there is none. */
    Optional<URI> endpoint(String registration, EndpointKind kind);

    /** Returns how connections to the provider of a registered client are made; those of the JVM if it is unknown. */
    TransportSettings transport(String registration);

    /** Returns the health of the engine from its memory, like {@code Tokens.health()}. Never blocks. */
    EngineHealth health();

    /** Returns the current time of the engine's clock. */
    Instant now();

    /** Returns the engine's clock; the caller does not close it. */
    Timekeeper timekeeper();
}
