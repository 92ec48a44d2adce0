package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.CachePublisher;
import dev.evertoken.internal.refresh.ConnectionWatch;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.internal.refresh.UserLookups;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult.Outcome;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects, reconnects and disconnects accounts: tables R and D of the protocol. Only connecting creates a record. Runs
 * on the caller's thread. Thread-safe.
 */
public final class Connections {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final int STORE_ATTEMPTS = 3;

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final PendingWrites pendingWrites;
    private final CachePublisher publisher;
    private final ConnectionWatch watch;
    private final RequestSigning signing;
    private final UserLookups userLookups;
    private final AccountStatuses statuses;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Consumer<TokenEvent> tell;

    public Connections(
            MonitoredStore store,
            RecordMapper mapper,
            PendingWrites pendingWrites,
            CachePublisher publisher,
            ConnectionWatch watch,
            RequestSigning signing,
            UserLookups userLookups,
            TokenExceptions exceptions,
            Timekeeper time,
            AccountStatuses statuses,
            Consumer<TokenEvent> tell) {
        this.store = store;
        this.mapper = mapper;
        this.pendingWrites = pendingWrites;
        this.publisher = publisher;
        this.watch = watch;
        this.signing = signing;
        this.userLookups = userLookups;
        this.statuses = statuses;
        this.exceptions = exceptions;
        this.time = time;
        this.tell = tell;
    }

    // ---- connect

    /** The state of the store before a connect: the revision, and the record if it is readable. */
    private record Standing(long revision, Optional<TokenRecord> record) {

        static final Standing NOTHING = new Standing(TokenStore.ABSENT, Optional.empty());
    }

    /** What a caller expects the store to have of an account; if that is wrong, it costs one more call of the store. */
    enum Expectation {
        RECORD,
        NO_RECORD
    }

    /**
     * The result of a connect.
     *
     * @param hadRecord whether the account had a record before, which this one has replaced or not
     */
    public record Connected(AccountStatus status, Outcome outcome, boolean hadRecord) {

        /** Returns whether the current record is the new one. */
        public boolean stored() {
            return outcome == Outcome.CONNECTED;
        }
    }

    /** Connects an account with tokens that the application supplies. */
    public Connected connect(Cell cell, RegisteredClient registered, TokenSet imported, Consent.Over over) {
        return connect(cell, registered, imported, over, Expectation.RECORD);
    }

    Connected connect(
            Cell cell, RegisteredClient registered, TokenSet imported, Consent.Over over, Expectation expected) {
        boolean undated = over == Consent.Over.OLDER_TOKENS && ImportedTokens.isUndated(imported);
        TokenKey key = cell.key();
        Client client = registered.client();
        TokenSet tokens =
                ImportedTokens.checked(key, imported, client.profile().refreshModel(), client.profile(), time.now());
        signing.check(key, registered, tokens);
        Grant grant = new Grant(mapper.newId(), time.now());
        return connect(
                cell,
                registered,
                new Consent(
                        grant,
                        tokens,
                        client.credentials().scopes(),
                        Optional.empty(),
                        undated ? Consent.Over.INVALID_GRANTS : over,
                        GrantSource.ofConsent(client.profile())),
                STORE_ATTEMPTS,
                expected);
    }

    /**
     * Creates a new grant of an account, replacing the grants that the consent may replace, unless a later consent is
     * stored. May be called again with the same consent after the store has failed.
     */
    public Connected connect(Cell cell, RegisteredClient registered, Consent consent) {
        return connect(cell, registered, consent, STORE_ATTEMPTS, Expectation.RECORD);
    }

    /** Creates a new grant like {@link #connect}, but does not call a store again that has failed. */
    public Connected connectOnce(Cell cell, RegisteredClient registered, Consent consent) {
        return connect(cell, registered, consent, 1, Expectation.RECORD);
    }

