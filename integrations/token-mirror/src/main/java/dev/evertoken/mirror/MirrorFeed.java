package dev.evertoken.mirror;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.OutboxDelivery;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a message for each change of an account to the outbox. Messages that the outbox does not accept are kept in
 * memory, the newest of each account, and added with the next one. Thread-safe.
 */
final class MirrorFeed implements TokenListener {

    static final String CONNECT = "connect";
    static final String DISCONNECT = "disconnect";

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.MIRROR);
    private static final Optional<String> STATE = Optional.of("state");

    private final String destination;
    private final MirrorSettings settings;
    private final OutboxDelivery delivery;
    private final Timekeeper time;
    private final Map<TokenKey, OutboxMessage> notAdded = new ConcurrentHashMap<>();

    MirrorFeed(String destination, MirrorSettings settings, OutboxDelivery delivery, Timekeeper time) {
        this.destination = destination;
        this.settings = settings;
        this.delivery = delivery;
        this.time = time;
    }

    @Override
    public void connected(TokenEvent.Connected event) {
        changed(
                event.key(),
                new MirrorVersion(
                        MirrorVersion.UNKNOWN_GRANT,
                        event.status().consentedAt(),
                        event.status().generation()));
    }

    @Override
    public void refreshed(TokenEvent.Refreshed event) {
        if (settings.refreshes()) {
            changed(event.key(), new MirrorVersion(MirrorVersion.UNKNOWN_GRANT, Instant.EPOCH, event.generation()));
        }
    }

    @Override
    public void disconnected(TokenEvent.Disconnected event) {
        MirrorVersion ended = event.grant()
                .map(grant -> MirrorVersion.of(grant, MirrorVersion.ENDED))
                .orElseGet(() -> new MirrorVersion(MirrorVersion.UNKNOWN_GRANT, event.at(), MirrorVersion.ENDED));
        changed(event.key(), ended);
    }

    /** Adds a message for the state of an account. */
    void changed(TokenKey account, MirrorVersion version) {
        if (settings.covers(account.registration())) {
            add(new OutboxMessage(
                    UUID.randomUUID().toString(),
                    destination,
                    account,
                    version.isEnded() ? DISCONNECT : CONNECT,
                    STATE,
                    version.toPayload(),
                    time.now()));
        }
    }

    private void add(OutboxMessage message) {
        notAdded.put(message.account(), message);
        retry();
    }

    /**
     * Adds the messages that the outbox has not accepted before. Two threads may add messages of one account in either
     * order: the delivery sends the state that the store has, whichever message is left.
     */
    void retry() {
        for (OutboxMessage waiting : List.copyOf(notAdded.values())) {
            try {
                delivery.add(waiting);
                boolean unused = notAdded.remove(waiting.account(), waiting);
            } catch (OutboxException e) {
                log.warn(
                        "{}: the outbox has not accepted {}, which stays in memory: {}",
                        waiting.account(),
                        waiting.kind(),
                        e.getMessage());
                return;
            }
        }
    }

    /** Returns the number of messages that the outbox has not accepted. */
    int notAdded() {
        return notAdded.size();
    }
}
