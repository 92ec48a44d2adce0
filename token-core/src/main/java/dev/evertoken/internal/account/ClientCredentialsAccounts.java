package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Grant;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects accounts whose tokens are issued to the client alone. Runs on the caller's thread. Thread-safe. */
public final class ClientCredentialsAccounts {

    private static final Logger log = LoggerFactory.getLogger(ClientCredentialsAccounts.class);

    private final EngineContext context;
    private final Connections connections;
    private final AccountStatuses statuses;
    private final ClientCredentialsCall clientCredentials;

    public ClientCredentialsAccounts(EngineContext context, Connections connections, AccountStatuses statuses) {
        this.context = context;
        this.connections = connections;
        this.statuses = statuses;
        this.clientCredentials = new ClientCredentialsCall(context.settings().callDeadline(), context.time());
    }

    /**
     * Connects an account. One that this client has already connected is left unchanged, and the provider is not
     * called.
     */
    public AccountStatus connect(Cell cell, RegisteredClient registered) {
        TokenKey key = cell.key();
        Optional<TokenRecord> before = before(key, registered);
        if (before.isPresent()) {
            return statuses.of(before.get());
        }
        try {
            TokenResponse response = clientCredentials.response(registered);
            TokenSet tokens = ImportedTokens.checked(
                    key,
                    clientCredentials.tokens(response),
                    RefreshModel.REISSUED,
                    context.time().now());
            Consent consent = new Consent(
                    new Grant(context.mapper().newId(), response.issuedAt()),
                    tokens,
                    registered.client().credentials().scopes(),
                    Optional.empty(),
                    Consent.Over.ANYTHING,
                    GrantSource.ofClient());
            return connections.connect(cell, registered, consent).status();
        } catch (TokenException e) {
            throw context.exceptions().about(key, e);
        }
    }

    private Optional<TokenRecord> before(TokenKey key, RegisteredClient registered) {
        try {
            return context.store()
                    .load(key)
                    .filter(record -> record.refreshModel() == RefreshModel.REISSUED
                            && context.mapper()
                                    .ownership()
                                    .foreign(record, registered.client())
                                    .isEmpty());
        } catch (UnreadableRecordException e) {
            log.debug("{} has an unreadable record; it is handled when the account is connected", key, e);
            return Optional.empty();
        } catch (TokenException e) {
            throw context.exceptions().about(key, e);
        }
    }
}
