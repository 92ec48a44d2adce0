package dev.evertoken;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.Connection;
import dev.evertoken.model.Grant;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.UnreadableRecordException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects accounts whose tokens come from the client alone. Runs on the caller's thread. Thread-safe. */
final class AppAccounts {

    private static final Logger log = LoggerFactory.getLogger(AppAccounts.class);

    private final Workshop workshop;
    private final Connections connections;
    private final Statuses statuses;
    private final AppGrant grant;

    AppAccounts(Workshop workshop, Connections connections, Statuses statuses) {
        this.workshop = workshop;
        this.connections = connections;
        this.statuses = statuses;
        this.grant = new AppGrant(workshop);
    }

    /** Connects; one that is connected by this client already is left as it is, and the provider is not asked. */
    Connection connect(Cell cell, Registered registered) {
        TokenKey key = cell.key();
        Optional<TokenRecord> before = before(key, registered);
        if (before.isPresent()) {
            return statuses.of(before.get());
        }
        try {
            TokenAnswer answer = grant.answer(registered);
            TokenSet tokens = Imported.checked(
                    key,
                    grant.tokens(answer),
                    RefreshModel.REISSUED,
                    workshop.time().now());
            Consent consent = new Consent(
                    new Grant(workshop.records().newId(), answer.issuedAt()),
                    tokens,
                    registered.client().credentials().scopes(),
                    Optional.empty(),
                    Consent.Over.ANYTHING,
                    Descent.ofClient());
            return connections.connect(cell, registered, consent).connection();
        } catch (TokenException e) {
            throw workshop.explain().about(key, e);
        }
    }

    private Optional<TokenRecord> before(TokenKey key, Registered registered) {
        try {
            return workshop.store()
                    .load(key)
                    .filter(record -> record.refreshModel() == RefreshModel.REISSUED
                            && workshop.records()
                                    .ownership()
                                    .foreign(record, registered.client())
                                    .isEmpty());
        } catch (UnreadableRecordException e) {
            log.debug("{} has a record that cannot be read, which connecting judges", key, e);
            return Optional.empty();
        } catch (TokenException e) {
            throw workshop.explain().about(key, e);
        }
    }
}