    private Connected connect(
            Cell cell, RegisteredClient registered, Consent consent, int storeAttempts, Expectation expected) {
        TokenKey key = cell.key();
        boolean reading = expected == Expectation.RECORD;
        int failures = 0;
        while (true) {
            try {
                long doubts = cell.doubts();
                Standing standing = reading ? standing(key) : Standing.NOTHING;
                reading = true; // if there is a record, or the response is lost
                Optional<TokenRecord> before = standing.record();
                if (before.filter(record ->
                                record.grant().id().equals(consent.grant().id()))
                        .isPresent()) {
                    TokenRecord stored = before.get(); // the response was lost
                    return connected(cell, registered, stored, () -> mapper.tokens(stored), doubts, true);
                }
                Optional<Outcome> kept = before.flatMap(record -> kept(record, registered.client(), consent));
                if (kept.isPresent()) {
                    log.debug("{}: keeps its stored tokens, the given ones are not stored: {}", key, kept.get());
                    cell.refusals().changed();
                    return new Connected(statuses.of(before.orElseThrow()), kept.get(), true);
                }
                TokenSet tokens = tokens(key, registered.client(), consent, before);
                TokenRecord mine = record(key, registered.client(), consent, tokens, before);
                if (store.compareAndSet(key, standing.revision(), mine)) {
                    boolean replacing = standing.revision() != TokenStore.ABSENT;
                    return connected(
                            cell, registered, mine, () -> RecordMapper.checked(mine, tokens), doubts, replacing);
                }
            } catch (TokenStoreException e) {
                if (++failures == storeAttempts) {
                    throw exceptions.about(key, e);
                }
            } catch (TokenException e) {
                throw exceptions.about(key, e);
            }
        }
    }

    /** Returns why the stored tokens are kept; empty if the consent replaces them. */
    private Optional<Outcome> kept(TokenRecord stored, Client client, Consent consent) {
        boolean same = mapper.isRefreshTokenOf(stored, consent.tokens());
        if (consent.givesWayTo(stored, same, mapper.areSpent(stored, consent.tokens()))) {
            return Optional.of(Outcome.KEPT_NEWER);
        }
        boolean batch = consent.over() == Consent.Over.OLDER_TOKENS;
        return batch && consent.lacksTheRefreshTokenOf(stored, isOurs(stored, client))
                ? Optional.of(Outcome.KEPT_REFRESHABLE)
                : Optional.empty();
    }

    private boolean isOurs(TokenRecord record, Client client) {
        return mapper.ownership().foreign(record, client).isEmpty();
    }

    /** Returns the tokens of a consent, with what the stored record has and the consent lacks. */
    private TokenSet tokens(TokenKey key, Client client, Consent consent, Optional<TokenRecord> before) {
        TokenSet tokens = before.map(
                        record -> consent.replacing(record, isOurs(record, client), () -> mapper.tokens(record)))
                .orElse(consent.tokens());
        if (!tokens.refreshToken().equals(consent.tokens().refreshToken())) {
            log.warn("{}: the new tokens have no refresh token; that of the earlier connection is kept", key);
        }
        return tokens;
    }

    private TokenRecord record(
            TokenKey key, Client client, Consent consent, TokenSet tokens, Optional<TokenRecord> before) {
        TokenRecord first = mapper.first(
                key, client, consent.grant(), tokens, consent.requestedScopes(), consent.subject(), consent.descent());
        return before.filter(record -> isOurs(record, client))
                .map(record -> mapper.succeeding(record, first, tokens))
                .orElse(first);
    }

    private Standing standing(TokenKey key) {
        Optional<TokenRecord> stored;
        try {
            stored = store.load(key);
        } catch (UnreadableRecordException e) {
            if (e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT) {
                throw exceptions.unreadable(key, e);
            }
            log.warn("{}: the new consent replaces an unreadable record: {}", key, LogLine.reason(e));
            return new Standing(TokenStore.UNREADABLE, Optional.empty());
        }
        stored.flatMap(mapper.ownership()::otherApplication).ifPresent(foreign -> {
            throw exceptions.about(key, foreign);
        });
        return new Standing(stored.map(TokenRecord::revision).orElse(TokenStore.ABSENT), stored);
    }

    /**
     * @param tokens returns the opened tokens of the record
     * @param replacing whether other processes may have a token of the account; false if there was no record
     */
    private Connected connected(
            Cell cell,
            RegisteredClient registered,
            TokenRecord record,
            Supplier<TokenSet> tokens,
            long doubts,
            boolean replacing) {
        cell.forget();
        cell.refusals().changed();
        if (record.lifetime().hasAccessToken()) {
            publisher.publish(cell, record, tokens.get());
        }
        cell.doubtSince(doubts);
        if (replacing) {
            watch.changed();
        }
        AccountStatus status = statuses.of(record);
        tell.accept(new TokenEvent.Connected(cell.key(), time.now(), status));
        userLookups.after(record, registered);
        return new Connected(status, Outcome.CONNECTED, replacing);
    }

