package dev.evertoken.console;

import dev.evertoken.Tokens;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the actions of an operator. At most {@value #AT_ONCE} run at the same time, so that waiting for providers never
 * takes all threads of the server. Thread-safe.
 */
final class Actions {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final int AT_ONCE = 4;

    private final Tokens tokens;
    private final Snapshots snapshots;
    private final Function<TokenKey, @Nullable URI> reconnect;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Actions(Tokens tokens, Snapshots snapshots, Function<TokenKey, @Nullable URI> reconnect) {
        this.tokens = tokens;
        this.snapshots = snapshots;
        this.reconnect = reconnect;
    }

    /** Runs an action; {@code confirmed} is the account that the user confirmed to disconnect. */
    ConsoleResponse run(String action, TokenKey key, Optional<String> confirmed, ConsoleUser user) {
        if (action.equals("disconnect")
                && confirmed.filter(key.account()::equals).isEmpty()) {
            return ConsoleResponse.error(400, "not_confirmed", "A disconnect has to be confirmed.");
        }
        if (!places.tryAcquire()) {
            return ConsoleResponse.error(503, "busy", "Other actions are in progress; try again in a few seconds.");
        }
        try {
            return attempt(action, key, user);
        } finally {
            places.release();
        }
    }

    private ConsoleResponse attempt(String action, TokenKey key, ConsoleUser user) {
        log.info("{}: {} requested from the console by {}", key, action, user.name());
        try {
            return switch (action) {
                case "refresh" -> refresh(key, user);
                case "validate" -> validate(key);
                case "reconnect" -> reconnect(key);
                default -> disconnect(key);
            };
        } catch (TokenException e) {
            return result(false, e.problem().advice() + " " + PlainWords.instruction(e.remedy()));
        } finally {
            show(key);
        }
    }

    private ConsoleResponse refresh(TokenKey key, ConsoleUser user) {
        Optional<Long> before = generation(key);
        long after = tokens.refresh(key, "console, " + user.name()).generation();
        boolean isNew = before.filter(generation -> generation == after).isEmpty();
        return result(
                true,
                isNew ? "The account has new tokens." : "The account was refreshed a moment ago; nothing changed.");
    }

    private Optional<Long> generation(TokenKey key) {
        try {
            return Optional.of(tokens.status(key).generation());
        } catch (NotConnectedException e) {
            return Optional.empty();
        }
    }

    private ConsoleResponse validate(TokenKey key) {
        Validation validation = tokens.validate(key);
        return switch (validation.verdict()) {
            case VALID -> result(true, "The provider accepts the token.");
            case REJECTED -> result(false, "The provider does not accept the token; a refresh may help.");
            case UNUSABLE ->
                result(false, "The provider accepts the token, but not for this account; a refresh does not help.");
            case UNKNOWN -> result(false, "The provider gave no result; try again later.");
        };
    }

    private ConsoleResponse reconnect(TokenKey key) {
        Optional<URI> link = Optional.ofNullable(reconnect.apply(key));
        Optional<URI> address = link.isPresent() ? link : tokens.status(key).reconnectUrl();
        if (address.isEmpty()) {
            return result(false, "The application has not configured an address at which users reconnect.");
        }
        return ConsoleResponse.json(
                200,
                JsonObject.builder()
                        .add("ok", true)
                        .add("message", "Send this link to the user.")
                        .add("link", address.get().toString())
                        .build());
    }

    private ConsoleResponse disconnect(TokenKey key) {
        return tokens.disconnect(key)
                ? result(true, "The account is disconnected.")
                : result(false, "The account was not connected.");
    }

    private static ConsoleResponse result(boolean ok, String message) {
        return ConsoleResponse.json(
                200, JsonObject.builder().add("ok", ok).add("message", message).build());
    }

    /** Shows the account as it is now, without waiting for the next reading of all accounts. */
    private void show(TokenKey key) {
        try {
            AccountStatus status = tokens.status(key);
            snapshots.change(key, Optional.of(status));
        } catch (NotConnectedException e) {
            snapshots.change(key, Optional.empty());
        } catch (RuntimeException e) { // the store does not respond; the next reading shows the account
            log.debug("{}: the status cannot be read", key, e);
        }
    }
}
