package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Grant;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects accounts whose tokens are issued to the client alone. Runs on the caller's thread. Thread-safe. */
public final class ClientCredentialsAccounts {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Connections connections;
    private final AccountStatuses statuses;
    private final ClientCredentialsCall clientCredentials;

    public ClientCredentialsAccounts(
            ClientCredentialsCall clientCredentials,
            MonitoredStore store,
            RecordMapper mapper,
            TokenExceptions exceptions,
            Timekeeper time,
            Connections connections,
            AccountStatuses statuses) {
        this.store = store;
        this.mapper = mapper;
        this.exceptions = exceptions;
        this.time = time;
        this.connections = connections;
        this.statuses = statuses;
        this.clientCredentials = clientCredentials;
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
                    registered.client().profile(),
                    time.now());
            Consent consent = new Consent(
                    new Grant(mapper.newId(), response.issuedAt()),
                    tokens,
                    registered.client().credentials().scopes(),
                    Optional.empty(),
                    Consent.Over.ANYTHING,
                    GrantSource.ofClient());
            return connections.connect(cell, registered, consent).status();
        } catch (TokenException e) {
            throw exceptions.about(key, e);
        }
    }

    private Optional<TokenRecord> before(TokenKey key, RegisteredClient registered) {
        try {
            return store.load(key)
                    .filter(record -> record.refreshModel() == RefreshModel.REISSUED
                            && mapper.ownership()
                                    .foreign(record, registered.client())
                                    .isEmpty());
        } catch (UnreadableRecordException e) {
            log.debug("{}: the record is unreadable; it is handled when the account is connected", key, e);
            return Optional.empty();
        } catch (TokenException e) {
            throw exceptions.about(key, e);
        }
    }
}