    // ---- disconnect

    /**
     * Removes the grant that is stored now, but no grant that is stored concurrently.
     *
     * @return false if there was none
     */
    public boolean disconnect(Cell cell) {
        TokenKey key = cell.key();
        Optional<TokenRecord> first = Optional.empty();
        int failures = 0;
        while (true) {
            try {
                Optional<TokenRecord> stored = mine(key);
                boolean sameGrant = first.isEmpty() || isSameGrant(first, stored);
                if (stored.isEmpty() || !sameGrant) {
                    return disconnected(cell, first);
                }
                first = stored;
                if (store.remove(key, stored.get().revision())) {
                    return disconnected(cell, first);
                }
            } catch (UnreadableRecordException e) {
                if (first.isPresent()) {
                    return disconnected(cell, first);
                }
                if (e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT) {
                    throw exceptions.unreadable(key, e);
                }
                store.remove(key, TokenStore.UNREADABLE);
                cell.forget();
                cell.refusals().changed();
                watch.changed();
                tell.accept(new TokenEvent.Disconnected(key, time.now(), Optional.empty()));
                forgetCopies(key);
                return true;
            } catch (TokenStoreException e) {
                if (++failures == STORE_ATTEMPTS) {
                    throw exceptions.about(key, e);
                }
            }
        }
    }

    /** Removes a grant that was stored while its account was being disconnected; does nothing if it is not stored. */
    public void withdraw(Cell cell, String grantId) {
        TokenKey key = cell.key();
        Optional<TokenRecord> stored = ofGrant(key, grantId);
        while (stored.isPresent()) {
            if (store.remove(key, stored.get().revision())) {
                cell.forget(grantId);
                watch.changed();
                tell.accept(new TokenEvent.Disconnected(key, time.now(), stored.map(TokenRecord::grant)));
                forgetCopies(key);
                return;
            }
            stored = ofGrant(key, grantId);
        }
    }

    /** Returns an account whose stored grant has an id; empty if the grant needs a new consent or cannot be read. */
    public Optional<Connected> ofUsableGrant(TokenKey key, String grantId) {
        try {
            return ofGrant(key, grantId)
                    .filter(record -> record.health().state() != ConnectionState.NEEDS_REAUTH)
                    .map(record -> new Connected(statuses.of(record), Outcome.CONNECTED, true));
        } catch (TokenException | UnreadableRecordException e) {
            log.debug("{}: whether an authorization has connected it is unknown", key, e);
            return Optional.empty();
        }
    }

    private Optional<TokenRecord> ofGrant(TokenKey key, String grantId) {
        return store.load(key).filter(record -> record.grant().id().equals(grantId));
    }

    private static boolean isSameGrant(Optional<TokenRecord> first, Optional<TokenRecord> now) {
        return first.map(TokenRecord::grant).equals(now.map(TokenRecord::grant));
    }

    private Optional<TokenRecord> mine(TokenKey key) {
        Optional<TokenRecord> stored = store.load(key);
        stored.flatMap(mapper.ownership()::otherApplication).ifPresent(foreign -> {
            throw exceptions.about(key, foreign);
        });
        return stored;
    }

    private boolean disconnected(Cell cell, Optional<TokenRecord> removed) {
        cell.refusals().changed();
        if (removed.isPresent()) {
            cell.forget(removed.get().grant().id());
            watch.changed();
            tell.accept(new TokenEvent.Disconnected(cell.key(), time.now(), removed.map(TokenRecord::grant)));
        } else {
            cell.forget();
        }
        forgetCopies(cell.key());
        return removed.isPresent();
    }

    /** Removes the tokens of a disconnected account from this host's journal. */
    private void forgetCopies(TokenKey key) {
        try {
            pendingWrites.settleFirst(key);
        } catch (TokenException e) {
            log.warn("{}: disconnected; its unsaved responses are dropped later: {}", key, LogLine.reason(e));
        }
        pendingWrites.forget(key);
    }
}
