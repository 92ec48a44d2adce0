package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the accounts that lose their tokens when the tokens of another account are revoked: accounts derived from it,
 * accounts with the same refresh token, and, if the provider revokes all grants of a user, accounts of the same user.
 * Reads every record of the authorization server; a user whom the provider does not identify cannot be recognized.
 * Thread-safe.
 */
public final class AffectedAccounts {

    private static final Logger log = LoggerFactory.getLogger(AffectedAccounts.class);

    private final MonitoredStore store;
    private final ClientRegistry clients;

    public AffectedAccounts(MonitoredStore store, ClientRegistry clients) {
        this.store = store;
        this.clients = clients;
    }

    /** Returns the affected accounts, without the account itself. */
    Set<TokenKey> of(TokenRecord record, RegisteredClient registered) {
        RevokeScope scope = registered.client().profile().revokeScope();
        try (Stream<TokenKey> keys = store.keys()) {
            return keys.filter(key -> !key.equals(record.key()) && isOf(key, registered))
                    .flatMap(key -> load(key).stream())
                    .filter(other -> sharesTheGrant(record, other)
                            || other.parent().equals(Optional.of(record.key()))
                            || (scope == RevokeScope.USER && sharesTheUser(record, other)))
                    .map(TokenRecord::key)
                    .collect(Collectors.toUnmodifiableSet());
        }
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

    private static boolean sharesTheGrant(TokenRecord one, TokenRecord other) {
        return one.refreshTokenFingerprint().isPresent()
                && one.refreshTokenFingerprint().equals(other.refreshTokenFingerprint());
    }

    private static boolean sharesTheUser(TokenRecord one, TokenRecord other) {
        return one.subject().isPresent() && one.subject().equals(other.subject());
    }

    private Optional<TokenRecord> load(TokenKey key) {
        try {
            return store.load(key);
        } catch (UnreadableRecordException e) {
            log.warn("{} cannot be read, so it is unknown whether it would lose its tokens too", key, e);
            return Optional.empty();
        }
    }
}
