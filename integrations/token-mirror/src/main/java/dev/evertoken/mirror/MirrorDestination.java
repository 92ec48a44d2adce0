package dev.evertoken.mirror;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.outbox.DeliveryResult;
import dev.evertoken.outbox.Destination;
import dev.evertoken.outbox.HttpMessage;
import dev.evertoken.outbox.HttpReply;
import dev.evertoken.outbox.HttpSender;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.OpenedRecord;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Sends the state of an account as the store has it when the message is delivered, so a late message never sends old
 * tokens. Thread-safe.
 */
final class MirrorDestination implements Destination {

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofHours(1);

    private final String id;
    private final Tokens tokens;
    private final Timekeeper time;
    private final MirrorSettings settings;
    private final MirrorRequests requests;
    private final HttpSender http;

    MirrorDestination(String id, Tokens tokens, MirrorSettings settings, HttpSender http) {
        this.id = id;
        this.tokens = tokens;
        this.time = tokens.operations().timekeeper();
        this.settings = settings;
        this.requests = new MirrorRequests(settings);
        this.http = http;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Duration timeout() {
        return http.timeout();
    }

    /** Never gives a message up: the receiver has to learn of a disconnect. */
    @Override
    public Optional<Duration> delayAfter(int failedAttempts) {
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(failedAttempts - 1, 20));
        return Optional.of(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
    }

    @Override
    public DeliveryResult deliver(LeasedMessage leased) {
        Optional<MirrorVersion> version =
                MirrorVersion.ofPayload(leased.message().payload());
        if (version.isEmpty()) {
            return DeliveryResult.dropped("the message in the outbox cannot be read");
        }
        try {
            return deliver(leased.message().account(), version.get());
        } catch (TokenException e) {
            return DeliveryResult.retry("the tokens cannot be read: " + e.problem());
        } catch (UnreadableRecordException e) {
            return DeliveryResult.retry("the record of the account cannot be read");
        }
    }

    private DeliveryResult deliver(TokenKey account, MirrorVersion version) {
        Optional<OpenedRecord> stored = tokens.operations().open(account);
        boolean ended = version.isEnded()
                && stored.filter(record -> record.record().grant().id().equals(version.grantId()))
                        .isPresent();
        return stored.isEmpty() || ended ? disconnect(account, version.ended()) : connect(stored.get());
    }

    // ---- connect

    private DeliveryResult connect(OpenedRecord stored) {
        TokenKey account = stored.record().key();
        if (stored.record().refreshModel() == RefreshModel.ROTATING && !settings.accessTokensOnly()) {
            return DeliveryResult.dropped("the provider of " + account.registration()
                    + " accepts each refresh token once, so it is not sent; use accessTokensOnly()");
        }
        OpenedRecord current = withAccessToken(stored);
        TokenSet held = current.tokens();
        if (held.accessToken().isEmpty()) {
            return DeliveryResult.retry("there is no access token to send");
        }
        MirrorVersion version =
                MirrorVersion.of(current.record().grant(), current.record().generation());
        return requests.connect(account, held, version, time.now())
                .map(this::sendConnect)
                .orElseGet(() -> DeliveryResult.dropped("the id of the account is no segment of a path"));
    }

    /** Returns the record with a usable access token if it can be refreshed now. */
    private OpenedRecord withAccessToken(OpenedRecord stored) {
        boolean usable = stored.tokens().accessToken().isPresent()
                && stored.tokens().expiresAt().filter(time.now()::isAfter).isEmpty();
        if (usable) {
            return stored;
        }
        TokenKey account = stored.record().key();
        try {
            AccessToken unused = tokens.accessToken(account);
        } catch (TokenException e) {
            return stored;
        }
        return tokens.operations().open(account).orElse(stored);
    }

    private DeliveryResult sendConnect(HttpMessage message) {
        return send(message, reply -> switch (reply.status()) {
            case 409 -> DeliveryResult.delivered(); // the receiver has a newer state, which another message has brought
            case 404, 405 -> DeliveryResult.refused("the receiver responded " + reply.status() + "; check the path");
            default -> accepted(reply);
        });
    }

    // ---- disconnect

    private DeliveryResult disconnect(TokenKey account, MirrorVersion version) {
        return requests.disconnect(account, version, time.now())
                .map(message -> send(message, reply -> switch (reply.status()) {
                    case 404, 409 -> DeliveryResult.delivered(); // nothing stored, or a newer consent
                    case 405 -> DeliveryResult.refused("the receiver responded 405; check the path");
                    default -> accepted(reply);
                }))
                .orElseGet(() -> DeliveryResult.dropped("the id of the account is no segment of a path"));
    }

    // ---- both

    private DeliveryResult accepted(HttpReply reply) {
        if (MirrorRequests.isAccepted(reply)) {
            return DeliveryResult.delivered();
        }
        if (reply.isSuccess()) {
            return DeliveryResult.unavailable(
                    "the receiver responded " + reply.status() + " without \"success\": true");
        }
        DeliveryResult failure = reply.failure(time.now());
        return reply.status() >= 500 // of the receiver rather than of this account: others would fail alike
                ? new DeliveryResult(DeliveryResult.Kind.UNAVAILABLE, failure.retryAfter(), failure.detail())
                : failure;
    }

    private DeliveryResult send(HttpMessage message, Function<HttpReply, DeliveryResult> judge) {
        try {
            return judge.apply(http.send(message));
        } catch (IOException e) {
            return DeliveryResult.unavailable(reason(e, http.timeout()));
        }
    }

    static String reason(IOException e, Duration timeout) {
        if (e instanceof InterruptedIOException) {
            return "no complete response within " + timeout.toMillis() + " ms";
        }
        boolean speaks =
                e instanceof ConnectException || e instanceof UnknownHostException || e instanceof SSLException;
        return "no response: " + (speaks ? e.getMessage() : e.getClass().getSimpleName());
    }
}
