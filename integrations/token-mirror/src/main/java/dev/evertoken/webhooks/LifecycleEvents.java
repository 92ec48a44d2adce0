package dev.evertoken.webhooks;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.webhooks.LifecycleEvent.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the events of connections from those of the engine. It reads the stored record of the account, so that the event
 * tells the state of the connection, and so that all processes see the same episode of failures. Thread-safe.
 */
final class LifecycleEvents implements TokenListener {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.OUTBOX);

    /** The days before the end of a connection at which the engine warns. */
    private static final List<Integer> DAYS = List.of(1, 7, 30);

    private final Tokens tokens;
    private final Consumer<LifecycleEvent> out;
    private final FailingAccounts failing = new FailingAccounts();

    LifecycleEvents(Tokens tokens, Consumer<LifecycleEvent> out) {
        this.tokens = tokens;
        this.out = out;
    }

    @Override
    public void connected(TokenEvent.Connected event) {
        out.accept(once(WebhookEvent.CONNECTION_CREATED, event).with(event.status()));
    }

    @Override
    public void refreshFailed(TokenEvent.RefreshFailed event) {
        if (event.problem() == Problem.USER_LOOKUP_FAILED) {
            return; // the refresh has succeeded
        }
        record(event.key())
                .filter(LifecycleEvents::isFailing)
                .filter(failing::begins)
                .ifPresent(record -> out.accept(failing(event, record)));
    }

    private LifecycleEvent failing(TokenEvent.RefreshFailed event, RecordView record) {
        String episode = Long.toString(record.generation());
        return described(LifecycleEvent.of(WebhookEvent.CONNECTION_REFRESH_FAILING, event.key(), event.at(), episode)
                .withConsent(Optional.of(record.grant().consentedAt()))
                .with(new Failure(event.problem(), event.detail())));
    }

    /** A problem of the client or of the store does not change the record of an account. */
    private static boolean isFailing(RecordView record) {
        ConnectionState state = record.health().state();
        return state != ConnectionState.ACTIVE && state != ConnectionState.NEEDS_REAUTH;
    }

    @Override
    public void recovered(TokenEvent.Recovered event) {
        out.accept(described(once(WebhookEvent.CONNECTION_RECOVERED, event)));
    }

    @Override
    public void reauthorizationRequired(TokenEvent.ReauthorizationRequired event) {
        out.accept(described(once(WebhookEvent.CONNECTION_NEEDS_RECONNECT, event)
                .with(new Failure(event.problem(), event.detail()))));
    }

    @Override
    public void expiresSoon(TokenEvent.ExpiresSoon event) {
        String episode = event.reconnectBy().toEpochMilli() + "/" + daysLeft(event);
        LifecycleEvent ends = LifecycleEvent.of(WebhookEvent.CONNECTION_EXPIRES_SOON, event.key(), event.at(), episode)
                .withEnd(event.reconnectBy());
        out.accept(described(ends));
    }

    /** Returns the warning that it is, so that two processes that warn of one end at one stage send one message. */
    private static String daysLeft(TokenEvent.ExpiresSoon event) {
        Duration left = Duration.between(event.at(), event.reconnectBy());
        return DAYS.stream()
                .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                .findFirst()
                .map(String::valueOf)
                .orElse("more");
    }

    @Override
    public void disconnected(TokenEvent.Disconnected event) {
        failing.ended(event.key());
        out.accept(once(WebhookEvent.CONNECTION_DELETED, event)
                .withConsent(event.grant().map(Grant::consentedAt)));
    }

    /** Returns an event that the engine publishes once, in one process. */
    private static LifecycleEvent once(WebhookEvent kind, TokenEvent event) {
        return LifecycleEvent.of(
                kind, event.key(), event.at(), Long.toString(event.at().toEpochMilli()));
    }

    private LifecycleEvent described(LifecycleEvent event) {
        return status(event.account()).map(event::with).orElse(event);
    }

    private Optional<AccountStatus> status(TokenKey key) {
        try {
            return Optional.of(tokens.status(key));
        } catch (NotConnectedException e) {
            return Optional.empty();
        } catch (TokenException | IllegalStateException e) {
            log.debug("{}: a webhook lacks the status of the account: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<RecordView> record(TokenKey key) {
        try {
            return tokens.operations().record(key);
        } catch (TokenException | UnreadableRecordException | IllegalStateException e) {
            log.debug("{}: the record cannot be read for a webhook: {}", key, e.getMessage());
            return Optional.empty();
        }
    }
}
