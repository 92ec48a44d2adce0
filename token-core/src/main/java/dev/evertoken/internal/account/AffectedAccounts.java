package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordPages;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the accounts that lose their tokens when the tokens of another account are revoked: accounts derived from it,
 * accounts with the same refresh token, and, if the provider revokes all grants of a user, accounts of the same user. A
 * user whom the provider does not identify cannot be recognized.
 *
 * <p>Reads nothing if the provider revokes one token alone. Otherwise uses the index of the store, or reads the records
 * of the authorization server up to the limits of {@link ReadLimit}. Thread-safe.
 */
public final class AffectedAccounts {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final MonitoredStore store;
    private final ClientRegistry clients;
    private final Timekeeper time;

    public AffectedAccounts(MonitoredStore store, ClientRegistry clients, Timekeeper time) {
        this.store = store;
        this.clients = clients;
        this.time = time;
    }

    /**
     * The accounts that were found.
     *
     * @param unchecked a clause that states why there may be more; empty if there are no more
     */
    record Found(Set<TokenKey> accounts, Optional<String> unchecked) {

        static final Found NONE = new Found(Set.of(), Optional.empty());

        boolean areNone() {
            return accounts.isEmpty() && unchecked.isEmpty();
        }
    }

    /** Returns the affected accounts, without the account itself. */
    Found of(TokenRecord record, RegisteredClient registered) {
        RevokeScope scope = registered.client().profile().revokeScope();
        if (scope == RevokeScope.TOKEN) {
            return Found.NONE;
        }
        ReadLimit limit = new ReadLimit(time);
        try (Stream<TokenKey> keys = candidates(record, registered);
                Stream<RecordPages.Read> reads = RecordPages.of(
                        store, limit.of(keys, key -> !key.equals(record.key()) && isOf(key, registered)))) {
            Set<TokenKey> accounts = reads.flatMap(read -> readable(read).stream())
                    .filter(other -> isAffected(record, other, scope))
                    .map(TokenRecord::key)
                    .collect(Collectors.toUnmodifiableSet());
            return new Found(accounts, limit.exceeded());
        }
    }

    /** Returns the accounts that the index of the store names; all accounts if it has none. */
    private Stream<TokenKey> candidates(TokenRecord record, RegisteredClient registered) {
        List<TokenKey> candidates = new ArrayList<>();
        for (String registration : registrations(registered)) {
            Optional<List<TokenKey>> related = store.related(registration, record);
            if (related.isEmpty()) {
                return store.keys();
            }
            candidates.addAll(related.get());
        }
        return candidates.stream();
    }

    private List<String> registrations(RegisteredClient registered) {
        return clients.all()
                .filter(other -> isAtTheSameServer(other, registered))
                .map(other -> other.client().registration())
                .toList();
    }

    private boolean isOf(TokenKey key, RegisteredClient registered) {
        return clients.find(key)
                .filter(other -> isAtTheSameServer(other, registered))
                .isPresent();
    }

    /** Providers may share an authorization server, like YouTube and Google. */
    private static boolean isAtTheSameServer(RegisteredClient one, RegisteredClient other) {
        Optional<URI> revocation = one.client().endpoint(EndpointKind.REVOKE);
        return one.provider().id().equals(other.provider().id())
                || (revocation.isPresent() && revocation.equals(other.client().endpoint(EndpointKind.REVOKE)));
    }

    private static boolean isAffected(TokenRecord record, TokenRecord other, RevokeScope scope) {
        return RelatedIndex.haveTheSameRefreshToken(record, other)
                || other.parent().equals(Optional.of(record.key()))
                || (scope == RevokeScope.USER && RelatedIndex.haveTheSameUser(record, other));
    }

    private static Optional<TokenRecord> readable(RecordPages.Read read) {
        try {
            return read.record();
        } catch (UnreadableRecordException e) {
            log.warn(
                    "{}: cannot be read, so it is unknown whether it would lose its tokens too: {}",
                    read.key(),
                    LogLine.reason(e));
            return Optional.empty();
        }
    }
}
